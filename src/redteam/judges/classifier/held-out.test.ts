import { expect, test } from 'vitest';
import { heldOutFigures } from './held-out.ts';

const row = (
  positive: boolean,
  decision: 'positive' | 'negative' | 'undecided',
  probability: number,
  language = 'en',
) => ({
  positive,
  decision,
  probability,
  language,
});

test('balanced accuracy is the mean of both recalls among decided rows, and the worst case counts the undecided as wrong', () => {
  const figures = heldOutFigures([
    ...Array.from({ length: 8 }, () => row(true, 'positive', 0.9)),
    row(true, 'negative', 0.1),
    row(true, 'undecided', 0.5),
    ...Array.from({ length: 3 }, () => row(false, 'negative', 0.1)),
    row(false, 'positive', 0.9),
  ]);
  expect(figures.n).toBe(14);
  expect(figures.decided).toBe(13);
  expect(figures.undecided.k).toBe(1);
  expect(figures.balancedAccuracy).toBeCloseTo((8 / 9 + 3 / 4) / 2, 12);
  expect(figures.balancedAccuracyWorstCase).toBeCloseTo((8 / 10 + 3 / 4) / 2, 12);
  expect(figures.confusion).toEqual({
    truePositive: 8,
    falseNegative: 1,
    undecidedPositive: 1,
    trueNegative: 3,
    falsePositive: 1,
    undecidedNegative: 0,
  });
  const [low, high] = figures.ci95 ?? [0, 0];
  expect(low).toBeLessThan(0.7);
  expect(high).toBeGreaterThan(0.9);
});

test('a perfect judge on few rows still has an interval', () => {
  const figures = heldOutFigures([
    ...Array.from({ length: 5 }, () => row(true, 'positive', 0.9)),
    ...Array.from({ length: 5 }, () => row(false, 'negative', 0.1)),
  ]);
  expect(figures.balancedAccuracy).toBe(1);
  expect(figures.ci95?.[0]).toBeLessThan(0.8);
});

test('a class without decided rows leaves balanced accuracy undefined, with the reason', () => {
  const figures = heldOutFigures([row(true, 'undecided', 0.5), row(false, 'negative', 0.1)]);
  expect(figures.balancedAccuracy).toBeNull();
  expect(figures.reason).toBe('a class has no decided row');
  expect(figures.ci95).toBeUndefined();
});

test('languages are shown apart, and every row is in exactly one reliability bin', () => {
  const figures = heldOutFigures([
    row(true, 'positive', 1, 'zh'),
    row(false, 'negative', 0, 'zh'),
    row(true, 'undecided', 0.6, 'en'),
    row(false, 'undecided', 0.599999, 'en'),
  ]);
  expect(Object.keys(figures.byLanguage)).toEqual(['en', 'zh']);
  expect(figures.byLanguage.zh?.balancedAccuracy).toBe(1);
  expect(figures.reliability.map((bin) => bin.observed.n)).toEqual([1, 0, 1, 1, 1]);
  expect(figures.reliability[3]?.meanPredicted).toBeCloseTo(0.6, 12);
});

test('a judge without probabilities has no log-loss instead of a made-up one', () => {
  const figures = heldOutFigures([{ language: 'en', positive: true, decision: 'positive' }]);
  expect(figures.logLoss).toBeNull();
  expect(figures.brier).toBeNull();
  expect(figures.reliability.every((bin) => bin.observed.n === 0)).toBe(true);
});
