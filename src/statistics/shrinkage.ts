import { sum } from './vector.ts';

/** A group's mean from n values, and the same pulled towards 0 as far as its size asks for. */
export type ShrunkenMean = { mean: number; se: number; shrunken: number; shrunkenSe: number };

export type GroupSums = { n: number; sum: number; squares: number };

/** Variance within groups, pooled over all of them; null where no group has two values. */
export function pooledVariance(groups: readonly GroupSums[]): number | null {
  const freedom = sum(groups.map((group) => Math.max(0, group.n - 1)));
  if (freedom === 0) return null;
  const within = sum(groups.map((group) => (group.n === 0 ? 0 : group.squares - group.sum ** 2 / group.n)));
  return Math.max(0, within) / freedom;
}

/**
 * Empirical-Bayes means of groups under a normal model with mean 0 between groups: shrunken = mean · τ²/(τ² + σ²/n), where
 * σ² is the pooled variance within groups and τ² = max(0, Σ n_g (mean_g² − σ²/n_g) / Σ n_g) its moment estimate between
 * them. With τ² = 0 everything is pulled to 0. Null entries have no value or no estimate of σ².
 */
export function shrunkenMeans(groups: readonly GroupSums[]): (ShrunkenMean | null)[] {
  const variance = pooledVariance(groups);
  if (variance === null) return groups.map(() => null);
  const filled = groups.filter((group) => group.n > 0);
  const items = sum(filled.map((group) => group.n));
  const excess = sum(filled.map((group) => group.n * ((group.sum / group.n) ** 2 - variance / group.n)));
  const between = items === 0 ? 0 : Math.max(0, excess / items);
  return groups.map((group) => {
    if (group.n === 0) return null;
    const mean = group.sum / group.n;
    const error = variance / group.n;
    const share = between + error === 0 ? 0 : between / (between + error);
    return {
      mean,
      se: Math.sqrt(error),
      shrunken: share === 0 ? 0 : share * mean,
      shrunkenSe: Math.sqrt(share * error),
    };
  });
}
