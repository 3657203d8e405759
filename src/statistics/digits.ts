import type { Interval } from './result.ts';

/**
 * How many decimals a figure with this interval supports, 0 … 6: half the interval's width is shown with two digits when it
 * begins with 100 to 354 and with one when it begins with 355 to 999 (the Particle Data Group's rule for errors, Review of
 * Particle Physics, introduction, section 5.3), and the figure as far as that.
 */
export function supportedDecimals([low, high]: Interval): number {
  const half = (high - low) / 2;
  if (!(half > 0) || !Number.isFinite(half)) return 2;
  const exponent = Math.floor(Math.log10(half));
  const leading = half / 10 ** exponent;
  return Math.min(6, Math.max(0, (leading < 3.55 ? 1 : 0) - exponent));
}

/** A number at that many decimals; what rounds to nothing has no sign. */
export function roundedText(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, '$1');
}

/**
 * A figure with its interval at the decimals that the interval supports. An end that would round to 0 without being 0 keeps
 * its first significant digit, since whether 0 lies inside must not depend on rounding.
 */
export function intervalText(interval: Interval): string {
  const decimals = supportedDecimals(interval);
  const end = (value: number): string => {
    const plain = roundedText(value, decimals);
    if (Number(plain) !== 0 || Math.abs(value) < 1e-9) return plain;
    return value.toFixed(Math.min(9, -Math.floor(Math.log10(Math.abs(value)))));
  };
  return `[${end(interval[0])}, ${end(interval[1])}]`;
}
