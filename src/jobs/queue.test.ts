import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../test/database.ts';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/error.ts';
import type { OpenDatabase } from '../server/services.ts';
import { type JobHandler, openQueue, type Queue } from './queue.ts';
import type { JobRun } from './schema.ts';
import { readRun } from './store.ts';

let opened: OpenDatabase;
let queue: Queue;
const log: string[] = [];

beforeEach(async () => {
  log.length = 0;
  opened = await openTestDatabase();
  queue = await openQueue({ ...opened, clock: systemClock, log: (line) => log.push(line) });
});
afterEach(async () => {
  await queue.close();
  await opened.db.close();
});

const enqueue = (input: unknown): Promise<string> =>
  opened.db.transaction((tx) => queue.enqueue(tx, 'generation', input, 'somebody'));
const enqueueOnce = (input: unknown): Promise<string> =>
  opened.db.transaction((tx) => queue.enqueueOnce(tx, 'generation', input, 'somebody'));

async function ended(id: string): Promise<JobRun> {
  for (;;) {
    const run = await readRun(opened.db, id);
    if (run === undefined) throw new Error(`no run ${id}`);
    if (run.state !== 'queued' && run.state !== 'running') return run;
    await sleep(50);
  }
}

test('A job runs with its input and keeps its result and its last progress', async () => {
  await queue.work({
    generation: async (input, control) => {
      await control.progress({ done: 3, total: 4, unit: 'traces' });
      return { saw: input };
    },
  });
  const run = await ended(await enqueue({ dataset: 'one' }));
  expect(run).toMatchObject({ state: 'done', done: 3, total: 4, unit: 'traces', result: { saw: { dataset: 'one' } } });
});

test('A job enqueued in a transaction that fails does not exist', async () => {
  let id = '';
  const failing = opened.db.transaction(async (tx) => {
    id = await queue.enqueue(tx, 'generation', {}, 'somebody');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await readRun(opened.db, id)).toBeUndefined();
});

test('A failed job says why, with the code of the error', async () => {
  const refuse: JobHandler = async () => {
    throw new AppError('conflict', 'This cannot be done twice.');
  };
  await queue.work({ generation: refuse });
  expect(await ended(await enqueue({}))).toMatchObject({
    state: 'failed',
    error: 'This cannot be done twice.',
    errorCode: 'conflict',
  });
});

test('Asking again for work that is not finished gives the same job; afterwards, a new one', async () => {
  const first = await enqueueOnce({ b: 1, a: 2 });
  const both = await Promise.all([enqueueOnce({ a: 2, b: 1 }), enqueueOnce({ b: 1, a: 2 })]);
  expect(both).toEqual([first, first]);
  expect(await enqueueOnce({ a: 3 })).not.toBe(first);
  await queue.work({ generation: async () => null });
  await ended(first);
  expect(await enqueueOnce({ a: 2, b: 1 })).not.toBe(first);
});

test('A job that is asked to stop ends as stopped, and a new request for its work starts a new job', async () => {
  const started = Promise.withResolvers<void>();
  await queue.work({
    generation: async (_, { signal }) => {
      started.resolve();
      while (!signal.aborted) await sleep(10);
    },
  });
  const id = await enqueueOnce({});
  await started.promise;
  await queue.stop(id);
  expect(await enqueueOnce({})).not.toBe(id);
  expect((await ended(id)).state).toBe('stopped');
});

test('Closing gives unfinished work back, and the next start does it', async () => {
  const started = Promise.withResolvers<void>();
  await queue.work({
    generation: async (_, { signal }) => {
      started.resolve();
      while (!signal.aborted) await sleep(10);
      throw new Error('aborted');
    },
  });
  const id = await enqueue({});
  await started.promise;
  await queue.close();
  expect((await readRun(opened.db, id))?.state).toBe('queued');
  queue = await openQueue({ ...opened, clock: systemClock, log: (line) => log.push(line) });
  await queue.work({ generation: async () => 'second' });
  expect(await ended(id)).toMatchObject({ state: 'done', result: 'second', attempts: 2 });
});
