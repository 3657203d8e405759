import { criticalZ } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';

/** k of n. */
export type Share = { k: number; n: number };

/** What was found, and how well the test that found it does where the truth is known. */
export type Tested = {
  /** Positives among all that were tested. */
  observed: Share;
  /** Found among the true positives of the validation sample. */
  sensitivity: Share;
  /** Passed among the true negatives of the validation sample. */
  specificity: Share;
};

export type CorrectedRate = Estimate<{
  ci95: Interval;
  /** The estimate before it was cut to 0..1: far outside, the validation sample does not fit the tested one. */
  uncut: number;
}>;

/**
 * The rate that an imperfect test leads back to, (p + Sp − 1)/(Se + Sp − 1) (Rogan and Gladen 1978), cut to 0..1, with the
 * interval of Lang and Reiczigel (2014), which carries the uncertainty of sensitivity and specificity. Undefined where a
 * sample is empty, and where the test is not better than chance (Se + Sp ≤ 1).
 */
export function roganGladen({ observed, sensitivity, specificity }: Tested): CorrectedRate {
  if (observed.n === 0) return undefinedBecause('nothing was tested');
  if (sensitivity.n === 0 || specificity.n === 0)
    return undefinedBecause('the validation sample has no case of one class');
  const [p, se, sp] = [rate(observed), rate(sensitivity), rate(specificity)];
  if (se + sp <= 1)
    return undefinedBecause('sensitivity + specificity is not above 1: the test is no better than chance');
  const uncut = (p + sp - 1) / (se + sp - 1);
  return { value: cut(uncut), uncut, ci95: langReiczigel({ observed, sensitivity, specificity }) };
}

function langReiczigel({ observed, sensitivity, specificity }: Tested): Interval {
  const z = criticalZ(0.95);
  // Pseudo-observations: z² for the tested sample, 2 for each of the validation samples, half of them positive.
  const p = padded(observed, z * z);
  const se = padded(sensitivity, 2);
  const sp = padded(specificity, 2);
  const youden = rate(se) + rate(sp) - 1;
  const centre = (rate(p) + rate(sp) - 1) / youden;
  const spread = Math.sqrt(variance(p) + centre ** 2 * variance(se) + (1 - centre) ** 2 * variance(sp));
  const shift = 2 * z * z * (centre * variance(se) - (1 - centre) * variance(sp));
  const half = (z * spread) / Math.abs(youden);
  return [cut(centre + shift - half), cut(centre + shift + half)];
}

function rate({ k, n }: Share): number {
  return k / n;
}

function padded({ k, n }: Share, extra: number): Share {
  return { k: k + extra / 2, n: n + extra };
}

function variance(share: Share): number {
  return (rate(share) * (1 - rate(share))) / share.n;
}

function cut(value: number): number {
  return Math.min(1, Math.max(0, value));
}
