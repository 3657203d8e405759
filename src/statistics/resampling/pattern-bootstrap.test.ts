import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { binaryAlpha, pooledClusters, positiveAgreement } from '../agreement/step-agreement.ts';
import { binomialMass } from '../distributions/binomial.ts';
import { ewmaChart } from '../ewma.ts';
import { histogramQuantile } from '../histogram.ts';
import { pooledVariance, shrunkenMeans } from '../shrinkage.ts';
import { at, sum } from '../vector.ts';
import { bootstrapItems } from './bootstrap.ts';
import { patternBootstrap } from './pattern-bootstrap.ts';
import { randomBinomial, randomMultinomial } from './random-binomial.ts';

test.each([
  [12, 0.3],
  [200, 0.02],
  [400, 0.3],
  [1_000, 0.85],
  [20_000, 0.0015],
])('draws of Bin(%i, %f) occur as often as the binomial law says', (n, p) => {
  const random = seededRandom(9);
  const draws = 40_000;
  const seen = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const k = randomBinomial(random, n, p);
    seen.set(k, (seen.get(k) ?? 0) + 1);
  }
  // Chi-squared over the values expected at least 20 times; its mean is the degrees of freedom, its variance twice that.
  let chi = 0;
  let freedom = -1;
  for (let k = 0; k <= n; k++) {
    const expected = draws * binomialMass(k, n, p);
    if (expected < 20) continue;
    chi += ((seen.get(k) ?? 0) - expected) ** 2 / expected;
    freedom += 1;
  }
  expect(freedom).toBeGreaterThan(4);
  expect(chi).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
});

test('a resample of kinds of items has as many items as the data and their means', () => {
  const counts = [500, 30, 3, 1, 0, 2_000];
  const random = seededRandom(4);
  const totals = new Float64Array(counts.length);
  const out = new Float64Array(counts.length);
  for (let b = 0; b < 2_000; b++) {
    randomMultinomial(random, counts, out);
    expect(sum(out)).toBe(2_534);
    for (let k = 0; k < out.length; k++) totals[k] = at(totals, k) + at(out, k) / 2_000;
  }
  for (const [k, count] of counts.entries())
    expect(Math.abs(at(totals, k) - count)).toBeLessThanOrEqual(4 * Math.sqrt(count / 2_000) + 1e-9);
});

test('resampling kinds of items gives the interval that resampling the items gives, and repeats with its seed', () => {
  const values = [0, 1, 2, 5];
  const counts = [40, 30, 20, 10];
  const items = values.flatMap((value, k) => new Array<number>(at(counts, k)).fill(value));
  const meanOf = (times: ArrayLike<number>, of: number[]): number =>
    sum(of.map((value, k) => value * at(times, k))) / sum(Array.from(times));
  const options = { seed: 3, replicates: 20_000 };
  const kinds = patternBootstrap(counts, (times) => meanOf(times, values), options);
  const one = bootstrapItems(items.length, (times) => meanOf(times, items), { ...options, interval: 'percentile' });
  if (kinds.value === null || one.value === null || kinds.interval === null || one.interval === null)
    throw new Error('no interval');
  expect(kinds.value).toBeCloseTo(one.value, 12);
  expect(kinds.interval[0]).toBeCloseTo(one.interval[0], 1);
  expect(kinds.interval[1]).toBeCloseTo(one.interval[1], 1);
  expect(patternBootstrap(counts, (times) => meanOf(times, values), options)).toEqual(kinds);
});

test('a bootstrap whose replicates are mostly undefined, or all equal, gives no interval and says why', () => {
  const options = { seed: 1, replicates: 200 };
  expect(patternBootstrap([5], () => 1, options)).toMatchObject({ value: 1, interval: null });
  let calls = 0;
  const mostly = patternBootstrap([5, 5], () => (calls++ % 3 === 0 ? calls : null), options);
  expect(mostly).toMatchObject({ interval: null, intervalReason: 'most bootstrap replicates are undefined' });
  expect(patternBootstrap([5], () => null, options)).toMatchObject({ value: null });
});

test('the control chart has the limits of its formula, starts at the centre and finds a shift', () => {
  const settings = { lambda: 0.2, sigmas: 3, centre: 0, sigma: 1 };
  const steady = ewmaChart(new Array<number>(30).fill(0), settings);
  expect(steady.every((point) => !point.outside && point.average === 0)).toBe(true);
  expect(steady[0]?.upper).toBeCloseTo(3 * 0.2, 12);
  expect(steady[29]?.upper).toBeCloseTo(3 * Math.sqrt((0.2 / 1.8) * (1 - 0.8 ** 60)), 12);
  const shifted = ewmaChart(new Array<number>(30).fill(1.5), settings);
  expect(shifted[0]?.outside).toBe(false);
  expect(shifted[29]?.outside).toBe(true);
});

test('means are pulled to 0 the more, the fewer values they rest on, and wholly where groups do not differ', () => {
  const group = (n: number, m: number) => ({ n, sum: n * m, squares: n * (m * m + 0.25) });
  const [large, small, none] = shrunkenMeans([group(400, 0.5), group(4, 0.5), { n: 0, sum: 0, squares: 0 }]);
  if (large == null || small == null) throw new Error('no mean');
  expect(none).toBeNull();
  expect(large.shrunken).toBeGreaterThan(small.shrunken);
  expect(large.shrunken).toBeLessThan(large.mean);
  for (const one of shrunkenMeans([group(50, 0.01), group(50, -0.01)])) expect(one?.shrunken).toBe(0);
  expect(pooledVariance([{ n: 1, sum: 2, squares: 4 }])).toBeNull();
});

test('quantiles of a histogram are those of its values', () => {
  const histogram = [
    { value: 30, count: 1 },
    { value: 10, count: 3 },
  ];
  expect([0.25, 0.5, 0.75, 0.76, 1].map((p) => histogramQuantile(histogram, p))).toEqual([10, 10, 10, 30, 30]);
  expect(histogramQuantile([], 0.5)).toBeNull();
});

test('agreement on steps from sums over instances is that of the steps themselves', () => {
  // Two instances; steps as [wrong, other] marks: 1 of 2, 2 of 2, 0 of 3 and 2 of 3.
  const clusters = [
    { positive: 3, negative: 1, unlike: 2 },
    { positive: 2, negative: 4, unlike: (2 * 2 * 1) / 2 },
  ];
  const pooled = pooledClusters(clusters, [1, 1]);
  // n = 10, n₁ = 5, n₀ = 5: alpha = 1 − 9 · 4 / 50
  expect(binaryAlpha(pooled).value).toBeCloseTo(1 - (9 * 4) / 50, 12);
  expect(positiveAgreement(pooled).value).toBeCloseTo((5 - 2) / 5, 12);
  expect(binaryAlpha({ positive: 0, negative: 4, unlike: 0 })).toMatchObject({ value: null, reason: 'no variation' });
});
