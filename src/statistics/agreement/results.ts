import { wilsonInterval } from '../intervals/proportion.ts';
import type { Interval, StatisticResult } from '../result.ts';
import { type AgreementEstimate, agreementInterval } from './chance-corrected.ts';
import { type CohenKappa, cohenKappaInterval } from './cohen-kappa.ts';
import type { Icc } from './icc.ts';

/** What every figure of one agreement table has in common. */
export type AgreementFrame = {
  n: number;
  raters: number;
  percentAgreement: number | null;
  /** Set when one category holds so many ratings that kappa falls although raters agree. */
  prevalenceNote: string | null;
};

export type Label = { statistic: string; method: string };

const noInterval = 'no interval: the standard error is zero or needs more units, and a point would pretend certainty';

/** A result without a value; the observed agreement is shown beside the reason. */
export function undefinedResult(label: Label, reason: string, frame: AgreementFrame): StatisticResult {
  const base = { ...label, value: null, reason, n: frame.n, raters: frame.raters };
  return frame.percentAgreement === null ? base : { ...base, percentAgreement: frame.percentAgreement };
}

function definedResult(
  label: Label,
  value: number,
  frame: AgreementFrame,
  ci: { interval: Interval | null; method: string },
): StatisticResult {
  const base = { ...label, value, n: frame.n, raters: frame.raters };
  return ci.interval === null ? { ...base, notes: [noInterval] } : { ...base, ci95: ci.interval, ciMethod: ci.method };
}

/** A chance-corrected coefficient with its t interval. */
export function coefficientResult(label: Label, estimate: AgreementEstimate, frame: AgreementFrame): StatisticResult {
  if (estimate.value === null) return undefinedResult(label, estimate.reason, frame);
  const ci = { interval: agreementInterval(estimate), method: 't interval, item-level linearised standard error' };
  const result = definedResult(label, estimate.value, frame, ci);
  return estimate.se === null ? result : { ...result, se: estimate.se };
}

/** Percent agreement: Wilson interval where each unit is one agreement or disagreement, else the t interval cut to [0, 1]. */
export function percentResult(
  label: Label,
  estimate: AgreementEstimate,
  frame: AgreementFrame,
  onePairPerUnit: boolean,
): StatisticResult {
  if (estimate.value === null)
    return { ...label, value: null, reason: estimate.reason, n: frame.n, raters: frame.raters };
  if (onePairPerUnit) {
    const interval = wilsonInterval(Math.round(estimate.value * frame.n), frame.n);
    return definedResult(label, estimate.value, frame, { interval, method: 'Wilson score interval' });
  }
  const interval = agreementInterval(estimate);
  const cut: Interval | null = interval === null ? null : [Math.max(0, interval[0]), interval[1]];
  return definedResult(label, estimate.value, frame, {
    interval: cut,
    method: 't interval, item-level standard error',
  });
}

/** Cohen's kappa with ASE for the interval and ASE0 for z and p. */
export function cohenResult(label: Label, kappa: CohenKappa, frame: AgreementFrame): StatisticResult {
  if (kappa.value === null) return undefinedResult(label, kappa.reason, frame);
  const ci = { interval: cohenKappaInterval(kappa), method: 'normal interval with the asymptotic standard error' };
  const result = { ...definedResult(label, kappa.value, { ...frame, n: kappa.n }, ci), se: kappa.se };
  return kappa.z === null || kappa.p === null ? result : { ...result, testStatistic: kappa.z, p: kappa.p };
}

/** An intraclass correlation with its F-based interval. */
export function iccResult(label: Label, estimate: Icc, frame: AgreementFrame): StatisticResult {
  if (estimate.value === null) return undefinedResult(label, estimate.reason, frame);
  return definedResult(label, estimate.value, frame, {
    interval: estimate.ci95,
    method: 'F-based interval (Shrout and Fleiss)',
  });
}

/** Adds the prevalence note to a kappa that one dominant category pulls down. */
export function withPrevalenceNote(result: StatisticResult, frame: AgreementFrame): StatisticResult {
  if (frame.prevalenceNote === null || result.value === null) return result;
  return { ...result, notes: [...(result.notes ?? []), frame.prevalenceNote] };
}
