import { expect, test } from 'vitest';
import { type AnsweredPair, caveatsOf, conclusionOf, pooledFigures, seedFigures, setFigures } from './report.ts';
import { type ArmState, StartAblation } from './schema.ts';

/** Rows are questions, columns seeds; each cell is the two arms' marks, for example `10` full right, without wrong. */
const pairs = (table: string[], set = 'exam'): AnsweredPair[] =>
  table.flatMap((row, question) =>
    row.split(' ').map((cell, seed) => ({
      question: `${set}-${question}`,
      set,
      seed: seed + 1,
      full: cell.charAt(0) === '1',
      without: cell.charAt(1) === '1',
    })),
  );

/** The differences of the hand-computed example of two-way clustering: 1 1 0 / 1 0 0 / 0 0 −1. */
const mixed = pairs(['10 10 11', '10 00 11', '00 11 01']);

test('each seed has its own paired counts, with the difference full minus without', () => {
  const [first, , third] = seedFigures(mixed, [1, 2, 3]);
  expect(first).toMatchObject({
    seed: 1,
    n: 3,
    both: 0,
    onlyA: 0,
    onlyB: 2,
    neither: 1,
    difference: expect.closeTo(2 / 3),
  });
  expect(first?.p).toBe(0.5); // 2 · (1/2)²
  expect(third).toMatchObject({ both: 2, onlyA: 1, onlyB: 0, difference: expect.closeTo(-1 / 3) });
});

test('over the seeds the figures are those worked out by hand, and too little to tell the arms apart', () => {
  const pooled = pooledFigures(mixed);
  expect(pooled).toMatchObject({ questions: 3, seeds: 3, finding: 'not distinguishable' });
  expect(pooled.rateFull).toBeCloseTo(6 / 9);
  expect(pooled.rateWithout).toBeCloseTo(4 / 9);
  expect(pooled.difference).toBeCloseTo(2 / 9);
  expect(pooled.p).toBeCloseTo(1 - 2 / Math.sqrt(24), 6); // t = 2/√10 on 2 degrees of freedom
  expect(conclusionOf({ omit: 'edited', release: 'r' }, 4, pooled)).toMatch(
    /^Not distinguishable: accuracy with the part "edited" of "r" \(4 rows\) is 22\.2 percentage points higher than without it \(95 % interval -129\.0 to 173\.4; 3 questions, 3 seeds\)\.$/,
  );
});

test('a difference that all seeds and most questions share is found, with its direction', () => {
  const rows = Array.from({ length: 40 }, (_, i) =>
    i % 4 === 0 ? '11 11 11' : i % 10 === 1 ? '00 10 10' : '10 10 10',
  );
  const pooled = pooledFigures(pairs(rows));
  expect(pooled.finding).toBe('full better');
  expect(conclusionOf({ omit: 'panel', release: 'r' }, 9, pooled)).toMatch(/^Accuracy with .* it helps on these/);
  const turned = pairs(rows).map((one) => ({ ...one, full: one.without, without: one.full }));
  expect(pooledFigures(turned).finding).toBe('without better');
});

test('one seed has a difference and no interval, whatever the difference is', () => {
  const pooled = pooledFigures(pairs(['10', '10', '10', '10', '10', '10', '10', '10']));
  expect(pooled).toMatchObject({ difference: 1, ci95: null, p: null, finding: 'not distinguishable' });
  expect(pooled.reason).toMatch(/one seed/);
  expect(conclusionOf({ omit: 'edited', release: 'r' }, null, pooledFigures([]))).toMatch(/^Nothing can be said/);
});

test('sets are tested apart and adjusted by Holm over those that have a p', () => {
  const clear = Array.from({ length: 30 }, (_, i) =>
    i % 3 === 0 ? '11 11 11' : i % 7 === 1 ? '10 10 11' : '10 10 10',
  );
  const sets = setFigures([
    ...pairs(clear, 'a'),
    ...pairs(['11 11 11', '00 00 00'], 'b'),
    ...pairs(['10 01 11', '01 10 00', '10 10 01'], 'c'),
  ]);
  expect(sets.map((one) => one.name)).toEqual(['a', 'b', 'c']);
  expect(sets[0]?.pHolm).toBeCloseTo(2 * (sets[0]?.p ?? 1), 12);
  expect(sets[1]).toMatchObject({ p: null, reason: 'all observations are equal', finding: 'not distinguishable' });
  expect(sets.map((one) => one.finding)).toEqual(['full better', 'not distinguishable', 'not distinguishable']);
});

const input = (more: object = {}): StartAblation =>
  StartAblation.parse({ name: 'a', omit: 'edited', release: 'r', ...more });
const arm = (arm: 'full' | 'without', rows: number): ArmState => ({ arm, seed: 1, run: 'x', state: 'succeeded', rows });

test('arms with other numbers of rows, seeds that disagree and no finding are said beside the figures', () => {
  const report = { seeds: seedFigures(mixed, [1, 2, 3]), pooled: pooledFigures(mixed) };
  const plain = caveatsOf(input(), [arm('full', 50), arm('without', 40)], report).join('\n');
  expect(plain).toContain('The full arm was offered 50 rows, the other 40');
  expect(plain).toContain('different lengths');
  expect(plain).toContain('does not show that they are equal');
  expect(plain).toContain('do not agree on the direction');
  const matched = caveatsOf(input({ matchRows: true, seeds: [1] }), [arm('full', 40), arm('without', 40)], report);
  expect(matched.join('\n')).toContain('Both arms were offered 40 rows; those of the full arm are drawn anew');
  expect(matched.join('\n')).toContain('One seed');
  expect(plain).not.toContain('in proportion');
  const capped = caveatsOf(input({ rows: 40 }), [arm('full', 40), arm('without', 40)], report);
  for (const one of [matched, capped]) expect(one.join('\n')).toContain('holds the part only in proportion');
});

test('a seed that is named twice, and DPO without a run to continue, are refused', () => {
  expect(StartAblation.safeParse({ ...input(), seeds: [1, 2, 1] }).success).toBe(false);
  expect(StartAblation.safeParse({ ...input(), stage: 'dpo' }).success).toBe(false);
  expect(StartAblation.safeParse({ ...input(), omit: 'whatever' }).success).toBe(false);
});
