import { type AgreementEstimate, chanceCorrected } from './chance-corrected.ts';
import { observeAgreement } from './observed-agreement.ts';
import type { CountTable } from './ratings.ts';
import { type WeightMatrix, weightTotal } from './weights.ts';

/** Coefficient of Brennan and Prediger (1981): chance agreement T_w/q² with q the number of categories of the scale. */
export function brennanPrediger(counts: CountTable, weights: WeightMatrix): AgreementEstimate {
  return chanceCorrected(observeAgreement(counts, weights), weightTotal(weights) / weights.length ** 2, null);
}
