import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('never more than the given number run at once, and every one runs', async () => {
  const slots = createSlots(3);
  let running = 0;
  let peak = 0;
  const work = async (i: number): Promise<number> => {
    running++;
    peak = Math.max(peak, running);
    await sleep(i % 3);
    running--;
    if (i % 5 === 0) throw new Error('failed work gives its slot back too');
    return i;
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => slots.run(() => work(i))));
  expect([peak, running, results.filter((result) => result.status === 'fulfilled').length]).toEqual([3, 0, 16]);
});

test('whoever aborts while waiting leaves the queue without taking a slot', async () => {
  const slots = createSlots(1);
  const release = await slots.take();
  const controller = new AbortController();
  const impatient = slots.take(controller.signal);
  const patient = slots.take();
  controller.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  release();
  release(); // giving a slot back twice must not make two of it
  await patient;
  const third = await Promise.race([slots.take().then(() => 'taken'), sleep(20, 'still waiting')]);
  expect(third).toBe('still waiting');
});
