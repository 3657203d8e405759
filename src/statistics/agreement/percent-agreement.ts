import { type AgreementEstimate, chanceCorrected } from './chance-corrected.ts';
import { observeAgreement } from './observed-agreement.ts';
import type { CountTable } from './ratings.ts';
import type { WeightMatrix } from './weights.ts';

/** Mean over units with two or more ratings of the (weighted) share of agreeing pairs; no correction for chance (pe = 0). */
export function percentAgreement(
  counts: CountTable,
  weights: WeightMatrix,
  times?: readonly number[],
): AgreementEstimate {
  return chanceCorrected(observeAgreement(counts, weights, times), 0, null);
}
