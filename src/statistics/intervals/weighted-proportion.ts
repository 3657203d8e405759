import type { Interval } from '../result.ts';
import { wilsonInterval } from './proportion.ts';

/** One stratum: k of n, and the coefficient with which its proportion enters the sum. */
export type WeightedStratum = { k: number; n: number; coefficient: number };

/**
 * A linear combination of independent proportions, Σ c·k/n, with an interval by variance recovery from the strata's Wilson
 * intervals (MOVER; Zou, Huang & Zhang 2009). One stratum with coefficient 1 gives Wilson's interval itself; +1 and −1 give
 * Newcombe's hybrid score interval of a difference. Honest where all k are 0; conservative for many small strata. Null
 * where a stratum is empty.
 */
export function combinedProportion(strata: readonly WeightedStratum[]): { value: number; interval: Interval } | null {
  let value = 0;
  let below = 0;
  let above = 0;
  for (const { k, n, coefficient } of strata) {
    const interval = wilsonInterval(k, n);
    if (interval === null) return null;
    const p = k / n;
    const down = coefficient * (p - (coefficient > 0 ? interval[0] : interval[1]));
    const up = coefficient * ((coefficient > 0 ? interval[1] : interval[0]) - p);
    value += coefficient * p;
    below += down * down;
    above += up * up;
  }
  return strata.length === 0 ? null : { value, interval: [value - Math.sqrt(below), value + Math.sqrt(above)] };
}
