import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { binomialUpperTail } from '../distributions/binomial.ts';
import {
  defaultSequentialSettings,
  literalStrikeAlarm,
  sequentialBinomialTest,
  sequentialCharacteristic,
} from './sequential-binomial.ts';
import { nonInferiorityPower, nonInferioritySampleSize } from './tango-power.ts';

test('the literal five-strike rule fires as often as published for batches', () => {
  expect(literalStrikeAlarm(5, 20, 0.02)).toBeCloseTo(0.00004, 5);
  expect(literalStrikeAlarm(5, 50, 0.02)).toBeCloseTo(0.003, 3);
  expect(literalStrikeAlarm(5, 100, 0.02)).toBeCloseTo(0.051, 3);
  expect(literalStrikeAlarm(5, 50, 0.05)).toBeCloseTo(0.104, 3);
  expect(literalStrikeAlarm(5, 100, 0.05)).toBeCloseTo(0.564, 3);
});

test('gold pass rules separate reviewers as little as published', () => {
  const rounded = (k: number, n: number): number[] =>
    [0.6, 0.7, 0.8, 0.9].map((p) => Math.round(100 * binomialUpperTail(k, n, p)) / 100);
  expect(rounded(8, 10)).toEqual([0.17, 0.38, 0.68, 0.93]);
  expect(rounded(24, 30)).toEqual([0.02, 0.16, 0.61, 0.97]);
});

test.each([
  [30, 0.1, 0.18],
  [30, 0.15, 0.37],
  [30, 0.2, 0.6],
  [60, 0.1, 0.36],
  [100, 0.1, 0.57],
  [200, 0.1, 0.87],
])('non-inferiority power with %i pairs and margin %f is %f', (n, margin, power) => {
  // The published table has two digits and simulation error in the second.
  expect(Math.abs(nonInferiorityPower(n, { margin, discordance: 0.2 }) - power)).toBeLessThan(0.01);
});

test('the sample size reaches the target power and one pair fewer does not', () => {
  const plan = { margin: 0.15, discordance: 0.2 };
  const n = nonInferioritySampleSize(0.8, plan);
  if (n === null) throw new Error('no sample size found');
  expect(nonInferiorityPower(n, plan)).toBeGreaterThanOrEqual(0.8);
  expect(nonInferiorityPower(n - 1, plan)).toBeLessThan(0.8);
  expect(nonInferioritySampleSize(0.9, { margin: 0.01, discordance: 0.5 }, 200)).toBeNull();
});

test('a difference larger than the discordance is refused', () => {
  expect(() => nonInferiorityPower(30, { margin: 0.1, discordance: 0.1, difference: 0.2 })).toThrow(/cannot occur/);
});

test('the sequential strike test keeps its declared error rates on long batches', () => {
  const honest = sequentialCharacteristic(2000, 0.02);
  const bad = sequentialCharacteristic(2000, 0.08);
  expect(honest.alarm).toBeLessThanOrEqual(0.05 / (1 - 0.1));
  expect(honest.undecided).toBeLessThan(0.001);
  expect(bad.acceptable).toBeLessThanOrEqual(0.1 / (1 - 0.05));
  expect(bad.alarm + bad.acceptable + bad.undecided).toBeCloseTo(1, 10);
});

test('the exact characteristic equals simulated runs of the test itself', () => {
  const random = seededRandom(5);
  const runs = 20_000;
  const counts = { alarm: 0, acceptable: 0, continue: 0 };
  let looked = 0;
  for (let run = 0; run < runs; run++) {
    const decision = sequentialBinomialTest(Array.from({ length: 60 }, () => random() < 0.05));
    counts[decision.state] += 1;
    looked += decision.decidedAfter;
  }
  const exact = sequentialCharacteristic(60, 0.05);
  expect(counts.alarm / runs).toBeCloseTo(exact.alarm, 1.9);
  expect(counts.acceptable / runs).toBeCloseTo(exact.acceptable, 1.9);
  expect(Math.abs(looked / runs - exact.expectedInstances)).toBeLessThan(0.5);
});

test('strikes early in a batch raise the alarm at once; a clean batch becomes acceptable', () => {
  expect(sequentialBinomialTest([true, true, true])).toMatchObject({ state: 'alarm', decidedAfter: 3, strikes: 3 });
  expect(sequentialBinomialTest(new Array<boolean>(100).fill(false))).toMatchObject({
    state: 'acceptable',
    strikes: 0,
  });
  expect(sequentialBinomialTest([false, true])).toMatchObject({ state: 'continue', decidedAfter: 2 });
  expect(() => sequentialBinomialTest([], { ...defaultSequentialSettings, p1: 0.01 })).toThrow(/strike policy/);
});
