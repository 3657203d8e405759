import { intervalText } from '../digits.ts';
import { intervalOf, type StatisticResult } from '../result.ts';

/** The one test and the one interval by which a comparison is judged; all other figures are context. */
export type Primary = { test: string; interval: string };

/**
 * What a comparison shows: that the first or the second arm is higher only where the primary test rejects (after Holm over
 * the pairs) and the primary interval excludes zero; everything else is not distinguishable, with the reason.
 */
export type Finding = {
  finding: 'first higher' | 'second higher' | 'not distinguishable';
  test: string;
  interval: string;
  reason: string;
};

/** The finding of a pair of arms from its figures. */
export function findingOf(results: readonly StatisticResult[], primary: Primary, alpha: number): Finding {
  const test = results.find((result) => result.statistic === primary.test);
  const estimate = results.find((result) => result.statistic === primary.interval);
  const named = { test: primary.test, interval: primary.interval };
  const p = test?.pHolm ?? test?.p;
  if (test === undefined || p === undefined)
    return { finding: 'not distinguishable', ...named, reason: test?.reason ?? 'the primary test is not defined' };
  const adjusted = test.pHolm === undefined ? 'p' : 'p (Holm)';
  const said = `${adjusted} = ${pDigits(p)}`;
  if (p >= alpha) return { finding: 'not distinguishable', ...named, reason: `${said}, not below ${alpha}` };
  const interval = estimate === undefined ? undefined : intervalOf(estimate);
  if (estimate === undefined || estimate.value === null || interval === undefined)
    return { finding: 'not distinguishable', ...named, reason: `${said}, but the primary interval is not defined` };
  const shown = intervalText(interval);
  if (interval[0] <= 0 && interval[1] >= 0)
    return { finding: 'not distinguishable', ...named, reason: `${said}, but the interval ${shown} includes 0` };
  const finding = interval[0] > 0 ? 'first higher' : 'second higher';
  return { finding, ...named, reason: `${said}, interval ${shown}` };
}

function pDigits(p: number): string {
  return p < 0.0001 ? p.toExponential(1) : p.toPrecision(2);
}

/** Whether a margin was kept: non-inferiority of the first arm one-sided at α/2, equivalence by two tests at α each. */
export type MarginFinding = {
  claim: 'non-inferiority' | 'equivalence';
  margin: number;
  statistic: string;
  p: number | null;
  level: number;
  shown: boolean;
};

const claims: Record<string, MarginFinding['claim']> = {
  'noninferiority.t': 'non-inferiority',
  'equivalence.tost': 'equivalence',
  'tango.noninferiority': 'non-inferiority',
  'tango.equivalence': 'equivalence',
  'clustered.noninferiority': 'non-inferiority',
  'clustered.equivalence': 'equivalence',
  'clusteredPass.noninferiority': 'non-inferiority',
  'clusteredPass.equivalence': 'equivalence',
};

/** The claims against a margin that the figures decide; "not shown" is no proof of the contrary. */
export function marginFindings(
  results: readonly StatisticResult[],
  margins: { mean?: number; pass?: number },
  alpha: number,
): MarginFinding[] {
  return results.flatMap((result) => {
    const claim = claims[result.statistic];
    const margin = /^(?:tango|clusteredPass)\./.test(result.statistic) ? margins.pass : margins.mean;
    if (claim === undefined || margin === undefined) return [];
    const level = claim === 'equivalence' ? alpha : alpha / 2;
    const p = result.p ?? null;
    return [{ claim, margin, statistic: result.statistic, p, level, shown: p !== null && p < level }];
  });
}
