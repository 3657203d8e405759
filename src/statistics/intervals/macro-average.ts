import { criticalZ } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { sum } from '../vector.ts';
import { discordantOf, type PairedCounts, type PairedDifference, tangoInterval } from './paired-proportions.ts';
import { wilsonInterval } from './proportion.ts';

export type MacroAverage = Estimate<{ se: number; ci95: Interval; groups: number; ciMethod: string }>;

/**
 * Unweighted mean of independent rates k/n with its own standard error √Σse²/K, se² = p(1 − p)/n.
 * The interval recovers the variance from each group's Wilson limits (MOVER, Zou and Donner 2008), so it does not
 * collapse when a group scores 0 or 100 %. Also serves as balanced accuracy, with sensitivity and specificity as groups.
 */
export function macroAverageOfRates(groups: readonly { k: number; n: number }[]): MacroAverage {
  if (groups.length === 0) return undefinedBecause('no groups');
  const empty = groups.findIndex((group) => group.n <= 0);
  if (empty >= 0) return undefinedBecause(`group ${empty + 1} has no cases`);
  const count = groups.length;
  const rates = groups.map((group) => group.k / group.n);
  const variance = sum(rates.map((rate, index) => (rate * (1 - rate)) / (groups[index]?.n ?? 1)));
  return {
    value: sum(rates) / count,
    se: Math.sqrt(variance) / count,
    ci95: macroInterval(groups, 0.95),
    groups: count,
    ciMethod: 'MOVER on Wilson limits',
  };
}

/** The MOVER interval of the unweighted mean of rates at any level; every group has cases. */
export function macroInterval(groups: readonly { k: number; n: number }[], level: number): Interval {
  let [total, below, above] = [0, 0, 0];
  for (const { k, n } of groups) {
    const [low, high] = wilsonInterval(k, n, level) ?? [0, 1];
    const rate = k / n;
    total += rate;
    below += (rate - low) ** 2;
    above += (high - rate) ** 2;
  }
  const [value, count] = [total / groups.length, groups.length];
  return [Math.max(0, value - Math.sqrt(below) / count), Math.min(1, value + Math.sqrt(above) / count)];
}

export type MacroMean = Estimate<{ se: number; interval: Interval; groups: number; ciMethod: string }>;

/** Unweighted mean of independent estimates with standard error √Σse²/K and a normal interval. */
export function macroAverage(groups: readonly { value: number; se: number }[], level = 0.95): MacroMean {
  if (groups.length === 0) return undefinedBecause('no groups');
  const count = groups.length;
  const value = sum(groups.map((group) => group.value)) / count;
  const se = Math.sqrt(sum(groups.map((group) => group.se ** 2))) / count;
  const half = criticalZ(level) * se;
  return { value, se, interval: [value - half, value + half], groups: count, ciMethod: 'normal' };
}

/**
 * Unweighted mean over sets of the paired difference (b − c)/n, the first arm less the second, with an interval that recovers
 * each set's variance from its Tango limits (MOVER, Zou and Donner 2008); `n` is the number of all pairs.
 */
export function macroDifference(sets: readonly PairedCounts[], level = 0.95): PairedDifference {
  if (sets.length === 0) return undefinedBecause('no sets');
  let [total, below, above, n] = [0, 0, 0, 0];
  for (const counts of sets) {
    const one = tangoInterval(discordantOf(counts), level);
    if (one.value === null) return one;
    total += one.value;
    below += (one.value - one.interval[0]) ** 2;
    above += (one.interval[1] - one.value) ** 2;
    n += one.n;
  }
  const value = total / sets.length;
  const [low, high] = [value - Math.sqrt(below) / sets.length, value + Math.sqrt(above) / sets.length];
  return { value, interval: [Math.max(-1, low), Math.min(1, high)], n };
}
