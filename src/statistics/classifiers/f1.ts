import { type BootstrapResult, bootstrapItems } from '../resampling/bootstrap.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import { at } from '../vector.ts';

/** What is true of an item, and what was said of it; null where nothing was said. */
export type Called = { truth: boolean; call: boolean | null };

export type BalancedF1 = Estimate<{ positive: number; negative: number }>;

/**
 * Mean of the F1 of the positives and the F1 of the negatives (HealthBench's meta-evaluation). An item of which nothing
 * was said is missed by its own class and claimed by neither, so that abstaining never helps. Undefined where a class is
 * empty.
 */
export function balancedF1(items: readonly Called[]): BalancedF1 {
  return ofCounts(countsOf(items, () => 1));
}

/** Balanced F1 with a percentile interval from resampling items. */
export function balancedF1Bootstrap(
  items: readonly Called[],
  options: { seed: number; replicates: number },
): BootstrapResult {
  return bootstrapItems(items.length, (weights) => ofCounts(countsOf(items, (i) => at(weights, i))).value, {
    ...options,
    interval: 'percentile',
  });
}

type Counts = { tp: number; fn: number; tn: number; fp: number; missedPositive: number; missedNegative: number };

function countsOf(items: readonly Called[], weight: (i: number) => number): Counts {
  const counts: Counts = { tp: 0, fn: 0, tn: 0, fp: 0, missedPositive: 0, missedNegative: 0 };
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === undefined) continue;
    const { truth, call } = item;
    if (call === null) counts[truth ? 'missedPositive' : 'missedNegative'] += weight(i);
    else if (truth) counts[call ? 'tp' : 'fn'] += weight(i);
    else counts[call ? 'fp' : 'tn'] += weight(i);
  }
  return counts;
}

function ofCounts({ tp, fn, tn, fp, missedPositive, missedNegative }: Counts): BalancedF1 {
  if (tp + fn + missedPositive === 0) return undefinedBecause('no item is positive');
  if (tn + fp + missedNegative === 0) return undefinedBecause('no item is negative');
  const positive = (2 * tp) / (2 * tp + fn + missedPositive + fp);
  const negative = (2 * tn) / (2 * tn + fp + missedNegative + fn);
  return { value: (positive + negative) / 2, positive, negative };
}
