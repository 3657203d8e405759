import { type AgreementEstimate, agreementInterval } from '../statistics/agreement/chance-corrected.ts';
import type { BootstrapResult } from '../statistics/resampling/bootstrap.ts';
import { type AgreementFigure, minimumUnits } from './schema.ts';

type Label = { statistic: string; method: string };

export const seed = 20260522;

/** The figure for a slice with too few units to say anything, or undefined where there are enough. */
export function tooFew(label: Label, units: number): AgreementFigure | undefined {
  return units < minimumUnits ? { ...label, value: null, reason: 'too few' } : undefined;
}

/** A figure with the interval of its bootstrap. */
export function bootstrapFigure(label: Label, result: BootstrapResult, unit: string): AgreementFigure {
  if (result.value === null) return { ...label, value: null, reason: 'no variation' };
  const { value, interval, seed, replicates, undefinedReplicates } = result;
  const run = { seed, replicates, undefinedReplicates };
  return {
    ...label,
    value,
    ...run,
    ...(interval === null ? {} : { ci95: [...interval], ciMethod: `percentile bootstrap of ${unit}` }),
  };
}

/** A coefficient with its t interval from the linearised standard error. */
export function estimateFigure(label: Label, estimate: AgreementEstimate): AgreementFigure {
  if (estimate.value === null) return { ...label, value: null, reason: estimate.reason };
  const interval = agreementInterval(estimate);
  return {
    ...label,
    value: estimate.value,
    ...(interval === null ? {} : { ci95: [...interval], ciMethod: 't interval, unit-level linearised standard error' }),
  };
}

/** A share with its t interval, cut to 0 and 1. */
export function shareFigure(label: Label, estimate: AgreementEstimate): AgreementFigure {
  const figure = estimateFigure(label, estimate);
  if (figure.ci95 === undefined) return figure;
  return { ...figure, ci95: [Math.max(0, figure.ci95[0]), figure.ci95[1]] };
}
