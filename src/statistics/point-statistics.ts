import { mean, median } from './vector.ts';

export type PointStatistic = 'mean' | 'median' | 'variance';

/**
 * Statistics of one sample whose interval the bootstrap gives; null for an empty sample. `variance` has n in the
 * denominator, as the plug-in estimate of Efron and Tibshirani (1993, chapter 14).
 */
export const pointStatistics: Record<PointStatistic, (values: readonly number[]) => number | null> = {
  mean: (values) => (values.length === 0 ? null : mean(values)),
  median: (values) => (values.length === 0 ? null : median(values)),
  variance: (values) => {
    if (values.length === 0) return null;
    const centre = mean(values);
    return mean(values.map((value) => (value - centre) ** 2));
  },
};
