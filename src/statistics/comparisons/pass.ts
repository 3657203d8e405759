import {
  type McNemarTest,
  mcnemarChiSquared,
  mcnemarContinuityCorrected,
  mcnemarExact,
  mcnemarMidP,
} from '../hypothesis-tests/mcnemar.ts';
import type { Alternative } from '../hypothesis-tests/wilcoxon.ts';
import {
  discordantOf,
  newcombePairedInterval,
  type PairedCounts,
  tangoEquivalence,
  tangoInterval,
  tangoNonInferiority,
  waldPairedInterval,
} from '../intervals/paired-proportions.ts';
import { type PartialResult, withInterval } from '../result.ts';

/** Joint counts of two arms' pass marks over the same items. */
export function pairedCounts(first: readonly boolean[], second: readonly boolean[]): PairedCounts {
  const counts = { a: 0, b: 0, c: 0, d: 0 };
  for (const [index, pass] of first.entries()) {
    const other = second[index] === true;
    if (pass) counts[other ? 'a' : 'b'] += 1;
    else counts[other ? 'c' : 'd'] += 1;
  }
  return counts;
}

export type PassOptions = { level: number; alternative: Alternative; margin?: number };

/** All paired statistics of pass/fail data: tests of McNemar, difference with three intervals, tests against a margin. */
export function pairedPassResults(counts: PairedCounts, options: PassOptions): PartialResult[] {
  return [
    ...mcnemarResults(counts, options.alternative),
    ...differenceResults(counts, options.level),
    ...marginResults(counts, options.margin),
  ];
}

function mcnemarResults(counts: PairedCounts, alternative: Alternative): PartialResult[] {
  const { a, b, c, d } = counts;
  const more = {
    details: { both: a, onlyFirst: b, onlySecond: c, neither: d },
    notes: [`both passed ${a}, only first ${b}, only second ${c}, neither ${d}`],
  };
  const side = alternative === 'two-sided' ? '' : `, one-sided (${alternative})`;
  const tests: [string, string, McNemarTest][] = [
    ['mcnemar.exact', `McNemar, exact${side}`, mcnemarExact(counts, alternative)],
    ['mcnemar.midp', `McNemar, mid-p${side}`, mcnemarMidP(counts, alternative)],
  ];
  if (alternative === 'two-sided')
    tests.push(
      ['mcnemar.chi2', 'McNemar, chi-squared without continuity correction', mcnemarChiSquared(counts)],
      ['mcnemar.chi2Cc', 'McNemar, chi-squared with continuity correction', mcnemarContinuityCorrected(counts)],
    );
  return tests.map(([statistic, method, test]) => {
    if (test.value === null) return { statistic, method, ...test, ...more };
    const result = { statistic, method, value: test.value, p: test.p, ...more };
    return test.z === undefined ? result : { ...result, testStatistic: test.z };
  });
}

function differenceResults(counts: PairedCounts, level: number): PartialResult[] {
  const discordant = discordantOf(counts);
  const differences = [
    ['tango.difference', 'Tango score interval', tangoInterval(discordant, level)],
    [
      'newcombe.difference',
      'Newcombe square-and-add interval, corrected correlation',
      newcombePairedInterval(counts, level),
    ],
    ['wald.difference', 'Wald interval', waldPairedInterval(discordant, level)],
  ] as const;
  return differences.map(([statistic, method, estimate]) => {
    const label = { statistic, method: 'Difference of paired proportions' };
    return estimate.value === null
      ? { ...label, ...estimate }
      : withInterval({ ...label, value: estimate.value }, estimate.interval, { level, method });
  });
}

function marginResults(counts: PairedCounts, margin: number | undefined): PartialResult[] {
  if (margin === undefined) return [];
  const discordant = discordantOf(counts);
  const tests = [
    [
      'tango.noninferiority',
      `Non-inferiority of the pass rate, margin ${margin}, Tango score Z, one-sided`,
      tangoNonInferiority(discordant, margin),
    ],
    [
      'tango.equivalence',
      `Equivalence of the pass rates within ±${margin}, two one-sided Tango score tests`,
      tangoEquivalence(discordant, margin),
    ],
  ] as const;
  return tests.map(([statistic, method, test]) =>
    test.value === null ? { statistic, method, ...test } : { statistic, method, value: test.value, p: test.p },
  );
}
