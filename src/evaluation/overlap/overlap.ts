import type { Question } from '../../corpus/schema.ts';
import { shingleSimilarity } from '../../corpus/shingles.ts';
import { comparableText } from '../../corpus/text.ts';
import type { OverlapKind } from '../report-schema.ts';

/** As in screening: from here on a question counts as wording taken over from a benchmark. */
export const nearThreshold = 0.8;
/** An index only proposes; its estimate may be two standard errors too low. */
export const proposedThreshold = nearThreshold - 0.09;

type Stem = Pick<Question, 'text' | 'options'>;

/** Of two questions with one identity: exact when their options stand in the same order, else permuted. */
export function sameQuestionKind(a: Stem, b: Stem): OverlapKind {
  const texts = (question: Stem): string => JSON.stringify(question.options?.map(({ text }) => comparableText(text)));
  return texts(a) === texts(b) ? 'exact' : 'permuted';
}

/** The similarity of two near-duplicate texts, or undefined where they are none after all. */
export function nearSimilarity(a: string, b: string): number | undefined {
  const similarity = shingleSimilarity(a, b);
  return similarity >= nearThreshold ? similarity : undefined;
}
