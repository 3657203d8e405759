import { at, largest } from './vector.ts';

export type Ranks = { ranks: Float64Array /** Σ(t³ − t) over groups of equal values. */; tieTerm: number };

/** Mid-ranks from 1; equal values share the mean of their ranks. Round decimals first, so that ties are ties. */
export function midRanks(values: ArrayLike<number>): Ranks {
  const order = Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => at(values, a) - at(values, b),
  );
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  let start = 0;
  while (start < order.length) {
    const value = at(values, at(order, start));
    let end = start + 1;
    while (end < order.length && at(values, at(order, end)) === value) end += 1;
    for (let i = start; i < end; i++) ranks[at(order, i)] = (start + 1 + end) / 2;
    const size = end - start;
    tieTerm += size ** 3 - size;
    start = end;
  }
  return { ranks, tieTerm };
}

/**
 * Differences x − y without the noise of binary fractions: rounded to 12 significant digits of the largest value, so that
 * 0.3 − 0.2 and 0.2 − 0.1 tie and equal decimals give exactly zero.
 */
export function pairedDifferences(x: readonly number[], y: readonly number[]): number[] {
  const scale = largest([...x, ...y, Number.MIN_VALUE].map(Math.abs));
  const places = Math.min(100, Math.max(0, 11 - Math.floor(Math.log10(scale))));
  return x.map((value, index) => Number((value - at(y, index)).toFixed(places)) + 0);
}
