import { type Estimate, type Interval, undefinedBecause } from './result.ts';
import { studentTQuantile } from './student-t.ts';
import { mean, sampleVariance, sum } from './vector.ts';

export type ClusteredMean = Estimate<{
  se: number;
  ci95: Interval;
  clusters: number;
  n: number;
  designEffect: number | null;
}>;

/**
 * Mean of clustered observations with the cluster-robust standard error √(Σ_c(Σ_i d_ic)² · C/(C − 1))/n, a t interval on
 * C − 1 degrees of freedom, and the design effect (its variance over that of independent observations).
 */
export function clusteredMean(clusters: readonly (readonly number[])[]): ClusteredMean {
  const filled = clusters.filter((cluster) => cluster.length > 0);
  const values = filled.flat();
  if (filled.length < 2) return undefinedBecause('fewer than two clusters');
  const n = values.length;
  const value = mean(values);
  const squares = sum(filled.map((cluster) => sum(cluster.map((x) => x - value)) ** 2));
  const se = Math.sqrt((squares * filled.length) / (filled.length - 1)) / n;
  const independent = sampleVariance(values) / n;
  const half = studentTQuantile(0.975, filled.length - 1) * se;
  const designEffect = independent > 0 ? se ** 2 / independent : null;
  return { value, se, ci95: [value - half, value + half], clusters: filled.length, n, designEffect };
}
