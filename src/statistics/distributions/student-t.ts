import { bisect } from '../solve.ts';
import { regularizedBeta } from './beta.ts';

/** P(T > t) of Student's distribution with df degrees of freedom (DLMF 8.17; Abramowitz and Stegun 26.7.1). */
export function studentTUpperTail(t: number, df: number): number {
  const square = t * t;
  // The smaller of the two arguments is used, so that neither tail nor centre loses digits.
  const twoTails =
    square < df
      ? 1 - regularizedBeta(square / (df + square), 0.5, df / 2)
      : regularizedBeta(df / (df + square), df / 2, 0.5);
  return t >= 0 ? twoTails / 2 : 1 - twoTails / 2;
}

/** Two-sided p of a t statistic. */
export function studentTTwoSided(t: number, df: number): number {
  return Math.min(1, 2 * studentTUpperTail(Math.abs(t), df));
}

/** Quantile of Student's distribution with df degrees of freedom, 0 < p < 1. */
export function studentTQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let high = 1;
  while (studentTUpperTail(high, df) > tail) high *= 2;
  const magnitude = bisect((t) => studentTUpperTail(t, df) - tail, 0, high);
  return p < 0.5 ? -magnitude : magnitude;
}
