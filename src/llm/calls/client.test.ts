import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { type FakeOpenAi, type FakeOptions, startFakeOpenAi } from '../../../test/fake-openai.ts';
import type { Clock } from '../../core/clock.ts';
import type { Database } from '../../db/database.ts';
import { migrate, readMigrations } from '../../db/migrate.ts';
import { openOpenAi } from '../openai/openai.ts';
import { type ChatRequest, OpenAiConfig } from '../schema.ts';
import { totals } from './call-store.ts';
import { createModelClient, type OpenModelClient } from './client.ts';

let db: Database;
let close: (() => Promise<void>)[] = [];
beforeAll(async () => {
  ({ db } = await openTestDatabase());
  await migrate(db, readMigrations('migrations'));
});
afterAll(() => db.close());
afterEach(async () => {
  for (const end of close.reverse()) await end();
  close = [];
});

let run = 0;
beforeEach(() => {
  run++;
});

const clock: Clock = { now: () => new Date('2026-11-22T09:00:00Z') };
const why = { purpose: 'generation' };
const request = (i: number, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'safe-1',
  messages: [{ role: 'user', content: `Question ${i}` }],
  temperature: 0,
  maxTokens: 50,
  ...more,
});

/** A client of a fake server under an endpoint name of this test's own, so that tests can share the database. */
async function start(
  options: FakeOptions = {},
  config: Record<string, unknown> = {},
): Promise<{ server: FakeOpenAi; client: OpenModelClient; again: () => OpenModelClient; id: string }> {
  const server = await startFakeOpenAi(options);
  close.push(() => server.close());
  const id = `endpoint-${run}`;
  const parsed = OpenAiConfig.parse({ type: 'openai', baseUrl: server.baseUrl, model: 'safe-1', ...config });
  const { budget } = parsed;
  const again = (): OpenModelClient => {
    const endpoint = openOpenAi(id, parsed, () => undefined);
    return createModelClient({ db, clock, endpoint, ...(budget === undefined ? {} : { budget }) });
  };
  return { server, client: again(), again, id };
}

const rows = (id: string): Promise<Record<string, unknown>[]> =>
  db.query(
    `SELECT state, purpose, subject, attempts, reply->>'content' AS content, error->>'code' AS error,
       answered_by IS NOT NULL AS reused FROM llm_call WHERE endpoint = $1 ORDER BY (state = 'reused'), ended_at, id`,
    [id],
  );

test('an answered request is never paid again, also by another client later, and is counted apart', async () => {
  const { server, client, again, id } = await start({
    reply: () => ({ content: 'No.', usage: { prompt: 10, completion: 2 } }),
  });
  const first = await client.call(request(1), { ...why, subject: 'case-1' });
  const second = await again().call(request(1), { ...why, subject: 'case-2' });
  expect([first.cached, second.cached, first.key === second.key]).toEqual([false, true, true]);
  expect(second.reply).toEqual(first.reply);
  expect(server.stats().requests).toBe(1);
  expect(await rows(id)).toEqual([
    {
      state: 'answered',
      purpose: 'generation',
      subject: 'case-1',
      attempts: 1,
      content: 'No.',
      error: null,
      reused: false,
    },
    {
      state: 'reused',
      purpose: 'generation',
      subject: 'case-2',
      attempts: 0,
      content: null,
      error: null,
      reused: true,
    },
  ]);
  expect(await totals(db, { endpoint: id })).toEqual({
    made: 1,
    failed: 0,
    cached: 1,
    attempts: 1,
    tokensIn: 10,
    tokensOut: 2,
    tokensUnknown: 0,
    cost: 0,
  });
});

test('a reply is in the database by the time it is handed out', async () => {
  const { client, id } = await start();
  await client.call(request(1), why);
  const [row] = await rows(id); // asked on the same connection, after the call resolved and before anything else ran
  expect(row).toMatchObject({ state: 'answered' });
});

test('equal requests at the same time are sent once', async () => {
  const { server, client, id } = await start({ latencyMs: 30 });
  const results = await Promise.all(Array.from({ length: 10 }, () => client.call(request(1), why)));
  expect([server.stats().requests, results.filter((result) => !result.cached).length]).toEqual([1, 1]);
  expect(await totals(db, { endpoint: id })).toMatchObject({ made: 1, cached: 9 });
});

test('anything that can change the reply changes the key: request, address, model, extra body, declared weights', async () => {
  const { server, client } = await start();
  const other = (config: Record<string, unknown>, baseUrl = server.baseUrl): OpenModelClient => {
    const parsed = OpenAiConfig.parse({ type: 'openai', baseUrl, model: 'safe-1', ...config });
    return createModelClient({ db, clock, endpoint: openOpenAi('other', parsed, () => undefined) });
  };
  const keys = [
    (await client.call(request(1), why)).key,
    (await client.call(request(1, { seed: 1 }), why)).key,
    (await client.call(request(1, { seed: 2 }), why)).key,
    (await client.call(request(1, { temperature: 0.5 }), why)).key,
    (await other({ model: 'safe-2' }).call(request(1), why)).key,
    (await other({ extraBody: { top_k: 1 } }).call(request(1), why)).key,
    (await other({ identity: 'sha256:abc' }).call(request(1), why)).key,
  ];
  expect(new Set(keys).size).toBe(keys.length);
  const elsewhere = await startFakeOpenAi();
  close.push(() => elsewhere.close());
  const moved = await other({ identity: 'sha256:abc' }, elsewhere.baseUrl).call(request(1), why);
  expect([moved.key === keys.at(-1), moved.cached]).toEqual([true, true]);
});

test('a failure is recorded with its attempts, handed on, and asked again next time', async () => {
  const { client, id } = await start({ reply: (_, n) => (n <= 2 ? { status: 500 } : 'fine') }, { maxRetries: 1 });
  await expect(client.call(request(1), why)).rejects.toMatchObject({ code: 'unavailable' });
  expect((await client.call(request(1), why)).reply.content).toBe('fine');
  expect((await rows(id)).map(({ state, attempts, error }) => [state, attempts, error])).toEqual(
    expect.arrayContaining([
      ['failed', 2, 'unavailable'],
      ['answered', 1, null],
    ]),
  );
  expect(await totals(db, { endpoint: id })).toMatchObject({ made: 1, failed: 1, attempts: 3 });
});

test('whoever aborts leaves; the call goes on for those who still wait', async () => {
  const { server, client, id } = await start({ latencyMs: 50 });
  const controller = new AbortController();
  const impatient = client.call(request(1), { ...why, signal: controller.signal });
  const patient = client.call(request(1), why);
  setTimeout(() => controller.abort(new Error('left')), 20);
  await expect(impatient).rejects.toThrow('left');
  expect((await patient).reply.content).toContain('Reply');
  expect(server.stats().requests).toBe(1);
  expect(await totals(db, { endpoint: id })).toMatchObject({ made: 1, failed: 0 });
});

test('a call that nobody waits for any more is stopped and recorded as aborted', async () => {
  const { client, id } = await start({ reply: () => ({ fault: 'hang' }) });
  const controller = new AbortController();
  const call = client.call(request(1), { ...why, signal: controller.signal });
  await sleep(30);
  controller.abort(new Error('left'));
  await expect(call).rejects.toThrow('left');
  await client.close();
  expect(await rows(id)).toMatchObject([{ state: 'failed', error: 'aborted' }]);
});

test('a spent budget stops before the next paid call, counts earlier runs, and leaves the record usable', async () => {
  const { server, client, again, id } = await start({}, { budget: { maxCalls: 3 }, concurrency: 8 });
  await client.call(request(0), why);
  const later = again();
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map((i) => later.call(request(i), why)));
  expect(results.filter((result) => result.status === 'fulfilled').length).toBe(2);
  expect(server.stats().requests).toBe(3);
  await expect(later.call(request(9), why)).rejects.toMatchObject({
    code: 'incomplete',
    message: expect.stringContaining(`"${id}" is spent: calls 3 of 3`),
  });
  expect((await later.call(request(0), why)).cached).toBe(true);
});

test('cost and tokens also bound a budget', async () => {
  const price = { promptPerMillion: 1e6, completionPerMillion: 0 };
  const reply = () => ({ content: 'x', usage: { prompt: 2, completion: 5 } });
  const { client } = await start({ reply }, { price, budget: { maxCost: 3 } });
  await client.call(request(1), why);
  await client.call(request(2), why);
  await expect(client.call(request(3), why)).rejects.toThrow('cost 4 of 3');
});

test('a request that is not valid is refused before anything is sent', async () => {
  const { server, client } = await start();
  await expect(client.call(request(1, { temperature: 9 }), why)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(client.call(request(1, { messages: [{ role: 'user', content: 'a\0b' }] }), why)).rejects.toThrow(
    'U+0000',
  );
  expect(server.stats().requests).toBe(0);
});

test('a streamed reply is recorded before its end is handed out, and always asked anew', async () => {
  const { server, client, id } = await start({ reply: () => 'streamed reply' });
  for (let i = 0; i < 2; i++)
    for await (const delta of client.stream(request(1), why))
      if (delta.type === 'end') expect(await totals(db, { endpoint: id })).toMatchObject({ made: i + 1 });
  for await (const delta of client.stream(request(2), why)) if (delta.type === 'content') break;
  expect(server.stats().requests).toBe(3);
  expect(await totals(db, { endpoint: id })).toMatchObject({ made: 2, failed: 1 });
});

test('at most as many calls as the endpoint’s concurrency are unrecorded, while more items are worked on', async () => {
  const { server, client } = await start({ latencyMs: 20 }, { concurrency: 4 });
  const items = Array.from({ length: 40 }, (_, i) => i);
  await client.each(items, async (i) => {
    await client.call(request(1000 + i), why);
  });
  expect(server.stats()).toMatchObject({ requests: 40, peak: 4 });
});

test('each item is worked on once, by twice as many workers as the endpoint takes calls, and the first error ends the run', async () => {
  const { client } = await start({}, { concurrency: 4 });
  let running = 0;
  let peak = 0;
  const seen: number[] = [];
  const work = async (i: number): Promise<void> => {
    peak = Math.max(peak, ++running);
    await sleep(2);
    running--;
    seen.push(i);
    if (i === 10) throw new Error('item 10');
  };
  await expect(
    client.each(
      Array.from({ length: 100 }, (_, i) => i),
      work,
    ),
  ).rejects.toThrow('item 10');
  expect([peak, running]).toEqual([8, 0]);
  expect(seen.length).toBeLessThan(24);
});

test('the call record cannot be changed', async () => {
  const { client, id } = await start();
  await client.call(request(1), why);
  await expect(db.query(`UPDATE llm_call SET cost = 0 WHERE endpoint = $1`, [id])).rejects.toThrow('append-only');
});
