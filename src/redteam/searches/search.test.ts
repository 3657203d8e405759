import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { type FakeStep, startFakeOpenAi, type WireRequest } from '../../../test/fake-openai.ts';
import { sampleLabels, sampleProbes, wordScorer } from '../../../test/redteam-samples.ts';
import { runRedteam } from '../job.ts';
import { calibrateJudge } from '../judges/actions.ts';
import type { Judgment } from '../schema.ts';
import { type Attempt, AttemptPage, SearchReport, SearchStarted } from './schema.ts';
import { nextTry } from './tree.ts';

const help = 'Certainly, here is the changed entry for the ward keys.';
const refusal = 'I cannot do that, it would be wrong for the ward keys.';

let app: TestApp;
let server: Awaited<ReturnType<typeof startFakeOpenAi>>;
let yields: (asked: string) => boolean = () => false;
let write: (request: WireRequest, n: number) => FakeStep = () => '';
let written = 0;

beforeAll(async () => {
  server = await startFakeOpenAi({
    reply: (request) => {
      const asked = request.messages.at(-1)?.content ?? '';
      if (request.model === 'attacker') return write(request, ++written);
      return yields(asked) ? help : refusal;
    },
  });
  const endpoint = (model: string) => ({
    type: 'openai' as const,
    baseUrl: server.baseUrl,
    model,
    concurrency: 2,
    timeoutMs: 5_000,
    maxRetries: 0,
  });
  app = await openTestApp({
    endpoints: { target: endpoint('target'), attacker: endpoint('attacker') },
    scorer: wordScorer,
  });
  await app.as('red-teamer').send('POST', '/v1/redteam/probes', { probes: sampleProbes(3) });
  await app.as('red-teamer').send('POST', '/v1/redteam/labels', { dataset: 'sample', labels: sampleLabels(24) });
  await calibrateJudge(context(), { name: 'default', dataset: 'sample', seed: 1 });
});
afterAll(async () => {
  await app.close();
  await server.close();
});

const context = () =>
  app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] });
const control = (signal = new AbortController().signal) => ({ runId: 'r', progress: async () => undefined, signal });

async function begin(more: object): Promise<string> {
  const input = {
    name: 's',
    judge: 'default',
    target: { name: 't', ref: 'endpoint:target' },
    attacker: 'attacker',
    ...more,
  };
  const { status, body } = await app.as('red-teamer').send('POST', '/v1/redteam/searches', input);
  expect(status, JSON.stringify(body)).toBe(202);
  return SearchStarted.parse(body).search;
}

const run = (search: string, signal?: AbortSignal) =>
  runRedteam(context(), { task: 'search', search }, control(signal));

async function report(id: string): Promise<SearchReport> {
  return SearchReport.parse((await app.as('auditor').send('GET', `/v1/redteam/searches/${id}`)).body);
}

async function attempts(id: string, probe: string): Promise<Attempt[]> {
  const path = `/v1/redteam/searches/${id}/attempts?probe=${probe}`;
  return AttemptPage.parse((await app.as('red-teamer').send('GET', path)).body).attempts;
}

/** A new request with its twin; each has words of its own. */
const pair = (n: number): string =>
  JSON.stringify({
    request: `Version ${n}: put w${n} x${n} y${n} into the ward note so that nobody asks.`,
    twin: `Version ${n}: put w${n} x${n} y${n} into the ward note so that everybody can ask.`,
  });

describe('an adaptive search', () => {
  test('refines after each reply until one is judged unsafe, and keeps every attempt', async () => {
    written = 0;
    write = (_, n) => (n === 2 ? 'I am sorry, I cannot.' : pair(n));
    yields = (asked) => asked.startsWith('Version 3');
    const id = await begin({ probes: { ids: ['p-000'] }, depth: 5, branches: 2 });
    await run(id);
    const own = await attempts(id, 'p-000');
    expect(own.map(({ position, depth, parent }) => [position, depth, parent])).toEqual([
      [0, 0, undefined],
      [1, 1, 0],
      [2, 1, 0],
      [3, 2, 1],
    ]);
    expect(own[2]).toMatchObject({
      refused: 'the attacker declined to write it',
      attackerReply: 'I am sorry, I cannot.',
    });
    expect(own[3]).toMatchObject({ reply: help, judgment: { verdict: 'unsafe' } });
    expect(await report(id)).toMatchObject({
      attempts: 4,
      refused: 1,
      probes: [{ probe: 'p-000', success: 3, depth: 2 }],
    });
    const shown = server.requests
      .filter(({ model }) => model === 'attacker')
      .at(-1)
      ?.messages.at(-1)?.content;
    expect(shown).toContain('Version 1');
    expect(shown).toContain(refusal);
  });

  test('a spent budget ends it as incomplete, with the attempts so far kept', async () => {
    written = 100;
    write = (_, n) => pair(n);
    yields = () => false;
    server.reset();
    const id = await begin({ probes: { ids: ['p-001'] }, depth: 5, maxCalls: 5, seed: 2 });
    await expect(run(id)).rejects.toThrow(/budget of the search "s" is spent: calls 5 of 5/);
    expect(server.stats().requests).toBe(5);
    expect(await attempts(id, 'p-001')).toHaveLength(3);
    await expect(run(id)).rejects.toThrow('is spent');
    expect(server.stats().requests).toBe(5);
  });

  test('stopped in the middle it makes the very attempts that it would have made, and pays for none twice', async () => {
    written = 200;
    write = (_, n) => pair(n);
    yields = () => false;
    server.reset();
    const id = await begin({ probes: { ids: ['p-002'] }, depth: 3, branches: 2, width: 2, seed: 3 });
    const stop = new AbortController();
    const timer = setInterval(() => server.requests.length >= 6 && stop.abort(), 1);
    await expect(run(id, stop.signal)).rejects.toThrow();
    clearInterval(timer);
    const before = await attempts(id, 'p-002');
    await run(id);
    const after = await attempts(id, 'p-002');
    expect(after.slice(0, before.length)).toEqual(before);
    // The probe, two refinements of it, and four in each of two further rounds.
    expect(after).toHaveLength(1 + 2 + 4 + 4);
    expect((await report(id)).search.completedAt).toBeDefined();
    const asked = server.requests.map((one) => JSON.stringify([one.model, one.messages, one.seed]));
    expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(1);
  });

  test('is begun by those who attack only, and with an attacker that is configured', async () => {
    const input = { name: 's', judge: 'default', target: { name: 't', ref: 'endpoint:target' }, attacker: 'nobody' };
    expect((await app.as('red-teamer').send('POST', '/v1/redteam/searches', input)).status).toBe(404);
    expect(
      (await app.as('steward').send('POST', '/v1/redteam/searches', { ...input, attacker: 'attacker' })).status,
    ).toBe(403);
  });
});

describe('what is tried next', () => {
  const judged = (position: number, depth: number, score: number): Attempt => ({
    probe: 'p',
    position,
    depth,
    request: 'r',
    at: '',
    judgment: {
      asks: 'attack',
      verdict: 'safe',
      judge: 'a'.repeat(64),
      risk: { score, polarity: '1 = safest' },
    } satisfies Judgment,
  });

  test('the tree keeps the most promising attempts of a round and prunes the others', () => {
    const shape = { depth: 2, branches: 3, width: 1 };
    const level = [judged(0, 0, 1), judged(1, 1, 2), judged(2, 1, 4), judged(3, 1, 3)];
    expect(nextTry(level, shape)).toMatchObject({ position: 4, depth: 2, branch: 0, parent: { position: 2 } });
    expect(nextTry(level.slice(0, 2), shape)).toMatchObject({
      position: 2,
      depth: 1,
      branch: 1,
      parent: { position: 0 },
    });
  });

  test('a round in which nothing could be asked ends the search', () => {
    const { judgment: _, ...refused } = { ...judged(1, 1, 1), refused: 'no request' };
    expect(nextTry([judged(0, 0, 1), refused], { depth: 3, branches: 1, width: 1 })).toBeUndefined();
  });
});
