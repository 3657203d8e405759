import { studentTUpperTail } from '../distributions/student-t.ts';
import { clusterPermutation } from '../hypothesis-tests/cluster-permutation.ts';
import { clusteredMean } from '../intervals/clustered.ts';
import { type BootstrapSettings, bootstrapRun } from '../resampling/bootstrap-results.ts';
import { type PartialResult, withInterval } from '../result.ts';
import { at, sum } from '../vector.ts';

type ClusterSettings = BootstrapSettings & { margin: number | undefined };
type Clusters = readonly (readonly number[])[];

/** How the figures are called: `name` begins their identifiers, `what` their methods. */
type Naming = { name: string; what: string };

/**
 * Paired differences that come in clusters (option orders of one question, variants of one vignette): mean difference with
 * cluster-robust error and design effect, tests against a margin, bootstrap of whole clusters, permutation of whole clusters.
 */
export function pairedClusterResults(clusters: Clusters, naming: Naming, settings: ClusterSettings): PartialResult[] {
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
    permutationResult(clusters, naming, settings),
    robustResult(clusters, naming, settings.level),
    ...marginResults(clusters, naming, settings.margin),
    ...bootstrapRun(`${naming.name}.bootstrap`, `${naming.what}, bootstrap of whole clusters`, {
      items: clusters.length,
      statistic: meanOf,
      ...settings,
    }),
  ];
}

function permutationResult(clusters: Clusters, { name, what }: Naming, settings: BootstrapSettings): PartialResult {
  const label = {
    statistic: `${name}.permutation`,
    method: `${what}, permutation of the arms by whole clusters, two-sided`,
  };
  const test = clusterPermutation(clusters, settings);
  if (test.value === null) return { ...label, ...test };
  const result = { ...label, value: test.value, p: test.p, details: { clustersThatDiffer: test.clusters } };
  if (test.exact) return { ...result, method: `${label.method}, exact` };
  return { ...result, method: `${label.method}, drawn`, seed: settings.seed, replicates: settings.replicates };
}

function robustResult(clusters: Clusters, { name, what }: Naming, level: number): PartialResult {
  const label = { statistic: `${name}.meanDifference`, method: `${what}, cluster-robust standard error` };
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

/** Non-inferiority and equivalence by t tests on the cluster-robust error, clusters − 1 degrees of freedom. */
function marginResults(clusters: Clusters, { name, what }: Naming, margin: number | undefined): PartialResult[] {
  if (margin === undefined) return [];
  const robust = clusteredMean(clusters);
  const against = `${what}, cluster-robust t, margin ${margin}`;
  const labels = [
    { statistic: `${name}.noninferiority`, method: `Non-inferiority, one-sided: ${against}` },
    { statistic: `${name}.equivalence`, method: `Equivalence, two one-sided: ${against}` },
  ] as const;
  if (robust.value === null || robust.se === 0) {
    const reason = robust.value === null ? robust.reason : 'all clusters have the same mean';
    return labels.map((label) => ({ ...label, value: null, reason }));
  }
  const above = (robust.value + margin) / robust.se;
  const below = (margin - robust.value) / robust.se;
  const df = robust.clusters - 1;
  return [
    { ...labels[0], value: above, p: studentTUpperTail(above, df) },
    { ...labels[1], value: Math.min(above, below), p: studentTUpperTail(Math.min(above, below), df) },
  ];
}
