import { expect, test } from 'vitest';
import { z } from 'zod';
import { linesReport, readLines, recordDigest, sortLines } from './lines.ts';

const Item = z.strictObject({ id: z.string(), text: z.string() });

test('a bad line is refused with its reason and never stops the rest', () => {
  const { good, refused } = readLines(
    [{ id: 'a', text: 'x' }, { id: 'b' }, 'not an object', { id: 'c', text: 'y' }],
    Item,
  );
  expect(good.map((one) => one.id)).toEqual(['a', 'c']);
  expect(refused.map((one) => one.line)).toEqual([2, 3]);
  expect(refused[0]?.reason).toContain('text');
});

test('an id given twice is refused the second time', () => {
  const { good, refused } = readLines(
    [
      { id: 'a', text: 'x' },
      { id: 'a', text: 'y' },
    ],
    Item,
  );
  expect(good).toHaveLength(1);
  expect(refused).toEqual([expect.objectContaining({ line: 2, id: 'a', outcome: 'refused' })]);
});

test('a stored line is taken once, and another content under its id is refused', () => {
  const { good } = readLines(
    [
      { id: 'a', text: 'x' },
      { id: 'b', text: 'new' },
      { id: 'c', text: 'fine' },
    ],
    Item,
  );
  const stored = new Map([
    ['a', recordDigest({ text: 'x', id: 'a' })],
    ['b', recordDigest({ id: 'b', text: 'old' })],
  ]);
  const sorted = sortLines(good, stored, () => undefined);
  expect(sorted.fresh.map((one) => one.id)).toEqual(['c']);
  expect(sorted.already).toBe(1);
  expect(sorted.refused).toEqual([expect.objectContaining({ line: 2, id: 'b' })]);
  expect(linesReport(1, 1, sorted.refused)).toMatchObject({ taken: 1, already: 1, refused: 1 });
});
