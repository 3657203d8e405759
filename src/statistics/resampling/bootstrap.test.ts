import { expect, test } from 'vitest';
import { mean } from '../vector.ts';
import { bootstrap, bootstrapItems, clusterBootstrap } from './bootstrap.ts';
import { exactBootstrapMean } from './exact-mean.ts';

const average = (sample: readonly number[]): number => mean([...sample]);
const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];

test('the same seed gives the same interval and another seed another one', () => {
  const run = (seed: number): unknown =>
    bootstrap([0.31, 1.27, 2.9, 4.4, 5.03, 7.7], average, { seed, replicates: 500, interval: 'bca' });
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test('undefined replicates are counted and left out', () => {
  const result = bootstrap([0, 1, 1, 1], (sample) => (sample.includes(0) ? average(sample) : null), {
    seed: 4,
    replicates: 1000,
    interval: 'percentile',
  });
  if (result.value === null) throw new Error(result.reason);
  // P(the zero is never drawn) = (3/4)^4 = .316
  expect(result.undefinedReplicates / 1000).toBeCloseTo(0.316, 1);
  expect(result.interval).not.toBeNull();
});

test('an interval is refused when most replicates are undefined, and when all are equal', () => {
  const rare = bootstrap([1, 2, 3, 4, 5, 6, 7, 8], (sample) => (new Set(sample).size >= 7 ? 1 : null), {
    seed: 4,
    replicates: 300,
    interval: 'percentile',
  });
  expect(rare).toMatchObject({ value: 1, interval: null, intervalReason: 'most bootstrap replicates are undefined' });
  const flat = bootstrap([2, 2, 2], average, { seed: 1, replicates: 100, interval: 'bca' });
  expect(flat).toMatchObject({ value: 2, interval: null, intervalReason: 'all bootstrap replicates are equal' });
});

test('a statistic that the data do not define has a reason and no replicates', () => {
  expect(bootstrap([1], () => null, { seed: 1, replicates: 10, interval: 'bca' })).toEqual({
    value: null,
    reason: 'the statistic is undefined for the data',
  });
});

test('Monte Carlo and the exact bootstrap agree to one grid step', () => {
  const exact = exactBootstrapMean(values);
  const seeded = bootstrap(values, average, { seed: 9, replicates: 20_000, interval: 'bca' });
  if (exact.value === null || exact.bca === null || seeded.value === null || seeded.interval === null)
    throw new Error('undefined');
  expect(Math.abs(exact.bca[0] - seeded.interval[0])).toBeLessThanOrEqual(0.1001);
  expect(Math.abs(exact.bca[1] - seeded.interval[1])).toBeLessThanOrEqual(0.1001);
});

test('the exact bootstrap works on decimals and refuses data off any grid', () => {
  const tenths = exactBootstrapMean(values.map((value) => value / 10));
  const whole = exactBootstrapMean(values);
  if (tenths.value === null || whole.value === null) throw new Error('undefined');
  expect(tenths.percentile[0]).toBeCloseTo(whole.percentile[0] / 10, 12);
  expect(exactBootstrapMean([1 / 3, 2 / 3, 1])).toMatchObject({ value: null });
  expect(exactBootstrapMean([2, 2, 2])).toMatchObject({ value: null, reason: 'no variation' });
});

test('clusters are resampled whole: the interval is wider than with independent items', () => {
  const clusters = Array.from({ length: 12 }, (_, i) => new Array<number>(8).fill(i % 2));
  const clustered = clusterBootstrap(clusters, average, { seed: 3, replicates: 2000, interval: 'percentile' });
  const independent = bootstrap(clusters.flat(), average, { seed: 3, replicates: 2000, interval: 'percentile' });
  if (
    clustered.value === null ||
    clustered.interval === null ||
    independent.value === null ||
    independent.interval === null
  )
    throw new Error('undefined');
  expect(clustered.interval[1] - clustered.interval[0]).toBeGreaterThan(
    1.8 * (independent.interval[1] - independent.interval[0]),
  );
});

test('every resample has as many items as the data', () => {
  const sizes = new Set<number>();
  bootstrapItems(7, (multiplicity) => sizes.add(multiplicity.reduce((a, b) => a + b, 0)).size, {
    seed: 1,
    replicates: 50,
    interval: 'percentile',
  });
  expect([...sizes]).toEqual([7]);
});
