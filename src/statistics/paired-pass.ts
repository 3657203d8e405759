import { mcnemarChiSquared, mcnemarContinuityCorrected, mcnemarExact, mcnemarMidP } from './mcnemar.ts';
import {
  discordantOf,
  newcombePairedInterval,
  type PairedCounts,
  tangoInterval,
  tangoNonInferiority,
  waldPairedInterval,
} from './paired-proportions.ts';
import type { PartialResult } from './paired-scores.ts';

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

/** All paired statistics of pass/fail data: tests of McNemar, difference with three intervals, non-inferiority with a margin. */
export function pairedPassResults(counts: PairedCounts, margin?: number): PartialResult[] {
  const discordant = discordantOf(counts);
  const note = [`both passed ${counts.a}, only first ${counts.b}, only second ${counts.c}, neither ${counts.d}`];
  const tests = [
    ['mcnemar.exact', 'McNemar, exact', mcnemarExact(counts)],
    ['mcnemar.midp', 'McNemar, mid-p', mcnemarMidP(counts)],
    ['mcnemar.chi2', 'McNemar, chi-squared without continuity correction', mcnemarChiSquared(counts)],
    ['mcnemar.chi2Cc', 'McNemar, chi-squared with continuity correction', mcnemarContinuityCorrected(counts)],
  ] as const;
  const differences = [
    ['tango.difference', 'Tango score interval', tangoInterval(discordant)],
    ['newcombe.difference', 'Newcombe square-and-add interval, corrected correlation', newcombePairedInterval(counts)],
    ['wald.difference', 'Wald interval', waldPairedInterval(discordant)],
  ] as const;
  const results: PartialResult[] = [
    ...tests.map(([statistic, method, test]) =>
      test.value === null
        ? { statistic, method, ...test, notes: note }
        : { statistic, method, value: test.value, p: test.p, notes: note },
    ),
    ...differences.map(([statistic, ciMethod, estimate]) => {
      const label = { statistic, method: 'Difference of paired proportions' };
      return estimate.value === null
        ? { ...label, ...estimate }
        : { ...label, value: estimate.value, ci95: estimate.interval, ciMethod };
    }),
  ];
  if (margin === undefined) return results;
  const label = {
    statistic: 'tango.noninferiority',
    method: `Non-inferiority of the pass rate, margin ${margin}, Tango score Z, one-sided`,
  };
  const test = tangoNonInferiority(discordant, margin);
  return [...results, test.value === null ? { ...label, ...test } : { ...label, value: test.value, p: test.p }];
}
