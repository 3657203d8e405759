import { criticalZ, normalTwoSided } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { at, dot, rowAt, sum } from '../vector.ts';
import { noVariation } from './chance-corrected.ts';
import type { CountTable } from './ratings.ts';
import type { WeightMatrix } from './weights.ts';

export type CohenKappa = Estimate<{
  pa: number;
  pe: number;
  n: number;
  /** Asymptotic standard error, for the interval. */
  se: number;
  /** Asymptotic standard error when there is no agreement beyond chance, for z and p. */
  se0: number;
  z: number | null;
  p: number | null;
}>;

/**
 * Cohen's kappa (identity weights) or weighted kappa of two raters from their joint counts, with the two standard errors
 * of Fleiss, Cohen and Everitt (1969).
 */
export function cohenKappa(joint: CountTable, weights: WeightMatrix): CohenKappa {
  const n = sum(joint.map(sum));
  if (n === 0) return undefinedBecause('no unit was rated by both raters');
  const first = joint.map((row) => sum(row) / n);
  const second = joint.map((_, l) => sum(joint.map((row) => at(row, l))) / n);
  const byFirst = weights.map((row) => dot(row, second));
  const bySecond = weights.map((_, l) =>
    dot(
      weights.map((row) => at(row, l)),
      first,
    ),
  );
  const pe = dot(byFirst, first);
  if (1 - pe < 1e-12) return undefinedBecause(noVariation);
  const pa = sum(joint.map((row, k) => dot(row, rowAt(weights, k)))) / n;
  const value = (pa - pe) / (1 - pe);
  let spread = 0;
  let spread0 = 0;
  for (const [k, row] of joint.entries()) {
    for (const [l, count] of row.entries()) {
      const weight = at(rowAt(weights, k), l);
      const marginal = at(byFirst, k) + at(bySecond, l);
      spread += (count / n) * (weight - marginal * (1 - value)) ** 2;
      spread0 += at(first, k) * at(second, l) * (weight - marginal) ** 2;
    }
  }
  const scale = n * (1 - pe) ** 2;
  const se = Math.sqrt(Math.max(0, spread - (value - pe * (1 - value)) ** 2) / scale);
  const se0 = Math.sqrt(Math.max(0, spread0 - pe ** 2) / scale);
  const z = se0 < 1e-12 ? null : value / se0;
  return { value, pa, pe, n, se, se0, z, p: z === null ? null : normalTwoSided(z) };
}

/** Normal interval κ ± z·ASE, upper end cut at 1; null where the standard error is zero and says nothing. */
export function cohenKappaInterval(kappa: CohenKappa, level = 0.95): Interval | null {
  if (kappa.value === null || kappa.se < 1e-12) return null;
  const half = criticalZ(level) * kappa.se;
  return [kappa.value - half, Math.min(1, kappa.value + half)];
}
