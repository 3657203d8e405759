import { expect, test } from 'vitest';
import { wilsonInterval } from '../statistics/intervals/proportion.ts';
import { variationOf } from './variation.ts';

const count = (right: number, wrong: number, n: number, given = 5) => ({
  target: 't',
  set: 's',
  right,
  wrong,
  given,
  n,
});

test('30 questions in five orders: replies, majorities and questions right in all orders are three figures', () => {
  const { figures } = variationOf([count(5, 0, 20), count(3, 2, 6), count(2, 3, 2), count(0, 5, 2)], 5);
  expect(figures.perLine).toMatchObject({ k: 122, n: 150 });
  expect(figures.perItem).toMatchObject({ k: 26, n: 30 });
  expect(figures.allOrders).toMatchObject({ k: 20, n: 30 });
  expect(figures.designEffect).toBeGreaterThan(2);
  expect(figures.effectiveN).toBeCloseTo(150 / (figures.designEffect ?? 1), 10);
});

test('when all orders of a question agree, 150 replies are worth 30 questions', () => {
  const { lines, figures } = variationOf([count(5, 0, 24), count(0, 5, 6)], 5);
  // √(Σ(5d)²·30/29)/150 against √(p(1−p)/149): C/(C−1) and n/(n−1) leave a trace of the factor 5
  expect(figures.effectiveN).toBeCloseTo(30, -1);
  const [low, high] = wilsonInterval(24, 30) ?? [0, 0];
  expect(lines.ci95?.[0]).toBeCloseTo(low, 1);
  expect(lines.ci95?.[1]).toBeCloseTo(high, 1);
});

test('all replies right is no certainty: each question counts once', () => {
  const { lines, figures } = variationOf([count(5, 0, 30)], 5);
  expect(figures).toMatchObject({ designEffect: null, effectiveN: 30 });
  expect(lines.ci95?.[0]).toBeCloseTo(wilsonInterval(30, 30)?.[0] ?? 0, 12);
});

test('a question of which replies are missing is in no count of questions', () => {
  const { figures } = variationOf([count(4, 0, 1, 4), count(5, 0, 2)], 5);
  expect(figures).toMatchObject({ questions: 2, perLine: { k: 14, n: 14 }, allOrders: { k: 2, n: 2 } });
});
