import { upperIncompleteGamma } from './gamma.ts';

/** P(Z > z) of the standard normal distribution, accurate in relative terms far into the tail. */
export function normalUpperTail(z: number): number {
  const half = 0.5 * upperIncompleteGamma(0.5, (z * z) / 2);
  return z >= 0 ? half : 1 - half;
}

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return normalUpperTail(-z);
}

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Two-sided p of a standard normal test statistic. */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * normalUpperTail(Math.abs(z)));
}

/**
 * Quantile of the standard normal distribution; ±Infinity at p = 1 and p = 0. Starts from Abramowitz and Stegun 26.2.23
 * (error below 4.5e-4) and polishes with Halley's method to the precision of the distribution function.
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const rational = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  let z = rational - t;
  for (let i = 0; i < 4; i++) {
    const step = (normalUpperTail(-z) - p) / normalDensity(z);
    z -= step / (1 + (z * step) / 2);
  }
  return z;
}

/** The z with P(|Z| ≤ z) = level, for example 1.96 at 0.95. */
export function criticalZ(level: number): number {
  return -normalQuantile((1 - level) / 2);
}
