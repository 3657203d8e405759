import { AppError } from '../../core/error.ts';

/** Coefficients B(2k) / (2k (2k − 1)) of Stirling's series, DLMF 5.11.1. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);
const maxIterations = 100_000;

/** Natural logarithm of Γ(x), x > 0: recurrence up to x ≥ 15, then Stirling's series (DLMF 5.5.1, 5.11.1). */
export function logGamma(x: number): number {
  let product = 1;
  let shifted = x;
  while (shifted < 15) {
    product *= shifted;
    shifted += 1;
  }
  let series = 0;
  let power = 1 / shifted;
  for (const coefficient of stirling) {
    series += coefficient * power;
    power /= shifted * shifted;
  }
  return (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + series - Math.log(product);
}

/** Regularised lower incomplete gamma function P(a, x), by the series DLMF 8.7.1; for x < a + 1. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let total = term;
  for (let k = 1; k < maxIterations; k++) {
    term *= x / (a + k);
    total += term;
    if (term < total * 1e-17) return total * Math.exp(a * Math.log(x) - x - logGamma(a));
  }
  throw new AppError('internal', `incomplete gamma: series did not converge for a = ${a}, x = ${x}`);
}

/** Regularised upper incomplete gamma function Q(a, x), by the continued fraction DLMF 8.9.2 (Lentz); for x ≥ a + 1. */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < maxIterations; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) return fraction * Math.exp(a * Math.log(x) - x - logGamma(a));
  }
  throw new AppError('internal', `incomplete gamma: continued fraction did not converge for a = ${a}, x = ${x}`);
}

/** Regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), a > 0, x ≥ 0, without cancellation in the tail. */
export function upperIncompleteGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}
