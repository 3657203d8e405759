import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate, type Rateable } from './allocation.ts';

const none = new Map<string, string[]>();

function study(vignettes: number, arms: number): Rateable[] {
  return Array.from({ length: vignettes }, (_, v) =>
    Array.from({ length: arms }, (_, a) => ({ id: `v${v} a${a}`, vignette: `v${v}`, arm: `a${a}` })),
  ).flat();
}

const shape = fc.record({
  vignettes: fc.integer({ min: 1, max: 25 }),
  arms: fc.integer({ min: 2, max: 5 }),
  raters: fc.integer({ min: 2, max: 6 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

test('every response gets its raters, each rater an order without repeats, and loads differ by one vignette at most', () => {
  fc.assert(
    fc.property(shape, ({ vignettes, arms, raters, seed }) => {
      const all = study(vignettes, arms);
      const names = Array.from({ length: raters }, (_, i) => `r${i}`);
      const orders = allocate(all, { raters: names, perResponse: 2, authors: none, seed });
      const counts = new Map<string, number>();
      for (const { responses } of orders) {
        expect(new Set(responses).size).toBe(responses.length);
        for (const id of responses) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      expect(all.every((one) => counts.get(one.id) === 2)).toBe(true);
      const loads = orders.map((one) => one.responses.length);
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(arms);
      expect(allocate(all, { raters: names, perResponse: 2, authors: none, seed })).toEqual(orders);
    }),
    { numRuns: 60 },
  );
});

test('in every round of a rater every arm comes equally often, within one, and no vignette twice', () => {
  fc.assert(
    fc.property(shape, ({ vignettes, arms, seed }) => {
      const orders = allocate(study(vignettes, arms), { raters: ['x', 'y'], perResponse: 2, authors: none, seed });
      for (const { responses } of orders)
        for (let round = 0; round < arms; round++) {
          const some = responses.slice(round * vignettes, (round + 1) * vignettes);
          expect(new Set(some.map((id) => id.split(' ')[0])).size).toBe(vignettes);
          const byArm = Array.from({ length: arms }, (_, a) => some.filter((id) => id.endsWith(` a${a}`)).length);
          expect(Math.max(...byArm) - Math.min(...byArm)).toBeLessThanOrEqual(1);
        }
    }),
    { numRuns: 60 },
  );
});

test('nobody rates an answer of their own, nor one of an arm they wrote for; too few others are refused', () => {
  const all = study(6, 3).map((one) => (one.id === 'v0 a1' ? { ...one, author: 'r3' } : one));
  const input = { raters: ['r1', 'r2', 'r3', 'r4'], perResponse: 2, authors: new Map([['a0', ['r1', 'r2']]]), seed: 3 };
  const orders = new Map(allocate(all, input).map((one) => [one.rater, one.responses]));
  for (const rater of ['r1', 'r2']) expect(orders.get(rater)?.some((id) => id.endsWith(' a0'))).toBe(false);
  expect(orders.get('r3')).not.toContain('v0 a1');
  const barred = { ...input, authors: new Map([['a0', ['r1', 'r2', 'r3']]]) };
  expect(() => allocate(all, barred)).toThrow(/Only 1 raters may rate the response of a0/);
});
