import { studentTQuantile } from '../distributions/student-t.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { type ObservedAgreement, type RatedUnit, unitAgreement } from './observed-agreement.ts';

/**
 * A chance-corrected coefficient: observed agreement pa, chance agreement pe, item-level linearised standard error
 * (null when fewer than two units), and the number of units that the t interval's degrees of freedom count.
 */
export type AgreementEstimate = Estimate<{ pa: number; pe: number; se: number | null; units: number }>;

export const noPairs = 'no unit has two ratings';
export const noVariation = 'no variation';

/**
 * (pa − pe)/(1 − pe) with the linearised variance of Gwet's raw-data estimators: `chanceOf` gives pe|i of a unit, whose
 * mean is pe; null where pe does not depend on the data.
 */
export function chanceCorrected(
  observed: ObservedAgreement,
  pe: number,
  chanceOf: ((unit: RatedUnit, index: number) => number) | null,
): AgreementEstimate {
  if (observed.pairable === 0) return undefinedBecause(noPairs);
  if (1 - pe < 1e-12) return undefinedBecause(noVariation);
  const n = observed.rated;
  const pa = observed.agreement;
  const value = (pa - pe) / (1 - pe);
  let squares = 0;
  for (const [index, unit] of observed.units.entries()) {
    const chance = unit.ratings >= 2 ? pe : 0;
    const linear = ((n / observed.pairable) * (unitAgreement(unit) - chance)) / (1 - pe);
    const correction = chanceOf === null ? 0 : (2 * (1 - value) * (chanceOf(unit, index) - pe)) / (1 - pe);
    squares += unit.times * (linear - correction - value) ** 2;
  }
  return { value, pa, pe, se: n > 1 ? Math.sqrt(squares / (n * (n - 1))) : null, units: n };
}

/** t interval of a coefficient on units − 1 degrees of freedom, upper end cut at 1; null where the standard error says nothing. */
export function agreementInterval(estimate: AgreementEstimate, level = 0.95): Interval | null {
  if (estimate.value === null || estimate.se === null || estimate.units < 2 || estimate.se < 1e-12) return null;
  const half = studentTQuantile(1 - (1 - level) / 2, estimate.units - 1) * estimate.se;
  return [estimate.value - half, Math.min(1, estimate.value + half)];
}
