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
