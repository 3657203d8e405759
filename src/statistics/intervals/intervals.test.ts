import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialMass } from '../distributions/binomial.ts';
import { clusteredMean } from './clustered.ts';
import { proportionResults } from './group-intervals.ts';
import { macroAverage, macroAverageOfRates } from './macro-average.ts';
import { tangoInterval, tangoZ } from './paired-proportions.ts';
import { clopperPearsonInterval, rateOf, rateWithUndecided, wilsonInterval } from './proportion.ts';

test('zero events still have an upper limit, and all events a lower one', () => {
  expect(wilsonInterval(0, 200)?.map((end) => Math.round(end * 1000) / 1000)).toEqual([0, 0.019]);
  expect(wilsonInterval(1, 200)?.map((end) => Math.round(end * 1000) / 1000)).toEqual([0.001, 0.028]);
  expect(wilsonInterval(200, 200)?.[1]).toBe(1);
  expect(clopperPearsonInterval(0, 10)?.[1]).toBeCloseTo(1 - 0.025 ** 0.1, 10);
});

test('no trials give no rate and no interval', () => {
  expect(rateOf(0, 0)).toEqual({ k: 0, n: 0, rate: null, ci95: null });
  expect(proportionResults(0, 0, 0.95)).toEqual([
    expect.objectContaining({ value: null, reason: 'no trials' }),
    expect.objectContaining({ value: null, reason: 'no trials' }),
  ]);
});

test('undecided cases widen the worst-case bounds and leave the rate over decided cases alone', () => {
  expect(rateWithUndecided(3, 10, 5)).toMatchObject({ rate: 0.3, n: 10, undecided: 5, bounds: [3 / 15, 8 / 15] });
  expect(rateWithUndecided(0, 0, 4)).toMatchObject({ rate: null, bounds: [0, 1] });
});

test('Wilson and Clopper–Pearson contain the rate, and Clopper–Pearson covers at least 95 % for every true rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (n, p) => {
      let covered = 0;
      for (let k = 0; k <= n; k++) {
        const [low, high] = clopperPearsonInterval(k, n) ?? [1, 0];
        const wilson = wilsonInterval(k, n) ?? [1, 0];
        expect(wilson[0]).toBeLessThanOrEqual(k / n);
        expect(wilson[1]).toBeGreaterThanOrEqual(k / n);
        if (low <= p && p <= high) covered += binomialMass(k, n, p);
      }
      expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9);
    }),
    { numRuns: 60 },
  );
});

test('a macro average carries its own standard error, not that of the pooled items', () => {
  const macro = macroAverageOfRates([
    { k: 5, n: 10 },
    { k: 900, n: 1000 },
  ]);
  expect(macro).toMatchObject({
    value: 0.7,
    groups: 2,
    se: expect.closeTo(Math.sqrt(0.25 / 10 + 0.09 / 1000) / 2, 12),
  });
});

test('the interval of a macro average does not collapse when every group is perfect', () => {
  const macro = macroAverageOfRates([
    { k: 10, n: 10 },
    { k: 20, n: 20 },
  ]);
  if (macro.value === null) throw new Error(macro.reason);
  expect(macro.ci95[0]).toBeLessThan(0.9);
  expect(macro.ci95[1]).toBe(1);
});

test('one group gives back its Wilson interval, and an empty group is a reason', () => {
  const single = macroAverageOfRates([{ k: 7, n: 9 }]);
  if (single.value === null) throw new Error(single.reason);
  expect(single.ci95[0]).toBeCloseTo(wilsonInterval(7, 9)?.[0] ?? 0, 12);
  expect(
    macroAverageOfRates([
      { k: 1, n: 2 },
      { k: 0, n: 0 },
    ]),
  ).toEqual({ value: null, reason: 'group 2 has no cases' });
  expect(macroAverage([])).toEqual({ value: null, reason: 'no groups' });
  expect(
    macroAverage([
      { value: 1, se: 0.3 },
      { value: 3, se: 0.4 },
    ]),
  ).toMatchObject({ value: 2, se: 0.25 });
});

test('the Tango interval holds exactly the differences that the score test does not reject, and turns with the arms', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), fc.nat(20), (b, c, concordant) => {
      const n = b + c + concordant;
      if (n === 0) return;
      const estimate = tangoInterval({ b, c, n });
      const turned = tangoInterval({ b: c, c: b, n });
      if (estimate.value === null || turned.value === null) throw new Error('undefined');
      const [low, high] = estimate.interval;
      expect(low).toBeLessThanOrEqual(estimate.value);
      expect(high).toBeGreaterThanOrEqual(estimate.value);
      expect(turned.interval[0]).toBeCloseTo(-high, 8);
      if (high < 0.999) expect(Math.abs(tangoZ({ b, c, n }, high))).toBeCloseTo(1.959964, 4);
    }),
  );
});

test('repeated measures of the same subject are not independent: the design effect grows with the cluster size', () => {
  const alike = clusteredMean([
    [1, 1, 1, 1],
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [0, 0, 0, 0],
  ]);
  if (alike.value === null || alike.designEffect === null) throw new Error('undefined');
  expect(alike.designEffect).toBeCloseTo((4 * 15) / 12, 1);
  expect(clusteredMean([[1, 2]])).toEqual({ value: null, reason: 'fewer than two clusters' });
});
