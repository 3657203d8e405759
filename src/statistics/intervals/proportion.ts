import { inverseRegularizedBeta } from '../distributions/beta.ts';
import { criticalZ } from '../distributions/normal.ts';
import type { Interval } from '../result.ts';

/** Wilson's score interval for k successes in n trials (Wilson 1927); null when n = 0. Honest at k = 0 and k = n. */
export function wilsonInterval(k: number, n: number, level = 0.95): Interval | null {
  if (n <= 0) return null;
  const z = criticalZ(level);
  const p = k / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / scale;
  return [k === 0 ? 0 : Math.max(0, centre - half), k === n ? 1 : Math.min(1, centre + half)];
}

/** Exact interval of Clopper and Pearson (1934) from beta quantiles; null when n = 0. Never covers less than its level. */
export function clopperPearsonInterval(k: number, n: number, level = 0.95): Interval | null {
  if (n <= 0) return null;
  const tail = (1 - level) / 2;
  return [
    k === 0 ? 0 : inverseRegularizedBeta(tail, k, n - k + 1),
    k === n ? 1 : inverseRegularizedBeta(1 - tail, k + 1, n - k),
  ];
}

/** Rate k/n with its 95 % Wilson interval, as every rate in reports is shown; both are null when n = 0. */
export type Rate = { k: number; n: number; rate: number | null; ci95: Interval | null };

export function rateOf(k: number, n: number): Rate {
  return { k, n, rate: n > 0 ? k / n : null, ci95: wilsonInterval(k, n) };
}

/**
 * Rate over the decided cases with both worst cases beside it: all undecided counted as not k, and all as k.
 * `bounds` is null when there is no case at all.
 */
export type BoundedRate = Rate & { undecided: number; bounds: Interval | null };

export function rateWithUndecided(k: number, decided: number, undecided: number): BoundedRate {
  const all = decided + undecided;
  return { ...rateOf(k, decided), undecided, bounds: all > 0 ? [k / all, (k + undecided) / all] : null };
}
