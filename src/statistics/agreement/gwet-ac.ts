import { undefinedBecause } from '../result.ts';
import { at } from '../vector.ts';
import { type AgreementEstimate, chanceCorrected, noVariation } from './chance-corrected.ts';
import { observeAgreement } from './observed-agreement.ts';
import type { CountTable } from './ratings.ts';
import { type WeightMatrix, weightTotal } from './weights.ts';

/**
 * Gwet's AC1 (identity weights) or AC2: pe = T_w/(q(q − 1)) Σ π_k(1 − π_k). q is the number of categories of the scale,
 * which the weight matrix carries, not the number observed.
 */
export function gwetAC(counts: CountTable, weights: WeightMatrix, times?: readonly number[]): AgreementEstimate {
  const q = weights.length;
  if (q < 2) return undefinedBecause(noVariation);
  const observed = observeAgreement(counts, weights, times);
  const factor = weightTotal(weights) / (q * (q - 1));
  let pe = 0;
  for (const share of observed.shares) pe += factor * share * (1 - share);
  return chanceCorrected(observed, pe, (unit) => {
    let chance = 0;
    for (const [k, count] of unit.counts.entries()) chance += (count / unit.ratings) * (1 - at(observed.shares, k));
    return factor * chance;
  });
}
