import { seededRandom } from '../../core/random.ts';
import { criticalZ, normalCdf, normalQuantile } from '../distributions/normal.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { at, mean, sum } from '../vector.ts';

/**
 * How z0 of the BCa interval counts replicates equal to the estimate: `mid` counts half of them (the project's rule),
 * `strict` counts none (R boot). On discrete scores the two give different ends.
 */
export type TieRule = 'mid' | 'strict';

export type BootstrapOptions = {
  seed: number;
  replicates: number;
  interval: 'percentile' | 'bca';
  tieRule?: TieRule;
  level?: number;
};

export type BootstrapResult = Estimate<{
  interval: Interval | null;
  /** The percentile interval of the same replicates, also when BCa was asked for. */
  percentile: Interval | null;
  /** Why there is no interval. */
  intervalReason?: string;
  seed: number;
  replicates: number;
  undefinedReplicates: number;
  /** What BCa used, where it was asked for and gave an interval. */
  bca?: { z0: number; acceleration: number };
}>;

/** A statistic of items that occur multiplicity[i] times each; null where the resample does not define it. */
export type ItemStatistic = (multiplicity: Uint32Array) => number | null;

/** Above this share of undefined replicates the defined ones no longer describe the sampling distribution. */
const maxUndefinedShare = 0.5;

/**
 * Bootstrap interval of a statistic by resampling whole items (never single ratings), seeded and repeatable. Undefined
 * replicates are counted and left out; the interval is refused when they are the majority or when every replicate is equal.
 */
export function bootstrapItems(items: number, statistic: ItemStatistic, options: BootstrapOptions): BootstrapResult {
  const estimate = statistic(new Uint32Array(items).fill(1));
  if (estimate === null) return undefinedBecause('the statistic is undefined for the data');
  const values = replicate(items, statistic, options);
  const result = intervalOfReplicates(estimate, values, options);
  if (options.interval === 'percentile' || result.value === null || result.interval === null) return result;
  const sorted = Float64Array.from(values).sort();
  const acceleration = jackknifeAcceleration(jackknife(items, statistic));
  const tieRule = options.tieRule ?? 'mid';
  const interval = bcaInterval(sorted, { estimate, acceleration, tieRule, level: options.level ?? 0.95 });
  const intervalReason = 'the estimate lies at the edge of its bootstrap distribution';
  if (interval === null) return { ...result, interval, intervalReason };
  return { ...result, interval, bca: { z0: biasCorrection(sorted, estimate, tieRule), acceleration } };
}

/**
 * The percentile interval of the replicates that are defined, or why there is none: most are undefined, or all are equal.
 */
export function intervalOfReplicates(
  value: number,
  values: readonly number[],
  options: { seed: number; replicates: number; level?: number },
): BootstrapResult {
  const { seed, replicates } = options;
  const undefinedReplicates = replicates - values.length;
  const settings = { seed, replicates, undefinedReplicates };
  const refuse = (intervalReason: string): BootstrapResult => ({
    value,
    interval: null,
    percentile: null,
    intervalReason,
    ...settings,
  });
  if (undefinedReplicates > maxUndefinedShare * replicates) return refuse('most bootstrap replicates are undefined');
  const sorted = Float64Array.from(values).sort();
  if (at(sorted, 0) === at(sorted, sorted.length - 1)) return refuse('all bootstrap replicates are equal');
  const percentile = percentileInterval(sorted, options.level);
  return { value, interval: percentile, percentile, ...settings };
}

/** Bootstrap of a statistic of an array of items; the statistic gets each resample as an array. */
export function bootstrap<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number | null,
  options: BootstrapOptions,
): BootstrapResult {
  return bootstrapItems(items.length, (multiplicity) => statistic(expand(items, multiplicity)), options);
}

/** Bootstrap that resamples whole clusters with all their items, as clustered data need (steps of one instance, variants of one prompt). */
export function clusterBootstrap<T>(
  clusters: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number | null,
  options: BootstrapOptions,
): BootstrapResult {
  return bootstrapItems(clusters.length, (multiplicity) => statistic(expand(clusters, multiplicity).flat()), options);
}

function expand<T>(items: readonly T[], multiplicity: Uint32Array): T[] {
  const sample: T[] = [];
  for (const [index, item] of items.entries()) {
    for (let i = at(multiplicity, index); i > 0; i--) sample.push(item);
  }
  return sample;
}

/** The replicates that are defined. */
function replicate(items: number, statistic: ItemStatistic, options: BootstrapOptions): number[] {
  const random = seededRandom(options.seed);
  const multiplicity = new Uint32Array(items);
  const values: number[] = [];
  for (let b = 0; b < options.replicates; b++) {
    multiplicity.fill(0);
    for (let i = 0; i < items; i++) {
      const drawn = Math.floor(random() * items);
      multiplicity[drawn] = at(multiplicity, drawn) + 1;
    }
    const value = statistic(multiplicity);
    if (value !== null) values.push(value);
  }
  return values;
}

/** Leave-one-out values of the statistic, without the undefined ones. */
export function jackknife(items: number, statistic: ItemStatistic): number[] {
  const multiplicity = new Uint32Array(items).fill(1);
  const values: number[] = [];
  for (let i = 0; i < items; i++) {
    multiplicity[i] = 0;
    const value = statistic(multiplicity);
    if (value !== null) values.push(value);
    multiplicity[i] = 1;
  }
  return values;
}

/** Acceleration of BCa, Σ(θ̄ − θ_i)³ / (6 (Σ(θ̄ − θ_i)²)^1.5) (Efron 1987); 0 when all leave-one-out values are equal. */
export function jackknifeAcceleration(leaveOneOut: readonly number[]): number {
  const centre = mean(leaveOneOut);
  const squares = sum(leaveOneOut.map((value) => (centre - value) ** 2));
  const cubes = sum(leaveOneOut.map((value) => (centre - value) ** 3));
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Jackknife standard error √((n − 1)/n Σ(θ_i − θ̄)²). */
export function jackknifeStandardError(leaveOneOut: readonly number[]): number {
  const n = leaveOneOut.length;
  const centre = mean(leaveOneOut);
  return Math.sqrt(((n - 1) / n) * sum(leaveOneOut.map((value) => (value - centre) ** 2)));
}

/** The smallest value whose cumulative share of the sorted values reaches p. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const index = Math.ceil(p * sorted.length - 1e-9) - 1;
  return at(sorted, Math.min(sorted.length - 1, Math.max(0, index)));
}

function percentileInterval(sorted: Float64Array, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  return [quantileOfSorted(sorted, tail), quantileOfSorted(sorted, 1 - tail)];
}

/**
 * BCa interval from sorted replicates; null when all replicates lie on one side of the estimate.
 */
export function bcaInterval(
  sorted: Float64Array,
  options: { estimate: number; acceleration: number; tieRule: TieRule; level: number },
): Interval | null {
  const z0 = biasCorrection(sorted, options.estimate, options.tieRule);
  const ends = bcaProbabilities(z0, options.acceleration, options.level);
  return ends === null ? null : [quantileOfSorted(sorted, ends[0]), quantileOfSorted(sorted, ends[1])];
}

/**
 * z0 of BCa from sorted replicates. Values within 1e-9 of the estimate (relative) count as ties, since rounding must not
 * decide.
 */
function biasCorrection(sorted: Float64Array, estimate: number, tieRule: TieRule): number {
  const margin = 1e-9 * Math.max(1e-300, Math.abs(estimate), Math.abs(at(sorted, sorted.length - 1)));
  let below = 0;
  let ties = 0;
  for (const value of sorted) {
    if (value < estimate - margin) below += 1;
    else if (value <= estimate + margin) ties += 1;
  }
  return normalQuantile((below + (tieRule === 'mid' ? ties / 2 : 0)) / sorted.length);
}

/** Φ(z0 + (z0 + z)/(1 − a(z0 + z))) at both ends (Efron 1987); null when z0 is infinite. */
export function bcaProbabilities(z0: number, acceleration: number, level: number): Interval | null {
  if (!Number.isFinite(z0)) return null;
  const z = criticalZ(level);
  const end = (signed: number): number => normalCdf(z0 + (z0 + signed) / (1 - acceleration * (z0 + signed)));
  return [end(-z), end(z)];
}
