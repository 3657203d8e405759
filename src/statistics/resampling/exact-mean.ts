import { normalQuantile } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { at, largest, mean, smallest, sum } from '../vector.ts';
import { bcaProbabilities, jackknifeAcceleration, type TieRule } from './bootstrap.ts';

export type ExactBootstrap = Estimate<{ z0: number; acceleration: number; percentile: Interval; bca: Interval | null }>;

/** Additions of the convolution above which Monte Carlo is quicker; 30 scores of a 25-point scale need about 100,000. */
const maxAdditions = 3e7;

/**
 * Bootstrap of a mean without Monte Carlo: the full distribution of the resampled sum, the n-fold convolution of the
 * empirical distribution. Deterministic, hence without a seed. Interval ends are the smallest means whose cumulative
 * probability reaches the level. Needs values on a grid of whole numbers or of decimals with at most three places.
 */
export function exactBootstrapMean(values: readonly number[], tieRule: TieRule = 'mid', level = 0.95): ExactBootstrap {
  const n = values.length;
  if (n < 2) return undefinedBecause('fewer than two values');
  const scale = gridScale(values);
  if (scale === null) return undefinedBecause('values are not on a grid of at most three decimals');
  const steps = values.map((value) => Math.round(value * scale));
  const low = smallest(steps);
  const range = largest(steps) - low;
  if (range === 0) return undefinedBecause('no variation');
  const additions = (n * n * range * new Set(steps).size) / 2;
  if (additions > maxAdditions) return undefinedBecause('too many values or too fine a grid for the exact bootstrap');
  const masses = convolve(
    steps.map((step) => step - low),
    range,
    n,
  );
  const centre = sum(steps) - low * n;
  const below = sum(masses.subarray(0, centre));
  const share = below + (tieRule === 'mid' ? at(masses, centre) / 2 : 0);
  const z0 = normalQuantile(share);
  const estimate = mean(values);
  const acceleration = jackknifeAcceleration(values.map((value) => (estimate * n - value) / (n - 1)));
  const quantile = (p: number): number => (quantileIndex(masses, p) + low * n) / scale / n;
  const ends = bcaProbabilities(z0, acceleration, level);
  const tail = (1 - level) / 2;
  return {
    value: estimate,
    z0,
    acceleration,
    percentile: [quantile(tail), quantile(1 - tail)],
    bca: ends === null ? null : [quantile(ends[0]), quantile(ends[1])],
  };
}

/** The smallest of 1, 10, 100, 1000 that makes whole numbers of all values; null where none does. */
export function gridScale(values: readonly number[]): number | null {
  for (const scale of [1, 10, 100, 1000]) {
    if (values.every((value) => Math.abs(value * scale - Math.round(value * scale)) < 1e-9 * scale)) return scale;
  }
  return null;
}

/** Distribution of the sum of n draws from the values with equal chances; index = sum. */
function convolve(values: readonly number[], range: number, n: number): Float64Array {
  const chances = new Map<number, number>();
  for (const value of values) chances.set(value, (chances.get(value) ?? 0) + 1 / n);
  const distinct = Array.from(chances.keys());
  const chance = Array.from(chances.values());
  let masses = new Float64Array(range * n + 1);
  masses[0] = 1;
  for (let draw = 0; draw < n; draw++) {
    const next = new Float64Array(range * n + 1);
    for (let total = 0; total <= range * draw; total++) {
      const mass = at(masses, total);
      if (mass === 0) continue;
      for (let i = 0; i < distinct.length; i++) {
        const sum = total + at(distinct, i);
        next[sum] = at(next, sum) + mass * at(chance, i);
      }
    }
    masses = next;
  }
  return masses;
}

function quantileIndex(masses: Float64Array, p: number): number {
  let cumulative = 0;
  for (const [index, mass] of masses.entries()) {
    cumulative += mass;
    if (cumulative >= p - 1e-12) return index;
  }
  return masses.length - 1;
}
