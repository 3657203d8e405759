import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  mcnemarPower,
  meanEquivalencePower,
  meanNonInferiorityPower,
  pairedTPower,
  wilcoxonPower,
} from './paired-power.ts';
import { sampleSizeFor } from './sample-size.ts';

// Expected values: SciPy 1.17.1 (nct, and quad over the chi density for equivalence; enumeration for McNemar).
test.each([
  [30, 0.53, 0.8011296659],
  [30, 0.5, 0.7539647157],
  [10, 0.8, 0.6162327635],
  [5, 1.5, 0.7107026739],
  [200, 0.2, 0.8036666606],
  [2, 3, 0.2607707142],
])(
  'the paired t test with %i pairs and effect %f has the power of the noncentral t distribution',
  (n, effect, power) => {
    expect(pairedTPower(n, { effect })).toBeCloseTo(power, 6);
  },
);

test.each([
  [30, 0, 0.5, 0.753962725],
  [30, 0.1, 0.4, 0.753962725],
  [12, 0, 1, 0.8828915177],
])('non-inferiority of the mean with %i pairs, effect %f, margin %f', (n, effect, margin, power) => {
  expect(meanNonInferiorityPower(n, { effect, margin })).toBeCloseTo(power, 6);
});

test.each([
  [30, 0, 0.5, 0.6965086142],
  [60, 0.1, 0.5, 0.9202643147],
  [12, 0, 1, 0.889381096],
])('equivalence with %i pairs, effect %f, margin %f', (n, effect, margin, power) => {
  expect(meanEquivalencePower(n, { effect, margin })).toBeCloseTo(power, 6);
});

test.each([
  [30, 0.2, 0.15, 0.2652319458],
  [50, 0.3, 0.2, 0.6993056061],
  [100, 0.2, 0.1, 0.5444454279],
])('McNemar exact with %i pairs, discordance %f, difference %f', (n, discordance, difference, power) => {
  expect(mcnemarPower(n, { discordance, difference })).toBeCloseTo(power, 8);
});

test('thirty pairs detect an effect of 0.53 at 80 % power, and ranks need a few pairs more', () => {
  expect(sampleSizeFor(0.8, (n) => pairedTPower(n, { effect: 0.53 }), 1000)).toBe(30);
  expect(sampleSizeFor(0.8, (n) => wilcoxonPower(n, { effect: 0.53 }), 1000)).toBe(32);
  expect(sampleSizeFor(0.8, (n) => pairedTPower(n, { effect: 0.001 }), 1000)).toBeNull();
  expect(sampleSizeFor(0.8, (n) => pairedTPower(n, { effect: 5 }), 1000)).toBe(3);
});

test('power grows with the effect, equals the level without one, and is symmetric in direction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 80 }), fc.double({ min: 0.05, max: 1.5, noNaN: true }), (n, effect) => {
      expect(pairedTPower(n, { effect: 0 })).toBeCloseTo(0.05, 6);
      expect(pairedTPower(n, { effect })).toBeGreaterThan(pairedTPower(n, { effect: effect / 2 }));
      expect(pairedTPower(n, { effect: -effect })).toBeCloseTo(pairedTPower(n, { effect }), 8);
    }),
    { numRuns: 30 },
  );
  expect(() => mcnemarPower(30, { discordance: 0.1, difference: 0.2 })).toThrow(/cannot occur/);
  // The exact test never exceeds its level.
  expect(mcnemarPower(40, { discordance: 0.3, difference: 0 })).toBeLessThanOrEqual(0.05);
});
