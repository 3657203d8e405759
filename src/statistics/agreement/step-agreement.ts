import { type Estimate, undefinedBecause } from '../result.ts';
import { noPairs, noVariation } from './chance-corrected.ts';

/**
 * Sums over the units of one cluster that have two or more ratings: ratings of the rare category, other ratings, and the
 * ordered pairs of unlike ratings, each unit's over its ratings less one.
 */
export type BinaryCluster = { positive: number; negative: number; unlike: number };

/** The sums of clusters that occur so many times each. */
export function pooledClusters(clusters: readonly BinaryCluster[], times: ArrayLike<number>): BinaryCluster {
  let positive = 0;
  let negative = 0;
  let unlike = 0;
  for (const [index, cluster] of clusters.entries()) {
    const count = times[index] ?? 0;
    positive += count * cluster.positive;
    negative += count * cluster.negative;
    unlike += count * cluster.unlike;
  }
  return { positive, negative, unlike };
}

/** Krippendorff's nominal alpha of two categories from pooled sums: 1 − (n − 1) D / (2 n₀ n₁). */
export function binaryAlpha({ positive, negative, unlike }: BinaryCluster): Estimate {
  const n = positive + negative;
  if (n === 0) return undefinedBecause(noPairs);
  if (positive === 0 || negative === 0) return undefinedBecause(noVariation);
  return { value: 1 - ((n - 1) * unlike) / (2 * positive * negative) };
}

/** Specific agreement on the first category (Dice; the F1 of one rater against another): (n₁ − D/2)/n₁. */
export function positiveAgreement({ positive, unlike }: BinaryCluster): Estimate {
  if (positive === 0) return undefinedBecause('the category was never used');
  return { value: (positive - unlike / 2) / positive };
}
