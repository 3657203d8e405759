import { clusteredMean } from '../statistics/intervals/clustered.ts';
import { type Rate, rateOf, wilsonInterval } from '../statistics/intervals/proportion.ts';
import type { VariantFigures } from './report-schema.ts';

/** Questions of one target in one set whose variants were answered alike: so many right, so many wrong, of so many given. */
export type QuestionCount = { target: string; set: string; right: number; wrong: number; given: number; n: number };

type Variation = {
  figures: VariantFigures;
  lines: Pick<Rate, 'rate' | 'ci95'>;
  /** Questions with every reply right, with a wrong one, and in all. */
  questions: { right: number; wrong: number; given: number };
};

/**
 * The three scores of a set asked in `variants` variants. Replies to one question are alike, so the interval of the rate of
 * replies is Wilson's on n divided by the design effect (Kish's effective sample size, as Korn and Graubard 1998 use it);
 * where all replies are right, or none is, no design effect can be estimated and each question counts once.
 */
export function variationOf(counts: readonly QuestionCount[], variants: number): Variation {
  const whole = counts.filter((count) => count.given === variants);
  const sum = (of: (count: QuestionCount) => number): number => counts.reduce((total, one) => total + of(one), 0);
  const questionsWhere = (fits: (count: QuestionCount) => boolean): number =>
    whole.filter(fits).reduce((total, one) => total + one.n, 0);
  const questions = questionsWhere(() => true);
  const right = questionsWhere((count) => count.right === variants);
  const k = sum((count) => count.n * count.right);
  const n = sum((count) => count.n * count.given);
  const { designEffect, effectiveN } = effective(counts, n);
  const lines = {
    rate: n === 0 ? null : k / n,
    ci95: n === 0 ? null : wilsonInterval((k / n) * effectiveN, effectiveN),
  };
  const figures: VariantFigures = {
    variants,
    questions,
    unit: 'line',
    perLine: { k, n, ...lines },
    designEffect,
    effectiveN,
    perItem: rateOf(
      questionsWhere((count) => 2 * count.right > variants),
      questions,
    ),
    allOrders: rateOf(right, questions),
  };
  const wrong = questionsWhere((count) => count.wrong > 0);
  return { figures, lines, questions: { right, wrong, given: questions } };
}

function effective(counts: readonly QuestionCount[], n: number): { designEffect: number | null; effectiveN: number } {
  const clusters = counts.flatMap((count) => {
    const replies = Array.from({ length: count.given }, (_, index) => (index < count.right ? 1 : 0));
    return Array.from({ length: count.n }, () => replies);
  });
  const mean = clusteredMean(clusters);
  const designEffect = mean.value === null ? null : mean.designEffect;
  if (designEffect === null) return { designEffect, effectiveN: clusters.length };
  return { designEffect, effectiveN: n / Math.max(1, designEffect) };
}
