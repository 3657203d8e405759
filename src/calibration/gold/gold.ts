import { createHmac } from 'node:crypto';
import type { ReviewInput, StepMark } from '../../review/schema.ts';
import { binomialUpperTail } from '../../statistics/distributions/binomial.ts';
import { rateOf } from '../../statistics/intervals/proportion.ts';
import type { GoldExpectation, GoldOutcome, GoldReport, GoldStanding, GoldUse } from './schema.ts';

export const trainingSize = 10;
export const defaultShare = 0.07;

/** Rules that people like to use, and the accuracies at which they are looked at. */
const rules = [
  [8, 10],
  [24, 30],
] as const;
const accuracies = [0.6, 0.7, 0.8, 0.9];

/** A number in [0, 1) that only the holder of the secret can know before. */
export function chance(secret: string, ...parts: (string | number)[]): number {
  const bytes = createHmac('sha256', secret).update(parts.join('\u0000')).digest();
  return bytes.readUIntBE(0, 6) / 2 ** 48;
}

/** Whether the reviewer's next item is hidden gold. The same place asked again gives the same answer. */
export function isGoldPlace(secret: string, reviewer: string, done: number, share: number): boolean {
  return chance(secret, 'place', reviewer, done) < share;
}

/** The candidates in an order of the reviewer's own. */
export function inOrderFor<T extends { id: string }>(secret: string, reviewer: string, items: readonly T[]): T[] {
  const places = new Map(items.map((item) => [item.id, chance(secret, 'item', reviewer, item.id)]));
  return [...items].sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}

/** Compares an answer with what is expected. A planted error is found by the same kind of mark at the same place. */
export function outcomeOf(expected: GoldExpectation, review: ReviewInput): GoldOutcome {
  const criteria = Object.entries(expected.scores);
  const scoresRight = criteria.filter(([id, [low, high]]) => {
    const score = review.scores[id];
    return score !== undefined && score >= low && score <= high;
  }).length;
  const verdictRight = expected.verdicts.includes(review.verdict);
  const marks = new Set(review.steps.map(placeOf));
  const errorsFound = expected.errors.filter((error) => marks.has(placeOf(error))).length;
  return {
    scoresRight,
    scores: criteria.length,
    verdictRight,
    errorsFound,
    errors: expected.errors.length,
    right: verdictRight && scoresRight === criteria.length && errorsFound === expected.errors.length,
  };
}

function placeOf(mark: StepMark): string {
  return 'step' in mark ? `${mark.mark} ${mark.step}` : `missing ${mark.after}`;
}

/** All of a reviewer's answers together. */
export function standingOf(answers: { use: GoldUse; outcome: GoldOutcome }[]): GoldStanding {
  const total = (pick: (outcome: GoldOutcome) => number): number =>
    answers.reduce((sum, { outcome }) => sum + pick(outcome), 0);
  const n = answers.length;
  return {
    training: answers.filter((one) => one.use === 'training').length,
    hidden: answers.filter((one) => one.use === 'hidden').length,
    right: plain(
      rateOf(
        total((one) => Number(one.right)),
        n,
      ),
    ),
    verdicts: plain(
      rateOf(
        total((one) => Number(one.verdictRight)),
        n,
      ),
    ),
    scores: plain(
      rateOf(
        total((one) => one.scoresRight),
        total((one) => one.scores),
      ),
    ),
    errors: plain(
      rateOf(
        total((one) => one.errorsFound),
        total((one) => one.errors),
      ),
    ),
  };
}

function plain({ ci95, ...rate }: ReturnType<typeof rateOf>): GoldStanding['right'] {
  return { ...rate, ci95: ci95 === null ? null : [ci95[0], ci95[1]] };
}

/** The chance to pass each rule at each true accuracy: why no rule of ten items passes or fails anybody here. */
export function passRules(): GoldReport['passRules'] {
  return rules.map(([k, n]) => ({
    k,
    n,
    passes: accuracies.map((accuracy) => ({ accuracy, probability: binomialUpperTail(k, n, accuracy) })),
  }));
}
