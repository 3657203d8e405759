import { undefinedBecause } from '../result.ts';
import { dot, sum } from '../vector.ts';
import { type AgreementEstimate, noPairs, noVariation } from './chance-corrected.ts';
import { observeAgreement } from './observed-agreement.ts';
import type { CountTable } from './ratings.ts';
import { type WeightMatrix, weightedMarginal } from './weights.ts';

/**
 * Alpha in weight form with its linearised standard error. Identity, quadratic and ratio weights give the classical
 * nominal, interval and ratio alpha; Gwet-ordinal weights give a statistic that is not the classical ordinal alpha.
 * `units` still counts units with a single rating, which the coefficient leaves out.
 */
export function krippendorffWeighted(counts: CountTable, weights: WeightMatrix): AgreementEstimate {
  const observed = observeAgreement(counts, weights);
  const units = observed.units.filter((unit) => unit.ratings >= 2);
  if (units.length === 0) return undefinedBecause(noPairs);
  const n = units.length;
  const values = sum(units.map((unit) => unit.ratings));
  const average = values / n;
  const shares = weights.map((_, k) => sum(units.map((unit) => unit.counts[k] ?? 0)) / n / average);
  const marginal = weightedMarginal(weights, shares);
  const pe = dot(marginal, shares);
  if (1 - pe < 1e-12) return undefinedBecause(noVariation);
  const raw = sum(units.map((unit) => unit.agreeing / (average * (unit.ratings - 1)))) / n;
  const pa = (1 - 1 / values) * raw + 1 / values;
  const rawAlpha = (raw - pe) / (1 - pe);
  let squares = 0;
  for (const unit of units) {
    const excess = (unit.ratings - average) / average;
    const agreement = unit.agreeing / (average * (unit.ratings - 1)) - raw * excess;
    const chance = dot(marginal, unit.counts) / average - pe * excess;
    const linear = (agreement - pe) / (1 - pe) - (2 * (1 - rawAlpha) * (chance - pe)) / (1 - pe);
    squares += (linear - rawAlpha) ** 2;
  }
  const se = n > 1 ? Math.sqrt(squares / (n * (n - 1))) : null;
  return { value: (pa - pe) / (1 - pe), pa, pe, se, units: observed.units.length };
}
