import { bisect } from '../solve.ts';
import { regularizedBeta } from './beta.ts';

/** P(F > f) with df1 and df2 degrees of freedom, which need not be whole numbers (Abramowitz and Stegun 26.6.2). */
export function fUpperTail(f: number, df1: number, df2: number): number {
  if (f <= 0) return 1;
  return regularizedBeta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2);
}

/** Quantile of the F distribution, 0 < p < 1. */
export function fQuantile(p: number, df1: number, df2: number): number {
  let high = 1;
  while (fUpperTail(high, df1, df2) > 1 - p) high *= 2;
  let low = high / 2;
  while (fUpperTail(low, df1, df2) < 1 - p) low /= 2;
  return bisect((f) => fUpperTail(f, df1, df2) - (1 - p), low, high);
}
