import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparisonWarnings, pairedFigures, pairedParts, regressionsOf, totalCounts } from './comparison.ts';

const count = fc.nat(60);
const counts = fc.record({ a: count, b: count, c: count, d: count });

test('24 against 8 flips of 220 are a finding by the exact test', () => {
  const figures = pairedFigures({ a: 100, b: 8, c: 24, d: 88 });
  expect(figures).toMatchObject({ n: 220, onlyA: 8, onlyB: 24, finding: 'b better' });
  expect(figures.p?.toFixed(3)).toBe('0.007');
  expect(figures.difference).toBeCloseTo(16 / 220, 12);
});

test('a model compared with itself gives no p but a reason, and is not distinguishable', () => {
  expect(pairedFigures({ a: 5, b: 0, c: 0, d: 5 })).toMatchObject({
    p: null,
    reason: 'no discordant pairs',
    difference: 0,
    finding: 'not distinguishable',
  });
});

test('without a common question nothing is claimed', () => {
  const figures = pairedFigures({ a: 0, b: 0, c: 0, d: 0 });
  expect(figures).toMatchObject({ n: 0, rateA: null, rateB: null, difference: null, ci95: null, p: null });
});

test('the order of the two sides changes signs and nothing else', () => {
  fc.assert(
    fc.property(counts, (one) => {
      const there = pairedFigures(one);
      const back = pairedFigures({ ...one, b: one.c, c: one.b });
      expect(back.p).toBe(there.p);
      if (there.difference === null || there.ci95 === null || back.ci95 === null) return;
      expect(back.difference).toBeCloseTo(-there.difference, 12);
      expect(there.difference).toBeCloseTo((there.rateB ?? 0) - (there.rateA ?? 0), 12);
      expect(back.ci95[0]).toBeCloseTo(-there.ci95[1], 6);
      expect(there.ci95[0]).toBeLessThanOrEqual(there.difference);
      expect(there.ci95[1]).toBeGreaterThanOrEqual(there.difference);
    }),
  );
});

test('over several sets p is adjusted, and a set that only looks better alone is no finding', () => {
  const close = { a: 10, b: 1, c: 8, d: 10 };
  expect(pairedFigures(close).finding).toBe('b better');
  const sets = pairedParts([
    { name: 'one', counts: close },
    { name: 'two', counts: { a: 10, b: 5, c: 5, d: 10 } },
    { name: 'three', counts: { a: 1, b: 0, c: 0, d: 1 } },
  ]);
  expect(sets.map((set) => set.finding)).toEqual(Array(3).fill('not distinguishable'));
  expect(sets[0]?.pHolm).toBeCloseTo(2 * (sets[0]?.p ?? 0), 12);
  expect(sets[2]).not.toHaveProperty('pHolm');
});

test('the whole is the sum of its sets', () => {
  fc.assert(
    fc.property(fc.array(counts), (all) => {
      const total = totalCounts(all);
      for (const key of ['a', 'b', 'c', 'd'] as const)
        expect(total[key]).toBe(all.reduce((sum, one) => sum + one[key], 0));
    }),
  );
});

test('different settings and unfinished runs are told', () => {
  const base = {
    id: 'x',
    settings: { method: 'generation' as const, systemPrompt: false, maxTokens: 8, seed: 1 },
    profileDigest: 'p',
    createdBy: 'y',
    createdAt: '',
  };
  const done = { ...base, completedAt: 'now', eventSeq: 1 };
  expect(comparisonWarnings(done, done)).toEqual([]);
  const other = { ...done, id: 'z', settings: { ...base.settings, method: 'logprob' as const }, profileDigest: 'q' };
  expect(comparisonWarnings(base, other)).toHaveLength(3);
});

test('a set that got worse is a regression although the whole got better', () => {
  const parts = pairedParts([
    { name: 'en', counts: { a: 10, b: 0, c: 40, d: 10 } },
    { name: 'zh', counts: { a: 10, b: 15, c: 1, d: 10 } },
  ]);
  const overall = pairedFigures({ a: 20, b: 15, c: 41, d: 20 });
  expect(overall.finding).toBe('b better');
  expect(regressionsOf({ overall, sets: parts, slices: [] })).toEqual(['in the set zh']);
});
