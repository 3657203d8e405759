import { binomialCdf, binomialMass } from '../distributions/binomial.ts';
import { chiSquaredUpperTail } from '../distributions/chi-squared.ts';
import { normalTwoSided } from '../distributions/normal.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import type { Alternative } from './wilcoxon.ts';

/** Discordant pairs: b only the first passed, c only the second. */
export type Discordant = { b: number; c: number };

/** `value` is the test statistic: chi-squared, or min(b, c) for the exact tests. */
export type McNemarTest = Estimate<{ p: number; z?: number }>;

const none = 'no discordant pairs';

/**
 * Exact test: 2 P(X ≤ min(b, c)), X ~ Bin(b + c, ½), at most 1; one-sided P(X ≤ c) for `greater` (the first passes more
 * often) and P(X ≤ b) for `less`.
 */
export function mcnemarExact({ b, c }: Discordant, alternative: Alternative = 'two-sided'): McNemarTest {
  if (b + c === 0) return undefinedBecause(none);
  const value = Math.min(b, c);
  if (alternative !== 'two-sided') return { value, p: fairTail(alternative === 'greater' ? c : b, b + c).cdf };
  return { value, p: Math.min(1, 2 * fairTail(value, b + c).cdf) };
}

/** Mid-p variant of the exact test: 2 P(X ≤ min) − P(X = min); one-sided the tail less half of the mass at its end. */
export function mcnemarMidP({ b, c }: Discordant, alternative: Alternative = 'two-sided'): McNemarTest {
  if (b + c === 0) return undefinedBecause(none);
  const value = Math.min(b, c);
  if (alternative !== 'two-sided') {
    const side = fairTail(alternative === 'greater' ? c : b, b + c);
    return { value, p: side.cdf - side.mass / 2 };
  }
  const { cdf, mass } = fairTail(value, b + c);
  return { value, p: Math.min(1, 2 * cdf - mass) };
}

/** Asymptotic test, χ² = (b − c)²/(b + c) on one degree of freedom, z = (b − c)/√(b + c). */
export function mcnemarChiSquared({ b, c }: Discordant): McNemarTest {
  if (b + c === 0) return undefinedBecause(none);
  const z = (b - c) / Math.sqrt(b + c);
  return { value: z * z, z, p: normalTwoSided(z) };
}

/** Asymptotic test with continuity correction, χ² = (|b − c| − 1)²/(b + c), 0 when b = c. */
export function mcnemarContinuityCorrected({ b, c }: Discordant): McNemarTest {
  if (b + c === 0) return undefinedBecause(none);
  const value = Math.max(0, Math.abs(b - c) - 1) ** 2 / (b + c);
  return { value, p: chiSquaredUpperTail(value, 1) };
}

/**
 * P(X ≤ k) and P(X = k) for X ~ Bin(n, ½), summed term by term while 2^−n is a normal number: simple fractions stay exact.
 */
function fairTail(k: number, n: number): { cdf: number; mass: number } {
  if (n > 1000) return { cdf: binomialCdf(k, n, 0.5), mass: binomialMass(k, n, 0.5) };
  let mass = 0.5 ** n;
  let cdf = mass;
  for (let i = 1; i <= k; i++) {
    mass *= (n - i + 1) / i;
    cdf += mass;
  }
  return { cdf, mass };
}
