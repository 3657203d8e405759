import { normalTwoSided } from '../distributions/normal.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import { at, dot, sum } from '../vector.ts';
import { type AgreementEstimate, chanceCorrected, noVariation } from './chance-corrected.ts';
import { observeAgreement } from './observed-agreement.ts';
import type { CountTable } from './ratings.ts';
import { type WeightMatrix, weightedMarginal } from './weights.ts';

/** Fleiss' kappa, generalised to missing ratings and weights: pe = Σ w_kl π_k π_l over all rated units. */
export function fleissKappa(counts: CountTable, weights: WeightMatrix, times?: readonly number[]): AgreementEstimate {
  const observed = observeAgreement(counts, weights, times);
  const marginal = weightedMarginal(weights, observed.shares);
  const pe = dot(marginal, observed.shares);
  return chanceCorrected(observed, pe, (unit) => dot(marginal, unit.counts) / unit.ratings);
}

/** z of Fleiss' kappa with the standard error under the hypothesis of no agreement beyond chance, and its two-sided p. */
export type FleissTest = Estimate<{ se0: number; z: number; p: number }>;

/**
 * Fleiss, Nee and Landis (1979): √2 √((Σpq)² − Σpq(q − p)) / (Σpq √(n m (m − 1))).
 * Undefined unless every unit has the same number m ≥ 2 of ratings.
 */
export function fleissKappaTest(counts: CountTable): FleissTest {
  const shape = completeShape(counts);
  if (shape.value === null) return shape;
  const { n, m, shares } = shape;
  const spread = sum(shares.map((p) => p * (1 - p)));
  if (spread < 1e-12) return undefinedBecause(noVariation);
  const skew = sum(shares.map((p) => p * (1 - p) * (1 - 2 * p)));
  const se0 = (Math.SQRT2 * Math.sqrt(spread ** 2 - skew)) / (spread * Math.sqrt(n * m * (m - 1)));
  const agreeing = sum(counts.map((row) => sum(row.map((r) => r * (r - 1)))));
  const pe = sum(shares.map((p) => p * p));
  const value = (agreeing / (n * m * (m - 1)) - pe) / (1 - pe);
  return { value, se0, z: value / se0, p: normalTwoSided(value / se0) };
}

/** Kappa of each category against all others; an entry is undefined where the category was never or always used. */
export function fleissKappaPerCategory(counts: CountTable): Estimate[] {
  const shape = completeShape(counts);
  if (shape.value === null) return (counts[0] ?? []).map(() => shape);
  const { n, m, shares } = shape;
  return shares.map((share, j) => {
    if (share === 0 || share === 1) return undefinedBecause(noVariation);
    const agreeing = sum(counts.map((row) => at(row, j) * (at(row, j) - 1)));
    return { value: (agreeing / (n * m * (m - 1) * share) - share) / (1 - share) };
  });
}

function completeShape(counts: CountTable): Estimate<{ n: number; m: number; shares: number[] }> {
  const rated = counts.filter((row) => sum(row) > 0);
  const m = sum(rated[0] ?? []);
  if (m < 2) return undefinedBecause('no unit has two ratings');
  if (rated.some((row) => sum(row) !== m)) return undefinedBecause('units differ in their number of ratings');
  const n = rated.length;
  const shares = (rated[0] ?? []).map((_, j) => sum(rated.map((row) => at(row, j))) / (n * m));
  return { value: n, n, m, shares };
}
