import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { type FakeOpenAi, type FakeOptions, type FakeStep, startFakeOpenAi } from '../../../test/fake-openai.ts';
import { killAndRerun } from '../../../test/kill.ts';
import { openRun, rewardRequest, traceOf } from '../../../test/reward-run.ts';
import { trainerDirectory } from '../engine/environment.ts';
import { listenForRewards, type RewardListener } from './listener.ts';
import { RewardRequest } from './schema.ts';
import { scoreBatch } from './score.ts';

// The worker's own client asks the service over HTTP, and the service asks a judge over HTTP that fails in many ways.
const verdict = (score: number): string => JSON.stringify({ evidence: [], reason: 'As it reads.', score });
const good = (): FakeStep => verdict(4);
const place = mkdtempSync(join(tmpdir(), 'safemed-faults-'));

let app: TestApp;
let judge: FakeOpenAi;
let port = 0;
let run = '';
let listener: RewardListener;
let ended = 0;
let name = 0;

beforeAll(async () => {
  judge = await startFakeOpenAi({ reply: good });
  port = Number(new URL(judge.baseUrl).port);
  const endpoint = { type: 'openai', baseUrl: judge.baseUrl, model: 'judge', concurrency: 4 } as const;
  app = await openTestApp({
    endpoints: {
      judge: { ...endpoint, timeoutMs: 2_000, maxRetries: 0 },
      patient: { ...endpoint, timeoutMs: 2_000, maxRetries: 4 },
    },
  });
});
beforeEach(async () => {
  ended = 0;
  await open({ kind: 'rubric', endpoint: 'judge' });
});
afterEach(async () => {
  await listener.close();
  await restart({ reply: good });
});
afterAll(async () => {
  await app.close();
  await judge.close();
  rmSync(place, { recursive: true, force: true });
});

/** Another judge on the same port: the old one is gone with all its connections. */
async function restart(options: FakeOptions): Promise<void> {
  await judge.close();
  judge = await startFakeOpenAi({ ...options, port });
}

async function open(reward: object): Promise<void> {
  name++;
  // Every run has a judge of its own, so that none is answered from the record of another's calls.
  run = await openRun(app, `faults-${name}`, { ...reward, seed: name });
  const ctx = app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer'] });
  listener = await listenForRewards(ctx, run, () => {
    ended++;
  });
}

const samples = Array.from({ length: 8 }, (_, n) => ({
  id: `s${n}`,
  completion: traceOf(`Ask colleague ${n} first.`),
}));
const all = samples.map(() => 4);
const none = samples.map(() => null);

const Answer = z.object({
  rewards: z.array(z.number().nullable()).default([]),
  errors: z.array(z.string()).default([]),
  refused: z.string().optional(),
});

/** What the worker's client makes of one batch. */
function ask(service: { timeout_s?: number; max_retries?: number } = {}): Promise<z.infer<typeof Answer>> {
  const child = spawn('python3', ['-m', 'tests.ask_rewards'], {
    cwd: trainerDirectory,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(
    JSON.stringify({
      service: { url: listener.url, timeout_s: 20, max_retries: 1, ...service },
      request: rewardRequest(run, samples),
    }),
  );
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(Answer.parse(JSON.parse(printed))));
  });
}

async function stored(): Promise<(number | null)[]> {
  const rows = await app.services.db.query<{ score: number | null }>(
    'SELECT score FROM reward_judgment WHERE run_id = $1 ORDER BY sample_id',
    [run],
  );
  return rows.map((row) => row.score);
}

async function calls(state: 'answered' | 'failed'): Promise<number> {
  const [row] = await app.services.db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM llm_call WHERE state = $2 AND subject LIKE $1',
    [`${run}/%`, state],
  );
  return row?.n ?? 0;
}

const paid = (): Promise<number> => calls('answered');

test('judge down: no reward is made up and nothing is stored; back again, the same samples get their scores', async () => {
  await judge.close();
  const down = await ask();
  expect(down.rewards).toEqual(none);
  expect(down.errors).toEqual(['HTTP 503', 'HTTP 503']);
  expect(await stored()).toEqual([]);
  judge = await startFakeOpenAi({ reply: good, port });
  expect((await ask()).rewards).toEqual(all);
  expect(await stored()).toEqual(all);
});

test('judge down for a while: the run waits for it', async () => {
  await judge.close();
  const asked = ask({ max_retries: 6 });
  await expect.poll(() => calls('failed')).toBeGreaterThan(0);
  judge = await startFakeOpenAi({ reply: good, port });
  const { rewards, errors } = await asked;
  expect(rewards).toEqual(all);
  expect(errors.length).toBeGreaterThan(0);
});

test('judge slower than the client waits: judging goes on, and the repeated request finds the scores, paid once', async () => {
  await restart({ reply: good, latencyMs: 400 });
  const { rewards, errors } = await ask({ timeout_s: 0.3, max_retries: 6 });
  expect(rewards).toEqual(all);
  expect(errors.length).toBeGreaterThan(0);
  expect(judge.stats().requests).toBe(8);
  expect(await paid()).toBe(8);
});

test('judge slower than the deadline of the service: unavailable, and later the same request is answered', async () => {
  await restart({ reply: good, latencyMs: 300 });
  const ctx = app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer'] });
  const request = RewardRequest.parse(rewardRequest(run, samples));
  await expect(scoreBatch(ctx, request, { withinMs: 100 })).rejects.toMatchObject({ code: 'unavailable' });
  expect((await scoreBatch(ctx, request, { withinMs: 10_000 })).rewards).toEqual(all);
  expect(judge.stats().requests).toBe(8);
});

test('judge that never answers: its time limit ends each call, no reward is made up', async () => {
  await restart({ reply: () => ({ fault: 'hang' }) });
  const { rewards } = await ask({ max_retries: 0 });
  expect(rewards).toEqual(none);
  expect(await stored()).toEqual([]);
});

test.each(['malformed-json', 'wrong-shape', 'drop', 'drop-midway'] as const)(
  'judge that breaks its protocol (%s): no reward is made up, nothing is stored',
  async (fault) => {
    await restart({ reply: () => ({ fault }) });
    expect((await ask({ max_retries: 0 })).rewards).toEqual(none);
    expect(await stored()).toEqual([]);
  },
);

test('judge whose verdicts cannot be read: those samples stay unscored for good, with the reason', async () => {
  await restart({
    reply: ({ messages }) => (/colleague [0-3] first/u.test(messages[1]?.content ?? '') ? 'Score: 5' : verdict(4)),
  });
  const expected = [null, null, null, null, 4, 4, 4, 4];
  expect((await ask()).rewards).toEqual(expected);
  await restart({ reply: () => verdict(5) });
  expect((await ask()).rewards).toEqual(expected);
  expect(judge.stats().requests).toBe(0);
  expect(await stored()).toEqual(expected);
});

test('judge that limits its rate: the service waits as asked, the engine never sees 429, nothing is paid twice', async () => {
  await listener.close();
  await open({ kind: 'rubric', endpoint: 'patient' });
  await restart({ reply: (_, n) => (n <= 6 ? { status: 429, retryAfter: '1' } : verdict(4)) });
  const started = performance.now();
  const { rewards, errors } = await ask();
  expect(rewards).toEqual(all);
  expect(errors).toEqual([]);
  expect(performance.now() - started).toBeGreaterThan(1_000);
  expect(await paid()).toBe(8);
});

test('judge that refuses for its rate without end: 503, never 429', async () => {
  await restart({ reply: () => ({ status: 429 }) });
  const { rewards, errors } = await ask();
  expect(rewards).toEqual(none);
  expect(errors).toEqual(['HTTP 503', 'HTTP 503']);
});

test('judge restarted in the middle of a batch: what it had answered is not asked again', async () => {
  await restart({ reply: (_, n) => (n <= 3 ? verdict(4) : { fault: 'drop' }) });
  expect((await ask({ max_retries: 0 })).rewards).toEqual(none);
  const before = await paid();
  expect(before).toBe(3);
  await restart({ reply: good });
  expect((await ask()).rewards).toEqual(all);
  expect(judge.stats().requests).toBe(8 - before);
  expect(await paid()).toBe(8);
});

test('a judge whose key is refused is no reason for the engine to give up for good', async () => {
  await restart({ reply: good, apiKey: 'other' });
  const { rewards, refused } = await ask({ max_retries: 0 });
  expect({ rewards, refused }).toEqual({ rewards: none, refused: undefined });
});

test('a held-out judge that is down holds nothing up: its row says why, and the reward is there', async () => {
  await listener.close();
  const dead = { kind: 'criteria', endpoint: 'patient', rubric: 'safe-handling' };
  await open({ kind: 'rubric', endpoint: 'judge', heldOut: dead, heldOutShare: 1 });
  await restart({
    reply: ({ messages }) => (messages[0]?.content.includes('"met"') === true ? { status: 401 } : verdict(4)),
  });
  expect((await ask()).rewards).toEqual(all);
  const rows = await app.services.db.query<{ score: number | null; reason: string }>(
    `SELECT score, reason FROM reward_judgment WHERE run_id = $1 AND role = 'held-out'`,
    [run],
  );
  expect(rows).toHaveLength(8);
  expect(rows.every((row) => row.score === null && row.reason.includes('401'))).toBe(true);
});

test('a spent budget and a canary that passed tell the run that no more rewards come', async () => {
  await listener.close();
  await open({ kind: 'rubric', endpoint: 'judge', budget: { maxCalls: 2 } });
  expect((await ask({ max_retries: 0 })).rewards).toEqual(none);
  expect({ ended, code: listener.ended()?.code }).toEqual({ ended: 1, code: 'incomplete' });
  await listener.close();
  await restart({ reply: () => verdict(5) });
  await open({ kind: 'rubric', endpoint: 'judge', canaryEvery: 1, stopOnCanary: true });
  expect((await ask()).rewards).toEqual(none);
  expect({ ended, code: listener.ended()?.code }).toEqual({ ended: 2, code: 'unavailable' });
});

test('the loopback service scores its own run only', async () => {
  const other = await openRun(app, 'other', { kind: 'rubric', endpoint: 'judge' });
  const reply = await fetch(`${listener.url}/v1/rewards`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rewardRequest(other, samples)),
  });
  expect(reply.status).toBe(403);
  expect(await (await fetch(`${listener.url}/health`)).json()).toMatchObject({ status: 'ok', queued: 0 });
});

test('the service killed with kill -9 in the middle of batches: every sample is scored once, and no answered call is paid again', async () => {
  const server = await startFakeOpenAi({ reply: good, latencyMs: 15 });
  const kills = [10, 40];
  const printed = await killAndRerun(
    'test/reward-scorer.ts',
    ['--workspace', join(place, 'ws'), '--url', server.baseUrl],
    {
      kills,
      progress: () => server.stats().answered,
    },
  );
  expect(JSON.parse(printed)).toEqual({ rewards: Array.from({ length: 64 }, () => 4), stored: 64 });
  expect(server.stats().requests - 64).toBeLessThanOrEqual(4 * kills.length);
  await server.close();
}, 180_000);
