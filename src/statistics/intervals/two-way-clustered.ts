import { studentTQuantile, studentTTwoSided } from '../distributions/student-t.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';

/** One observation with the two groups that it belongs to, for example an item and a seed. */
export type CrossedValue = { value: number; first: string | number; second: string | number };

export type TwoWayClusteredMean = Estimate<{
  se: number;
  ci95: Interval;
  p: number;
  df: number;
  n: number;
  first: number;
  second: number;
}>;

/**
 * Mean of observations that hang together in two crossed ways, with the two-way cluster-robust variance V₁ + V₂ − V₁₂ of
 * Cameron, Gelbach & Miller (2011, JBES 29:238), each part with its factor G/(G − 1). That sum can come out too small, so
 * the larger of V₁ and V₂ is its floor. t interval and two-sided t test of mean 0 on min(G₁, G₂) − 1 degrees of freedom,
 * as Cameron & Miller (2015) advise for few clusters. Undefined for fewer than two groups of either kind, and where all
 * observations are equal.
 */
export function twoWayClusteredMean(values: readonly CrossedValue[]): TwoWayClusteredMean {
  const n = values.length;
  if (n === 0) return undefinedBecause('no observations');
  const value = values.reduce((sum, one) => sum + one.value, 0) / n;
  const part = (group: (one: CrossedValue) => string): { variance: number; groups: number } => {
    const sums = new Map<string, number>();
    for (const one of values) sums.set(group(one), (sums.get(group(one)) ?? 0) + one.value - value);
    const squares = [...sums.values()].reduce((sum, one) => sum + one * one, 0);
    const groups = sums.size;
    return { variance: groups < 2 ? 0 : ((groups / (groups - 1)) * squares) / (n * n), groups };
  };
  const first = part((one) => String(one.first));
  const second = part((one) => String(one.second));
  const both = part((one) => `${one.first}\u0000${one.second}`);
  if (first.groups < 2 || second.groups < 2) return undefinedBecause('fewer than two groups of one kind');
  if (both.variance === 0) return undefinedBecause('all observations are equal');
  const variance = Math.max(first.variance, second.variance, first.variance + second.variance - both.variance);
  const df = Math.min(first.groups, second.groups) - 1;
  const se = Math.sqrt(variance);
  const half = studentTQuantile(0.975, df) * se;
  return {
    value,
    se,
    ci95: [value - half, value + half],
    p: studentTTwoSided(value / se, df),
    df,
    n,
    first: first.groups,
    second: second.groups,
  };
}
