import { clusterPermutation } from './cluster-permutation.ts';
import { clusteredMean } from './clustered.ts';
import { type BootstrapSettings, bootstrapRun } from './paired-bootstrap.ts';
import { type PartialResult, withInterval } from './result.ts';
import { at, sum } from './vector.ts';

/**
 * Paired differences that come in clusters (option orders of one question, variants of one vignette): mean difference with
 * cluster-robust error and design effect, bootstrap of whole clusters, permutation of whole clusters. `what` names the
 * difference: of scores or of pass rates.
 */
export function pairedClusterResults(
  clusters: readonly (readonly number[])[],
  what: string,
  settings: BootstrapSettings,
): PartialResult[] {
  const sums = clusters.map((cluster) => sum(cluster));
  const sizes = clusters.map((cluster) => cluster.length);
  const meanOf = (times: ArrayLike<number>): number | null => {
    let [total, n] = [0, 0];
    for (let i = 0; i < sums.length; i++) {
      total += at(times, i) * at(sums, i);
      n += at(times, i) * at(sizes, i);
    }
    return n === 0 ? null : total / n;
  };
  return [
    permutationResult(clusters, settings),
    robustResult(clusters, what, settings.level),
    ...bootstrapRun('clustered.bootstrap', `${what}, bootstrap of whole clusters`, {
      items: clusters.length,
      statistic: meanOf,
      ...settings,
    }),
  ];
}

function permutationResult(clusters: readonly (readonly number[])[], settings: BootstrapSettings): PartialResult {
  const label = { statistic: 'clustered.permutation', method: 'Permutation of the arms by whole clusters, two-sided' };
  const test = clusterPermutation(clusters, settings);
  if (test.value === null) return { ...label, ...test };
  const result = { ...label, value: test.value, p: test.p, details: { clustersThatDiffer: test.clusters } };
  if (test.exact) return { ...result, method: `${label.method}, exact` };
  return { ...result, method: `${label.method}, drawn`, seed: settings.seed, replicates: settings.replicates };
}

function robustResult(clusters: readonly (readonly number[])[], what: string, level: number): PartialResult {
  const label = { statistic: 'clustered.meanDifference', method: `${what}, cluster-robust standard error` };
  const robust = clusteredMean(clusters, level);
  if (robust.value === null) return { ...label, ...robust };
  const { value, se, designEffect, n } = robust;
  const details = {
    clusters: robust.clusters,
    ...(designEffect === null ? {} : { designEffect, ...(designEffect > 0 ? { effectiveN: n / designEffect } : {}) }),
  };
  if (se === 0) return { ...label, value, details, notes: ['no interval: all clusters have the same mean'] };
  return withInterval({ ...label, value, se, details }, robust.interval, {
    level,
    method: `t interval, ${robust.clusters - 1} degrees of freedom`,
  });
}
