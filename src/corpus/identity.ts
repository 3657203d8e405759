import { sha256Hex } from '../core/hash.ts';
import type { Question } from './schema.ts';
import { comparableStem, comparableText } from './text.ts';

type Stem = Pick<Question, 'text' | 'options'>;

/**
 * What a question is, whoever prints it: SHA-256 (64 hex digits) over its comparable stem and the set of its options. The
 * order and letters of the options, blanks, full-width forms and invisible characters make no difference; a stem alone is
 * no identity (`错误的是` stands above many different options). The answer is not part of it: see `answerIdentity`.
 */
export function questionIdentity(question: Stem): string {
  const options = [...new Set(question.options?.map((option) => comparableText(option.text)))].sort(byCodeUnit);
  return sha256Hex(JSON.stringify(['question/1', comparableStem(question.text), options]));
}

/**
 * What a question's right answer is, by the texts of the right options and not by their letters, or by its reference text;
 * undefined where the source gives none. Two questions of one identity with different answers contradict each other.
 */
export function answerIdentity(question: Pick<Question, 'options' | 'answer' | 'reference'>): string | undefined {
  const right = question.options?.filter((option) => question.answer.includes(option.label)) ?? [];
  if (right.length > 0)
    return sha256Hex(
      JSON.stringify(['answer/1', [...new Set(right.map((o) => comparableText(o.text)))].sort(byCodeUnit)]),
    );
  return question.reference === undefined
    ? undefined
    : sha256Hex(JSON.stringify(['reference/1', comparableText(question.reference)]));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
