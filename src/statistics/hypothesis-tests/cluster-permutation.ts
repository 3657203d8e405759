import { seededRandom } from '../../core/random.ts';
import { gridScale } from '../resampling/exact-mean.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import { at, sum } from '../vector.ts';
import { signedSumDistribution } from './wilcoxon.ts';

/** `value` is the sum of all differences. `replicates` is absent where the distribution is exact. */
export type ClusterPermutation = Estimate<{ p: number; exact: boolean; clusters: number; replicates?: number }>;

/** Additions above which the exact distribution gives way to drawing. */
const maxAdditions = 3e7;

/**
 * Two-sided permutation test of paired differences that come in clusters: the sign of a whole cluster's sum is exchanged,
 * as if its two arms had been, so pairs within a cluster may hang together in any way (Good 2005, ch. 3). Exact on a grid of
 * at most three decimals, else by seeded drawing with p = (hits + 1)/(B + 1). With clusters of one pass mark each it is the
 * exact McNemar test.
 */
export function clusterPermutation(
  clusters: readonly (readonly number[])[],
  { seed, replicates }: { seed: number; replicates: number },
): ClusterPermutation {
  const sums = clusters.map((cluster) => sum(cluster)).filter((total) => Math.abs(total) > 1e-12);
  const value = sum(sums);
  if (sums.length === 0) return undefinedBecause('no cluster favours either arm');
  const scale = gridScale(sums);
  const steps = scale === null ? [] : sums.map((total) => Math.abs(Math.round(total * scale)));
  if (scale !== null && steps.length * sum(steps) <= maxAdditions) {
    const observed = (Math.round(value * scale) + sum(steps)) / 2;
    return { value, p: tail(signedSumDistribution(steps), observed), exact: true, clusters: sums.length };
  }
  const random = seededRandom(seed);
  const limit = Math.abs(value) - 1e-9 * Math.max(1, Math.abs(value));
  let hits = 0;
  for (let b = 0; b < replicates; b++) {
    let total = 0;
    for (const one of sums) total += random() < 0.5 ? one : -one;
    if (Math.abs(total) >= limit) hits += 1;
  }
  return { value, p: (hits + 1) / (replicates + 1), exact: false, clusters: sums.length, replicates };
}

/** Two-sided tail of a symmetric distribution over 0 … total. */
function tail(masses: Float64Array, observed: number): number {
  const centre = (masses.length - 1) / 2;
  const far = Math.abs(observed - centre);
  let p = 0;
  for (let s = 0; s < masses.length; s++) if (Math.abs(s - centre) >= far - 1e-9) p += at(masses, s);
  return Math.min(1, p);
}
