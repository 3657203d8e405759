import { bootstrapItems } from './bootstrap.ts';
import { exactBootstrapMean } from './bootstrap-exact-mean.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { meanEquivalence, meanNonInferiority, pairedMean } from './paired-t.ts';
import type { Estimate, Interval, StatisticResult } from './result.ts';
import { dot, sum } from './vector.ts';
import {
  rankBiserial,
  signedRanks,
  type WilcoxonTest,
  wilcoxonExact,
  wilcoxonNormal,
  wilcoxonPratt,
} from './wilcoxon.ts';

export type ScoreOptions = { seed: number; replicates: number; margin?: number };

/** One figure without the part (`n`, `pair`) that the caller adds to all of them. */
export type PartialResult = Omit<StatisticResult, 'n' | 'pair'>;

/** All paired statistics of score differences (already rounded, see `pairedDifferences`). */
export function pairedScoreResults(differences: readonly number[], options: ScoreOptions): PartialResult[] {
  return [
    ...wilcoxonResults(differences),
    ...locationResults(differences),
    ...bootstrapResults(differences, options),
    ...marginResults(differences, options.margin),
  ];
}

function wilcoxonResults(differences: readonly number[]): PartialResult[] {
  const dropped = signedRanks(differences);
  const counts = [`W+ ${dropped.wPlus}, W− ${dropped.wMinus}, ${dropped.zeros} zero differences`];
  const exact = wilcoxonExact(dropped);
  // Without zeros both rules rank alike.
  const prattExact = dropped.zeros === 0 ? exact : wilcoxonExact(signedRanks(differences, 'pratt'));
  const tests: [string, string, WilcoxonTest][] = [
    ['exactPermutation.zerosDropped', 'Wilcoxon signed rank, exact permutation, zeros dropped', exact],
    ['exactPermutation.pratt', 'Wilcoxon signed rank, exact permutation, zeros by Pratt', prattExact],
    [
      'normal',
      'Wilcoxon signed rank, normal approximation, zeros dropped, no continuity correction',
      wilcoxonNormal(dropped, false),
    ],
    [
      'normalCc',
      'Wilcoxon signed rank, normal approximation, zeros dropped, continuity correction',
      wilcoxonNormal(dropped, true),
    ],
    ['pratt', 'Wilcoxon signed rank, normal approximation, zeros by Pratt', wilcoxonPratt(differences)],
  ];
  const results = tests.map(([name, method, test]): PartialResult => {
    const label = { statistic: `wilcoxon.${name}`, method };
    if (test.value === null) return { ...label, ...test };
    const result = { ...label, value: test.value, p: test.p, notes: counts };
    return test.z === undefined ? result : { ...result, testStatistic: test.z };
  });
  return [
    ...results,
    {
      statistic: 'rankBiserial',
      method: 'Matched-pairs rank-biserial correlation, zeros dropped',
      ...rankBiserial(dropped),
    },
  ];
}

function locationResults(differences: readonly number[]): PartialResult[] {
  const shift = hodgesLehmann(differences);
  const t = pairedMean(differences);
  const hl = {
    statistic: 'hodgesLehmann',
    method: 'Hodges–Lehmann estimate: median of all Walsh averages, zeros kept',
  };
  const difference = { statistic: 'meanDifference', method: 'Mean difference, paired t' };
  return [
    shift.value === null
      ? { ...hl, ...shift }
      : {
          ...hl,
          value: shift.value,
          ci95: shift.interval,
          ciMethod: 'signed-rank interval of Walsh averages',
          notes: [`the interval covers ${(100 * shift.achievedLevel).toFixed(1)} % without ties`],
        },
    t.value === null
      ? { ...difference, ...t }
      : {
          ...difference,
          value: t.value,
          se: t.se,
          ci95: t.interval,
          ciMethod: `t interval, ${t.df} degrees of freedom`,
          testStatistic: t.t,
          p: t.p,
        },
  ];
}

const maxBootstrapPairs = 2000;

/** Exact where the scores lie on a grid, else seeded Monte Carlo. */
function bootstrapResults(differences: readonly number[], { seed, replicates }: ScoreOptions): PartialResult[] {
  const label = (name: string, method: string): { statistic: string; method: string } => ({
    statistic: `bootstrapMean.${name}`,
    method: `Mean difference, ${method}`,
  });
  const exact = exactBootstrapMean(differences, 'mid');
  if (exact.value !== null) {
    return [
      {
        ...label('exact.percentile95', 'exact bootstrap distribution'),
        value: exact.value,
        ci95: exact.percentile,
        ciMethod: 'exact bootstrap, percentile',
      },
      withInterval(
        { ...label('exact.bca95.midTies', 'exact bootstrap distribution'), value: exact.value },
        exact.bca,
        'exact bootstrap, BCa, ties counted half',
      ),
    ];
  }
  if (differences.length > maxBootstrapPairs) {
    const reason = `not computed above ${maxBootstrapPairs} pairs, where the t interval serves`;
    return [{ ...label('percentile95', 'bootstrap of pairs'), value: null, reason }];
  }
  const statistic = (times: Uint32Array): number => dot(times, differences) / sum(times);
  const result = bootstrapItems(differences.length, statistic, { seed, replicates, interval: 'bca' });
  const percentile = label('percentile95', 'bootstrap of pairs');
  if (result.value === null) return [{ ...percentile, ...result }];
  const run = { value: result.value, seed, replicates, undefinedReplicates: result.undefinedReplicates };
  return [
    withInterval({ ...percentile, ...run }, result.percentile, 'percentile bootstrap'),
    withInterval(
      { ...label('bca95.midTies', 'bootstrap of pairs'), ...run },
      result.interval,
      'BCa bootstrap, ties counted half',
    ),
  ];
}

function withInterval(result: PartialResult, interval: Interval | null, ciMethod: string): PartialResult {
  return interval === null
    ? { ...result, notes: ['no interval: the bootstrap distribution does not allow one'] }
    : { ...result, ci95: interval, ciMethod };
}

function marginResults(differences: readonly number[], margin: number | undefined): PartialResult[] {
  if (margin === undefined) return [];
  const tests: [string, string, Estimate<{ p: number }>][] = [
    [
      'noninferiority.t',
      `Non-inferiority of the mean, margin ${margin}, one-sided paired t`,
      meanNonInferiority(differences, margin),
    ],
    [
      'equivalence.tost',
      `Equivalence of the mean within ±${margin}, two one-sided t tests`,
      meanEquivalence(differences, margin),
    ],
  ];
  return tests.map(([statistic, method, test]) =>
    test.value === null ? { statistic, method, ...test } : { statistic, method, value: test.value, p: test.p },
  );
}
