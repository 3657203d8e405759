import { seededRandom } from '../../core/random.ts';
import { undefinedBecause } from '../result.ts';
import { type BootstrapResult, intervalOfReplicates } from './bootstrap.ts';
import { randomMultinomial } from './random-binomial.ts';

/** A statistic of kinds of items that occur so many times each; null where they do not define it. */
export type PatternStatistic = (times: ArrayLike<number>) => number | null;

/**
 * The percentile bootstrap of items where many look alike: `counts[k]` items are of kind k. Each replicate draws how often
 * every kind occurs (multinomial), which has the same distribution as drawing the items one by one and costs as much for a
 * million items as for a hundred.
 */
export function patternBootstrap(
  counts: readonly number[],
  statistic: PatternStatistic,
  options: { seed: number; replicates: number },
): BootstrapResult {
  const estimate = statistic(counts);
  if (estimate === null) return undefinedBecause('the statistic is undefined for the data');
  const random = seededRandom(options.seed);
  const times = new Float64Array(counts.length);
  const values: number[] = [];
  for (let b = 0; b < options.replicates; b++) {
    randomMultinomial(random, counts, times);
    const value = statistic(times);
    if (value !== null) values.push(value);
  }
  return intervalOfReplicates(estimate, values, options);
}
