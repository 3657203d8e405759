import { criticalZ } from './normal.ts';
import { wilsonInterval } from './proportion.ts';
import { type Estimate, type Interval, undefinedBecause } from './result.ts';
import { sum } from './vector.ts';

export type MacroAverage = Estimate<{ se: number; ci95: Interval; groups: number; ciMethod: string }>;

/**
 * Unweighted mean of independent rates k/n with its own standard error √Σse²/K, se² = p(1 − p)/n.
 * The interval recovers the variance from each group's Wilson limits (MOVER, Zou and Donner 2008), so it does not
 * collapse when a group scores 0 or 100 %. Also serves as balanced accuracy, with sensitivity and specificity as groups.
 */
export function macroAverageOfRates(groups: readonly { k: number; n: number }[]): MacroAverage {
  if (groups.length === 0) return undefinedBecause('no groups');
  const limits = groups.map((group) => wilsonInterval(group.k, group.n));
  const rates = groups.map((group) => group.k / group.n);
  const count = groups.length;
  const value = sum(rates) / count;
  let variance = 0;
  let below = 0;
  let above = 0;
  for (const [index, group] of groups.entries()) {
    const limit = limits[index];
    const rate = rates[index];
    if (limit === null || limit === undefined || rate === undefined) {
      return undefinedBecause(`group ${index + 1} has no cases`);
    }
    variance += (rate * (1 - rate)) / group.n;
    below += (rate - limit[0]) ** 2;
    above += (limit[1] - rate) ** 2;
  }
  return {
    value,
    se: Math.sqrt(variance) / count,
    ci95: [Math.max(0, value - Math.sqrt(below) / count), Math.min(1, value + Math.sqrt(above) / count)],
    groups: count,
    ciMethod: 'MOVER on Wilson limits',
  };
}

/** Unweighted mean of independent estimates with standard error √Σse²/K and a normal interval. */
export function macroAverage(groups: readonly { value: number; se: number }[]): MacroAverage {
  if (groups.length === 0) return undefinedBecause('no groups');
  const count = groups.length;
  const value = sum(groups.map((group) => group.value)) / count;
  const se = Math.sqrt(sum(groups.map((group) => group.se ** 2))) / count;
  const half = criticalZ(0.95) * se;
  return { value, se, ci95: [value - half, value + half], groups: count, ciMethod: 'normal' };
}
