import { at, median } from '../vector.ts';

export type PointStatistic = 'mean' | 'median' | 'variance';

/** A statistic of values that occur so many times each; null where they do not define it. */
export type WeightedStatistic = (values: ArrayLike<number>, times: ArrayLike<number>) => number | null;

/**
 * Statistics of one sample whose interval the bootstrap gives. `variance` has n in the denominator, as the plug-in estimate
 * of Efron and Tibshirani (1993, chapter 14).
 */
export const pointStatistics: Record<PointStatistic, WeightedStatistic> = {
  mean: (values, times) => moments(values, times)?.mean ?? null,
  variance: (values, times) => moments(values, times)?.variance ?? null,
  median: (values, times) => {
    const expanded: number[] = [];
    for (let i = 0; i < values.length; i++) for (let k = at(times, i); k > 0; k--) expanded.push(at(values, i));
    return expanded.length === 0 ? null : median(expanded);
  },
};

function moments(values: ArrayLike<number>, times: ArrayLike<number>): { mean: number; variance: number } | null {
  // Centred on the first value, so that large values keep their digits.
  const centre = values.length === 0 ? 0 : at(values, 0);
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = at(times, i);
    const value = at(values, i) - centre;
    n += weight;
    sum += weight * value;
    squares += weight * value * value;
  }
  return n === 0 ? null : { mean: centre + sum / n, variance: Math.max(0, squares / n - (sum / n) ** 2) };
}
