import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGroup } from './group.ts';

test('items that arrive during one hand-over leave together in the next, each with its own result', async () => {
  const sizes: number[] = [];
  const group = createGroup<number, number>(async (items) => {
    sizes.push(items.length);
    await sleep(10);
    return items.map((item) => item * 2);
  }, 100);
  const first = group.submit(0);
  await sleep(5);
  const others = Array.from({ length: 150 }, (_, i) => group.submit(i + 1));
  expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 151 }, (_, i) => i * 2));
  expect(sizes).toEqual([1, 100, 50]);
});

test('an item that is refused fails alone', async () => {
  const group = createGroup<string, string>(async (items) => {
    if (items.includes('bad')) throw new Error('refused');
    return items;
  }, 100);
  const results = await Promise.allSettled(['a', 'bad', 'b'].map(group.submit));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await group.submit('later')).toBe('later');
});
