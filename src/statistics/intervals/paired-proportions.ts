import { criticalZ, normalUpperTail } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { bisect } from '../solve.ts';
import { wilsonInterval } from './proportion.ts';

/** Counts of pairs: a both passed, b only the first, c only the second, d neither. */
export type PairedCounts = { a: number; b: number; c: number; d: number };

/** Difference of the proportions, (b − c)/n, with an interval. */
export type PairedDifference = Estimate<{ interval: Interval; n: number }>;

/** What the score methods need of the counts: the discordant pairs and the number of all pairs. */
export type DiscordantOf = { b: number; c: number; n: number };

export function discordantOf({ a, b, c, d }: PairedCounts): DiscordantOf {
  return { b, c, n: a + b + c + d };
}

/** Tango's (1998) score statistic for the hypothesis that the difference of paired proportions is delta. */
export function tangoZ({ b, c, n }: DiscordantOf, delta: number): number {
  const first = 2 * n;
  const second = -b - c + (2 * n - b + c) * delta;
  const third = -c * delta * (1 - delta);
  const p = (Math.sqrt(Math.max(0, second * second - 4 * first * third)) - second) / (2 * first);
  const variance = n * (2 * p + delta * (1 - delta));
  const deviation = b - c - n * delta;
  if (Math.abs(deviation) < 1e-12) return 0;
  return variance <= 0 ? Math.sign(deviation) * Number.POSITIVE_INFINITY : deviation / Math.sqrt(variance);
}

/** (b − c)/n with Tango's score interval: the differences whose score statistic lies within ±z. */
export function tangoInterval(counts: DiscordantOf, level = 0.95): PairedDifference {
  const { b, c, n } = counts;
  if (n === 0) return undefinedBecause('no pairs');
  const value = (b - c) / n;
  const z = criticalZ(level);
  const lower = b - c === -n ? -1 : bisect((delta) => tangoZ(counts, delta) - z, -1, value);
  const upper = b - c === n ? 1 : bisect((delta) => tangoZ(counts, delta) + z, value, 1);
  return { value, interval: [lower, upper], n };
}

/** One-sided test; `value` is the score statistic Z. */
export type NonInferiorityTest = Estimate<{ p: number; margin: number; n: number }>;

/** Non-inferiority of the first arm: Z = z(−margin) of Tango's score, p = P(N > Z). */
export function tangoNonInferiority(counts: DiscordantOf, margin: number): NonInferiorityTest {
  if (counts.n === 0) return undefinedBecause('no pairs');
  const value = tangoZ(counts, -margin);
  return { value, p: normalUpperTail(value), margin, n: counts.n };
}

/**
 * Equivalence within ±margin by two one-sided score tests; `value` is the Z of the weaker side and p its p-value. It holds
 * at level α exactly when Tango's 1 − 2α interval lies within the margins.
 */
export function tangoEquivalence(counts: DiscordantOf, margin: number): NonInferiorityTest {
  if (counts.n === 0) return undefinedBecause('no pairs');
  const value = Math.min(tangoZ(counts, -margin), -tangoZ(counts, margin));
  return { value, p: normalUpperTail(value), margin, n: counts.n };
}

/** Wald interval D ± z √(b + c − (b − c)²/n)/n; kept for comparison, too narrow for small n. */
export function waldPairedInterval({ b, c, n }: DiscordantOf, level = 0.95): PairedDifference {
  if (n === 0) return undefinedBecause('no pairs');
  const value = (b - c) / n;
  const half = (criticalZ(level) * Math.sqrt(b + c - (b - c) ** 2 / n)) / n;
  return { value, interval: [Math.max(-1, value - half), Math.min(1, value + half)], n };
}

/** Newcombe's (1998) square-and-add interval from the two Wilson intervals, with the continuity-corrected correlation. */
export function newcombePairedInterval(counts: PairedCounts, level = 0.95): PairedDifference {
  const { a, b, c, d } = counts;
  const n = a + b + c + d;
  const first = wilsonInterval(a + b, n, level);
  const second = wilsonInterval(a + c, n, level);
  if (first === null || second === null) return undefinedBecause('no pairs');
  const phi = correctedPhi(counts, n);
  const p1 = (a + b) / n;
  const p2 = (a + c) / n;
  const half = (own: number, other: number): number =>
    Math.sqrt(Math.max(0, own * own - 2 * phi * own * other + other * other));
  const value = (b - c) / n;
  return {
    value,
    interval: [value - half(p1 - first[0], second[1] - p2), value + half(p2 - second[0], first[1] - p1)],
    n,
  };
}

function correctedPhi({ a, b, c, d }: PairedCounts, n: number): number {
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins === 0) return 0;
  const cross = a * d - b * c;
  const corrected = cross > n / 2 ? cross - n / 2 : Math.min(0, cross);
  return corrected / Math.sqrt(margins);
}
