import { studentTQuantile } from '../distributions/student-t.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { mean, sampleVariance, sum } from '../vector.ts';

export type ClusteredMean = Estimate<{
  se: number;
  interval: Interval;
  clusters: number;
  n: number;
  designEffect: number | null;
}>;

/**
 * Mean of clustered observations with the cluster-robust standard error √(Σ_c(Σ_i d_ic)² · C/(C − 1))/n, a t interval on
 * C − 1 degrees of freedom, and the design effect (its variance over that of independent observations).
 */
export function clusteredMean(clusters: readonly (readonly number[])[], level = 0.95): ClusteredMean {
  const filled = clusters.filter((cluster) => cluster.length > 0);
  const values = filled.flat();
  if (filled.length < 2) return undefinedBecause('fewer than two clusters');
  const n = values.length;
  const value = mean(values);
  const squares = sum(filled.map((cluster) => sum(cluster.map((x) => x - value)) ** 2));
  const se = Math.sqrt((squares * filled.length) / (filled.length - 1)) / n;
  const independent = sampleVariance(values) / n;
  const half = studentTQuantile(1 - (1 - level) / 2, filled.length - 1) * se;
  const designEffect = independent > 0 ? se ** 2 / independent : null;
  return { value, se, interval: [value - half, value + half], clusters: filled.length, n, designEffect };
}

/** The intraclass correlation that a design effect means for clusters of that mean size: (deff − 1)/(m − 1) (Kish 1965). */
export function clusterCorrelation(designEffect: number, meanSize: number): number | null {
  return meanSize > 1 ? (designEffect - 1) / (meanSize - 1) : null;
}
