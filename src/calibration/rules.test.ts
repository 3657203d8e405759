import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../core/random.ts';
import { batchFigures, modelFigures } from './batches/batches.ts';
import { driftOf } from './reviewers/drift.ts';
import { severities } from './reviewers/severity.ts';
import { forecastOf, planOf, reviewTimes } from './times/forecast.ts';

const at = '2026-01-01T00:00:00.000Z';
const residuals = (values: number[]) => values.map((value) => ({ at, value }));
const noise = (n: number, seed: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => random() + random() + random() - 1.5);
};

test('a reviewer who shifts by a point leaves the limits, one who goes on as before stays inside', () => {
  const before = noise(200, 1);
  const steady = driftOf(residuals([...before, ...noise(30, 2)]), 0.5);
  const shifted = driftOf(residuals([...before, ...noise(30, 2).map((value) => value + 1)]), 0.5);
  expect(steady).toMatchObject({ basis: 'own', outside: 0 });
  expect(steady?.points).toHaveLength(30);
  expect(shifted?.outside).toBeGreaterThan(15);
});

test('a reviewer who was always mild does not drift; with few rounds the others are the measure', () => {
  const mild = (values: number[]) => residuals(values.map((value) => value + 0.8));
  expect(driftOf(mild([...noise(200, 3), ...noise(30, 4)]), 0.5)?.outside).toBe(0);
  expect(driftOf(residuals(noise(30, 5)), 0.5)).toMatchObject({ basis: 'peers', centre: 0, sigma: 0.5 });
  expect(driftOf(residuals(noise(10, 5)), 0.5)).toBeUndefined();
  expect(driftOf(residuals(noise(30, 5)), null)).toBeUndefined();
});

test('severity has no value for few rounds, and is pulled towards nothing', () => {
  const group = (reviewer: string, n: number, m: number) => ({ reviewer, n, sum: n * m, squares: n * (m * m + 0.4) });
  const { by, sigma } = severities([group('a', 300, 0.4), group('b', 300, -0.4), group('c', 5, 2)]);
  expect(sigma).toBeGreaterThan(0);
  expect(by.get('c')).toBeUndefined();
  expect(by.get('a')?.mean).toBeCloseTo(0.4, 12);
  expect(by.get('a')?.shrunken).toBeLessThan(0.4);
  expect(by.get('a')?.shrunken).toBeGreaterThan(0.3);
  expect(by.get('b')?.ci95[1]).toBeLessThan(0);
  expect(severities([]).by.size).toBe(0);
});

test('a clean batch becomes acceptable, a bad one is returned, and a small one goes on', () => {
  const batch = (order: boolean[]) =>
    batchFigures({ id: 'b', model: 'm', closed: order.length, struck: order.filter(Boolean).length, open: 0, order });
  expect(batch(new Array<boolean>(100).fill(false))).toMatchObject({ state: 'fine', strikes: { k: 0, n: 100 } });
  expect(batch(Array.from({ length: 50 }, (_, i) => i % 5 === 4))).toMatchObject({ state: 'return' });
  expect(batch([false, true])).toMatchObject({ state: 'continue', decidedAfter: 2 });
  expect(batch([])).toMatchObject({ state: 'continue', strikes: { rate: null } });
});

test('the plain rule of five fires far more often on large honest batches than the sequential test', () => {
  const order = Array.from({ length: 300 }, (_, i) => i % 50 === 49);
  const one = batchFigures({ id: 'b', model: 'm', closed: 300, struck: 6, open: 0, order });
  expect(one).toMatchObject({ state: 'fine', literal: { fires: true } });
  expect(one.literal.falseAlarm).toBeGreaterThan(0.7);
  expect(one.falseAlarm).toBeLessThanOrEqual(0.05 / 0.9);
});

test('a model is judged by its window, not by all that it ever wrote', () => {
  const order = new Array<boolean>(200).fill(false);
  expect(modelFigures({ id: 'm', model: 'm', closed: 9_000, struck: 700, open: 12, order })).toMatchObject({
    state: 'fine',
    strikes: { k: 0, n: 200 },
    open: 0,
  });
});

test('a forecast is the work left over the pace, inside its interval, whatever the days', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 5, maxLength: 28 }),
      fc.integer({ min: 1, max: 100_000 }),
      (days, left) => {
        const forecast = forecastOf(left, days);
        const total = days.reduce((a, b) => a + b, 0);
        if (total === 0) {
          expect(forecast).toBeUndefined();
          return;
        }
        expect(forecast?.left).toBeCloseTo((left * days.length) / total, 6);
        expect(forecast?.ci95[0]).toBeLessThanOrEqual((forecast?.left ?? 0) * (1 + 1e-9));
        expect(forecast?.ci95[1] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
          (forecast?.left ?? 0) * (1 - 1e-9),
        );
      },
    ),
    { numRuns: 30 },
  );
  expect(forecastOf(100, [0, 0, 0, 0, 10])?.ci95[1]).toBeNull();
});

test('ten thousand instances read once are the hours of the published estimate, until time was measured', () => {
  const plan = planOf({ instances: 10_000, overlap: 1 }, [{ seconds: 300, n: 29 }]);
  expect(plan).toMatchObject({ basis: 'published estimate', measured: 29, reviews: 10_000 });
  expect(plan.hours.map(Math.round)).toEqual([667, 1250]);
  expect(plan.clean?.map(Math.round)).toEqual([417, 833]);
  expect(plan.edited?.map(Math.round)).toEqual([1000, 1333]);
  expect(planOf({ instances: 600, overlap: 2 }, [{ seconds: 300, n: 30 }])).toMatchObject({
    basis: 'measured',
    minutes: [5, 5],
    hours: [100, 100],
  });
  expect(planOf({ instances: 10, overlap: 1.25, minutes: [3, 6] }, [{ seconds: 1, n: 99 }])).toMatchObject({
    basis: 'stated minutes',
    reviews: 13,
  });
});

test('times are told by kind of question, as median and quartiles of single reviews', () => {
  const times = reviewTimes([
    { kind: 'ethics', seconds: 60, n: 1 },
    { kind: 'ethics', seconds: 120, n: 2 },
    { kind: 'ethics', seconds: 600, n: 1 },
    { kind: 'guard', seconds: 30, n: 1 },
  ]);
  expect(times).toEqual([
    { kind: 'ethics', n: 4, median: 120, quartiles: [60, 120] },
    { kind: 'guard', n: 1, median: 30, quartiles: [30, 30] },
  ]);
});
