import { hodgesLehmann } from '../hypothesis-tests/hodges-lehmann.ts';
import { meanEquivalence, meanNonInferiority, pairedMean } from '../hypothesis-tests/paired-t.ts';
import { rankEquivalence, rankNonInferiority } from '../hypothesis-tests/rank-margin.ts';
import type { Alternative } from '../hypothesis-tests/wilcoxon.ts';
import type { TieRule } from '../resampling/bootstrap.ts';
import { bootstrapMeanResults } from '../resampling/bootstrap-results.ts';
import { type Estimate, type PartialResult, withInterval } from '../result.ts';
import { wilcoxonResults } from './signed-ranks.ts';

export type ScoreOptions = {
  seed: number;
  replicates: number;
  level: number;
  tieRule: TieRule;
  alternative: Alternative;
  margin?: number;
};

/** All paired statistics of score differences (already rounded, see `pairedDifferences`). */
export function pairedScoreResults(differences: readonly number[], options: ScoreOptions): PartialResult[] {
  return [
    ...wilcoxonResults(differences, options.alternative),
    ...locationResults(differences, options.level),
    ...bootstrapMeanResults(differences, options),
    ...marginResults(differences, options.margin),
  ];
}

function locationResults(differences: readonly number[], level: number): PartialResult[] {
  const t = pairedMean(differences, level);
  const nonzero = differences.filter((d) => d !== 0);
  const difference = { statistic: 'meanDifference', method: 'Mean difference, paired t' };
  return [
    shiftResult('hodgesLehmann', 'zeros kept', differences, level),
    ...(nonzero.length < differences.length && nonzero.length > 0
      ? [shiftResult('hodgesLehmann.zerosDropped', "zeros dropped (what R's wilcox.test estimates)", nonzero, level)]
      : []),
    t.value === null
      ? { ...difference, ...t }
      : withInterval({ ...difference, value: t.value, se: t.se, testStatistic: t.t, p: t.p }, t.interval, {
          level,
          method: `t interval, ${t.df} degrees of freedom`,
        }),
  ];
}

function shiftResult(statistic: string, zeros: string, differences: readonly number[], level: number): PartialResult {
  const label = { statistic, method: `Hodges–Lehmann estimate: median of all Walsh averages, ${zeros}` };
  const shift = hodgesLehmann(differences, level);
  if (shift.value === null) return { ...label, ...shift };
  const covers = `the interval covers ${(100 * shift.achievedLevel).toFixed(1)} % without ties`;
  return withInterval({ ...label, value: shift.value, notes: [covers] }, shift.interval, {
    level,
    method: 'signed-rank interval of Walsh averages',
  });
}

function marginResults(differences: readonly number[], margin: number | undefined): PartialResult[] {
  if (margin === undefined) return [];
  const inferiority = `Non-inferiority, margin ${margin}, one-sided`;
  const equivalence = `Equivalence within ±${margin}, two one-sided`;
  const tests: [string, string, Estimate<{ p: number }>][] = [
    ['noninferiority.t', `${inferiority} paired t`, meanNonInferiority(differences, margin)],
    ['noninferiority.wilcoxon', `${inferiority} signed rank`, rankNonInferiority(differences, margin)],
    ['equivalence.tost', `${equivalence} t tests`, meanEquivalence(differences, margin)],
    ['equivalence.wilcoxon', `${equivalence} signed-rank tests`, rankEquivalence(differences, margin)],
  ];
  return tests.map(([statistic, method, test]) =>
    test.value === null ? { statistic, method, ...test } : { statistic, method, value: test.value, p: test.p },
  );
}
