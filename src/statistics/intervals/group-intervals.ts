import { studentTQuantile } from '../distributions/student-t.ts';
import type { TieRule } from '../resampling/bootstrap.ts';
import { bootstrapRun } from '../resampling/bootstrap-results.ts';
import { type PartialResult, type StatisticResult, withInterval } from '../result.ts';
import { at, mean, sampleVariance, sum } from '../vector.ts';
import { clusterCorrelation, clusteredMean } from './clustered.ts';
import { macroAverage, macroAverageOfRates, macroInterval } from './macro-average.ts';
import { type PointStatistic, pointStatistics } from './point-statistics.ts';
import { clopperPearsonInterval, wilsonInterval } from './proportion.ts';

/** Values of one group (set, benchmark, arm); `clusters` names the cluster of each value, in the same order. */
export type ValueGroup = { name: string; values: readonly number[]; clusters?: readonly string[] };

export type IntervalOptions = {
  level: number;
  seed: number;
  replicates: number;
  tieRule: TieRule;
  statistic: PointStatistic;
};

export type GroupFigures = { name: string; n: number; clusters?: number; results: StatisticResult[] };

export type IntervalReport = {
  level: number;
  seed: number;
  replicates: number;
  tieRule: TieRule;
  groups: GroupFigures[];
  /** Macro average with its own standard error, and all values pooled; empty for one group. */
  overall: StatisticResult[];
  notes: string[];
};

const wilsonLabel = { statistic: 'proportion.wilson', method: 'proportion with Wilson score interval' };
const exactLabel = { statistic: 'proportion.clopperPearson', method: 'proportion with exact Clopper–Pearson interval' };

/** One proportion under both methods. */
export function proportionResults(k: number, n: number, level: number): PartialResult[] {
  const methods = [
    [wilsonLabel, 'Wilson score', wilsonInterval(k, n, level)],
    [exactLabel, 'Clopper–Pearson, exact', clopperPearsonInterval(k, n, level)],
  ] as const;
  return methods.map(([label, method, interval]) =>
    interval === null
      ? { ...label, value: null, reason: 'no trials' }
      : withInterval({ ...label, value: k / n }, interval, { level, method }),
  );
}

/** Intervals of counts by group, their macro average and the pooled proportion. */
export function countIntervals(
  groups: readonly { name: string; k: number; n: number }[],
  options: IntervalOptions,
): IntervalReport {
  const figures = groups.map(({ name, k, n }) => ({
    name,
    n,
    results: proportionResults(k, n, options.level).map((result) => ({ ...result, n })),
  }));
  return report(figures, options, groups.length < 2 ? [] : overallOfCounts(groups, options.level));
}

/** Intervals of values by group, with clusters where they are named; values that are all 0 or 1 are proportions. */
export function valueIntervals(groups: readonly ValueGroup[], options: IntervalOptions): IntervalReport {
  const binary = options.statistic === 'mean' && groups.every((group) => group.values.every((v) => v === 0 || v === 1));
  const figures = groups.map((group): GroupFigures => {
    const clusters = clustersOf(group);
    const clustered = clusters !== null && clusters.length < group.values.length;
    const own = clustered
      ? clusteredResults(clusters, binary, options)
      : binary
        ? proportionResults(sum(group.values), group.values.length, options.level)
        : independentResults(group.values, options);
    const results = own.map((result) => ({ ...result, n: group.values.length }));
    const base = { name: group.name, n: group.values.length };
    return clusters === null ? { ...base, results } : { ...base, clusters: clusters.length, results };
  });
  const clustered = figures.some((group) => group.clusters !== undefined && group.clusters < group.n);
  if (groups.length < 2 || options.statistic !== 'mean') return report(figures, options, []);
  if (binary && !clustered) {
    const counts = groups.map(({ values }) => ({ k: sum(values), n: values.length }));
    return report(figures, options, overallOfCounts(counts, options.level));
  }
  return report(figures, options, [macroOfFigures(figures, options.level)]);
}

function report(groups: GroupFigures[], options: IntervalOptions, overall: StatisticResult[]): IntervalReport {
  const { level, seed, replicates, tieRule } = options;
  const notes = groups.some((group) => group.clusters !== undefined && group.clusters < group.n)
    ? ['Values of one cluster are not independent: errors are cluster-robust, and whole clusters are resampled.']
    : [];
  return { level, seed, replicates, tieRule, groups, overall, notes };
}

function clustersOf({ values, clusters }: ValueGroup): number[][] | null {
  if (clusters === undefined) return null;
  const members = new Map<string, number[]>();
  for (const [index, value] of values.entries()) {
    const name = clusters[index] ?? `value ${index + 1}`;
    const own = members.get(name);
    if (own === undefined) members.set(name, [value]);
    else own.push(value);
  }
  return [...members.values()];
}

/** Mean of clustered values: t interval on cluster-robust error, Wilson on the effective sample size, bootstrap of clusters. */
function clusteredResults(clusters: number[][], binary: boolean, options: IntervalOptions): PartialResult[] {
  const { level } = options;
  const what = binary ? 'proportion' : options.statistic;
  const values = clusters.flat();
  const owner = clusters.flatMap((cluster, index) => cluster.map(() => index));
  const times = new Float64Array(values.length);
  const sampled = sampledResults(`${what}.clusterBootstrap`, `${what}, bootstrap of whole clusters`, options, {
    items: clusters.length,
    values: values.length,
    statistic: (drawn) => {
      for (let i = 0; i < times.length; i++) times[i] = at(drawn, at(owner, i));
      return pointStatistics[options.statistic](values, times);
    },
  });
  if (options.statistic !== 'mean') return sampled;
  const robust = clusteredMean(clusters, level);
  const label = { statistic: `${what}.clusterRobust`, method: `${what} with cluster-robust standard error` };
  if (robust.value === null) return [{ ...label, ...robust }];
  const { value, se, n, designEffect } = robust;
  const correlation = designEffect === null ? null : clusterCorrelation(designEffect, n / clusters.length);
  const details = {
    clusters: clusters.length,
    ...(designEffect === null ? {} : { designEffect }),
    ...(correlation === null ? {} : { intraclassCorrelation: correlation }),
  };
  const own =
    se === 0
      ? { ...label, value, details, notes: ['no interval: all clusters have the same mean'] }
      : withInterval({ ...label, value, se, details }, robust.interval, {
          level,
          method: `t interval, ${clusters.length - 1} degrees of freedom`,
        });
  return [
    ...(binary ? [effectiveWilson(value, n, { clusters: clusters.length, designEffect, level })] : []),
    own,
    ...sampled,
  ];
}

/**
 * Wilson's interval on the effective sample size n/design effect (Korn and Graubard 1998 do the same with the exact
 * interval), never above n. Outcomes that do not vary have no design effect: n is then the number of clusters.
 */
function effectiveWilson(
  p: number,
  n: number,
  { clusters, designEffect, level }: { clusters: number; designEffect: number | null; level: number },
): PartialResult {
  const effective = designEffect === null || designEffect <= 0 ? clusters : Math.min(n, n / designEffect);
  const label = {
    statistic: 'proportion.wilsonEffective',
    method: 'proportion with Wilson score interval on the effective sample size',
  };
  const note =
    designEffect === null || designEffect <= 0
      ? [`no design effect can be estimated: each of the ${clusters} clusters counts as one observation`]
      : [];
  const interval = wilsonInterval(p * effective, effective, level);
  const base = { ...label, value: p, details: { effectiveN: effective }, ...(note.length > 0 ? { notes: note } : {}) };
  return interval === null
    ? { ...label, value: null, reason: 'no trials' }
    : withInterval(base, interval, { level, method: 'Wilson score, effective n' });
}

function independentResults(values: readonly number[], options: IntervalOptions): PartialResult[] {
  const { statistic, level } = options;
  const sampled = sampledResults(`${statistic}.bootstrap`, `${statistic}, bootstrap of values`, options, {
    items: values.length,
    values: values.length,
    statistic: (times) => pointStatistics[statistic](values, times),
  });
  if (statistic !== 'mean') return sampled;
  const label = { statistic: 'mean.t', method: 'mean with t interval' };
  if (values.length < 2) return [{ ...label, value: null, reason: 'fewer than two values' }];
  const se = Math.sqrt(sampleVariance(values) / values.length);
  const df = values.length - 1;
  const half = studentTQuantile(1 - (1 - level) / 2, df) * se;
  const value = mean(values);
  if (se === 0) return [{ ...label, value, notes: ['no interval: all values are equal'] }];
  const method = `t interval, ${df} degrees of freedom`;
  return [withInterval({ ...label, value, se }, [value - half, value + half], { level, method }), ...sampled];
}

/** Values times replicates above which the bootstrap would take minutes. */
const maxDraws = 2e9;

function sampledResults(
  name: string,
  method: string,
  options: IntervalOptions,
  run: { items: number; values: number; statistic: (times: Uint32Array) => number | null },
): PartialResult[] {
  if (run.values * options.replicates > maxDraws) {
    const most = Math.floor(maxDraws / run.values);
    return [
      {
        statistic: name,
        method,
        value: null,
        reason: `too many values for ${options.replicates} replicates; at most ${most}`,
      },
    ];
  }
  return bootstrapRun(name, method, { ...options, ...run });
}

function overallOfCounts(groups: readonly { k: number; n: number }[], level: number): StatisticResult[] {
  const n = sum(groups.map((group) => group.n));
  const label = { statistic: 'macroAverage', method: `unweighted mean of ${groups.length} groups`, n };
  const macro = macroAverageOfRates(groups);
  const pooled = proportionResults(sum(groups.map((group) => group.k)), n, level).map((result) => ({
    ...result,
    statistic: result.statistic.replace('proportion', 'pooled'),
    method: `pooled ${result.method}`,
    n,
  }));
  return [
    macro.value === null
      ? { ...label, ...macro }
      : withInterval({ ...label, value: macro.value, se: macro.se }, macroInterval(groups, level), {
          level,
          method: macro.ciMethod,
        }),
    ...pooled,
  ];
}

/** Macro average of means, from each group's own (cluster-robust) standard error. */
function macroOfFigures(groups: readonly GroupFigures[], level: number): StatisticResult {
  const label = {
    statistic: 'macroAverage',
    method: `unweighted mean of ${groups.length} groups`,
    n: sum(groups.map((group) => group.n)),
  };
  const estimates: { value: number; se: number }[] = [];
  for (const group of groups) {
    const own = group.results.find(({ se, statistic }) => se !== undefined && /\.(t|clusterRobust)$/.test(statistic));
    if (own === undefined || own.value === null || own.se === undefined)
      return { ...label, value: null, reason: `group ${group.name} has no standard error` };
    estimates.push({ value: own.value, se: own.se });
  }
  const macro = macroAverage(estimates, level);
  return macro.value === null
    ? { ...label, ...macro }
    : withInterval({ ...label, value: macro.value, se: macro.se }, macro.interval, { level, method: macro.ciMethod });
}
