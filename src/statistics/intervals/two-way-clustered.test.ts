import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { type CrossedValue, twoWayClusteredMean } from './two-way-clustered.ts';

/** Rows are items, columns seeds. */
const crossed = (table: number[][]): CrossedValue[] =>
  table.flatMap((row, first) => row.map((value, second) => ({ value, first, second })));

test('three items by three seeds give the figures worked out by hand', () => {
  // Sum 2 of 9, mean 2/9. Sums of deviations: items 4/3, 1/3, −5/3; seeds the same. V₁ = V₂ = 3/2 · 14/3 / 81 = 7/81.
  // Σu² = 4 − 4/9 = 32/9, so V₁₂ = 9/8 · 32/9 / 81 = 4/81 and V = 10/81. t = 2/√10 on 2 df: p = 1 − t/√(2 + t²).
  const table = [
    [1, 1, 0],
    [1, 0, 0],
    [0, 0, -1],
  ];
  const found = twoWayClusteredMean(crossed(table));
  if (found.value === null) throw new Error(found.reason);
  expect(found.value).toBeCloseTo(2 / 9, 12);
  expect(found.se).toBeCloseTo(Math.sqrt(10) / 9, 12);
  expect(found).toMatchObject({ df: 2, n: 9, first: 3, second: 3 });
  const t = 2 / Math.sqrt(10);
  expect(found.p).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 10);
  expect(found.ci95[1] - found.value).toBeCloseTo((4.302652729749464 * Math.sqrt(10)) / 9, 8);
});

test('where the sum of the parts falls below one of them, the larger part is taken', () => {
  // Seeds agree: V₂ = 0, V₁ = 2 · 2/16 = 1/4, V₁₂ = 4/3 · 1/16 = 1/12. The sum 1/6 is raised to 1/4: t = 1 on 1 df, p = 1/2.
  const found = twoWayClusteredMean(
    crossed([
      [1, 1],
      [0, 0],
    ]),
  );
  expect(found).toMatchObject({ value: 0.5, se: 0.5, df: 1 });
  expect(found.value === null ? undefined : found.p).toBeCloseTo(0.5, 10);
});

test('the order of observations and the names of groups make no difference', () => {
  const values = crossed([
    [1, 0, -1],
    [0, 1, 0],
    [1, 1, 0],
    [0, 0, -1],
  ]);
  const renamed = values.map((one) => ({ ...one, first: `item ${one.first}`, second: 7 - Number(one.second) }));
  const [a, b] = [twoWayClusteredMean(values), twoWayClusteredMean(renamed.reverse())];
  if (a.value === null || b.value === null) throw new Error('undefined');
  expect([b.value, b.se, b.p]).toEqual([a.value, a.se, a.p].map((x) => expect.closeTo(x, 12)));
});

test('one seed, no observation, or nothing that differs give a reason in place of an interval', () => {
  expect(twoWayClusteredMean([])).toMatchObject({ value: null, reason: 'no observations' });
  expect(twoWayClusteredMean(crossed([[1], [0]]))).toMatchObject({
    value: null,
    reason: expect.stringContaining('fewer than two'),
  });
  expect(
    twoWayClusteredMean(
      crossed([
        [0, 0],
        [0, 0],
      ]),
    ),
  ).toMatchObject({ value: null, reason: 'all observations are equal' });
});

test('without any effect, three seeds of forty items are found different in at most one case in twenty', () => {
  const random = seededRandom(11);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const trials = 1000;
  let found = 0;
  for (let trial = 0; trial < trials; trial++) {
    const items = Array.from({ length: 40 }, () => 0.5 * gaussian());
    const seeds = Array.from({ length: 3 }, () => 0.3 * gaussian());
    const table = items.map((item) => seeds.map((seed) => item + seed + gaussian()));
    const result = twoWayClusteredMean(crossed(table));
    if (result.value !== null && result.p < 0.05) found++;
  }
  expect(found / trials).toBeLessThanOrEqual(0.065); // 0.05 and two standard errors of a share of 1000
});
