import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../../test/fake-openai.ts';
import type { Role } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { sha256Hex } from '../core/hash.ts';
import { storeQuestions } from '../corpus/actions.ts';
import type { Question } from '../corpus/schema.ts';
import { shutdown } from '../jobs/schema.ts';
import { history } from '../ledger/history.ts';
import { registerModel } from '../registry/actions.ts';
import type { RegisterInput } from '../registry/schema.ts';
import { finishTraining, getTrainingRun, markRunning, trainingRuns } from '../training/actions.ts';
import type { TrainingRun } from '../training/schema.ts';
import { ablationReport, startAblation } from './actions.ts';
import { runAblation } from './job.ts';
import { StartAblation } from './schema.ts';

const questions = 24;
const releaseRows = 60;
const omittedRows = 20;
let app: TestApp;
let server: FakeOpenAi;
/** Runs that the fake engine is to fail. */
let broken = new Set<string>();
let engine: { stop(): Promise<void> };
const ctx = (...roles: Role[]): Context => app.services.contextFor({ id: 'somebody', name: 'Somebody', roles });

function question(prefix: string, n: number): Question {
  return {
    id: `${prefix}-${n}`,
    dataset: prefix,
    kind: 'knowledge',
    language: 'en',
    text: `${prefix} case ${n}: which one is right?`,
    options: ['A', 'B', 'C', 'D'].map((label) => ({ label, text: `statement ${label}${n}` })),
    answer: ['B'],
    dimensions: [],
    source: { kind: 'exam', citation: 'written for this test' },
    set: prefix,
    flags: [],
    tags: {},
    provenance: { file: 'f', row: n + 1 },
  };
}

/** Full arms know five questions in six, arms without the part one in six; every seed has its own luck with one more. */
function right(model: string, n: number): boolean {
  if (n % 8 === Number(/-s(\d+)$/.exec(model)?.[1] ?? 0)) return n % 16 < 8;
  return model.includes('-full-') ? n % 6 !== 0 : n % 6 === 1;
}

function model(name: string, more: Partial<RegisterInput> = {}): RegisterInput {
  const endpoint = { concurrency: 2, timeoutMs: 5000, maxRetries: 0 };
  return {
    name,
    kind: 'base',
    files: [{ path: `${name}.gguf`, sha256: sha256Hex(name) }],
    endpoint: { type: 'openai', baseUrl: server.baseUrl, model: name, ...endpoint },
    ...more,
  };
}

/**
 * Trains what waits, as the engine's worker would: each run ends with weights of its own. They are registered beforehand
 * behind the fake server, so that the arms are asked there and not by llama.cpp.
 */
async function train(run: TrainingRun): Promise<void> {
  await markRunning(ctx('engineer'), run.id);
  if (broken.has(run.name)) return finishTraining(ctx('engineer'), run, { state: 'failed', error: 'out of memory.' });
  const { omit, rows: limit } = run.input;
  const left = omit === undefined ? releaseRows : releaseRows - omittedRows;
  const rows = Math.min(limit ?? left, left);
  await registerModel(
    ctx('engineer'),
    model(run.name, { kind: 'adapter', base: 'base', run: run.name, release: 'r', trainedOn: ['t-1'] }),
  );
  const composition = {
    ...{ release: 'r', manifestSha256: '', rows, kinds: { knowledge: rows } },
    ...(omit === undefined ? {} : { omitted: { [omit]: omittedRows } }),
  };
  await finishTraining(ctx('engineer'), run, {
    state: 'succeeded',
    result: {
      base: { name: 'base', sha256: sha256Hex('base'), parameters: 1, gguf: 'base.gguf' },
      adapter: {
        directory: 'd',
        sha256: sha256Hex(run.name),
        gguf: `${run.name}.gguf`,
        ggufSha256: sha256Hex(run.name),
      },
      composition,
      ...{ rows: rows - 1, tokens: 1, truncated: 1, steps: 1, seconds: 1, metrics: {}, trainedOn: ['t-1'] },
    },
  });
}

function startEngine(): { stop(): Promise<void> } {
  let going = true;
  const loop = (async () => {
    while (going) {
      for (const run of await trainingRuns(ctx('engineer'))) if (run.state === 'specified') await train(run);
      await sleep(50);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
    },
  };
}

beforeAll(async () => {
  server = await startFakeOpenAi({
    reply: (request) => {
      const text = JSON.stringify(request.messages);
      const n = Number(/case (\d+):/.exec(text)?.[1]);
      return right(request.model, n) ? 'Answer: B' : 'Answer: A';
    },
  });
  app = await openTestApp();
  const store = (benchmark: boolean, rows: Question[]) =>
    transact(ctx('engineer'), (ctx) =>
      storeQuestions(ctx, { importId: randomUUID(), benchmark, met: new Map() }, rows),
    );
  await store(false, [question('t', 1)]);
  await store(
    true,
    Array.from({ length: questions }, (_, n) => question('exam', n)),
  );
  await registerModel(ctx('engineer'), model('base'));
});
beforeEach(() => {
  broken = new Set();
});
afterAll(async () => {
  await app.close();
  await server.close();
});

const input = (name: string, more: object = {}): StartAblation =>
  StartAblation.parse({ name, omit: 'edited', release: 'r', seeds: [1, 2, 3], ...more });

const control = (signal: AbortSignal = new AbortController().signal) => ({
  runId: randomUUID(),
  progress: async () => undefined,
  signal,
});

/** Runs an ablation's job in this test, with the engine beside it. */
async function ablate(one: StartAblation, signal?: AbortSignal): Promise<unknown> {
  const { ablation } = await startAblation(ctx('engineer'), one);
  engine = startEngine();
  try {
    return await runAblation(ctx('engineer'), { ablation: ablation.id }, control(signal));
  } finally {
    await engine.stop();
  }
}

test('both arms are trained under every seed, asked the same questions, and the difference is reported with its caveats', async () => {
  await ablate(input('plain'));
  const report = await ablationReport(ctx('auditor'), 'plain');
  expect(report.complete).toBe(true);
  expect(report.arms.map((one) => `${one.run} ${one.rows}`)).toEqual(
    [1, 2, 3].flatMap((seed) => [`plain-full-s${seed} ${releaseRows}`, `plain-without-s${seed} 40`]),
  );
  expect(report.omittedRows).toBe(omittedRows);
  for (const seed of [1, 2, 3]) {
    const wanted = (arm: string) =>
      Array.from({ length: questions }, (_, n) => n).filter((n) => right(`plain-${arm}-s${seed}`, n)).length;
    const shown = report.seeds.find((one) => one.seed === seed);
    expect([shown?.rateB, shown?.rateA]).toEqual([wanted('full') / questions, wanted('without') / questions]);
  }
  expect(report.pooled).toMatchObject({ questions, seeds: 3, finding: 'full better' });
  expect(report.caveats.join(' ')).toContain('The full arm was offered 60 rows, the other 40');
  const [event] = (await history(ctx('auditor'), app.services.ledger.systemSubject)).filter(
    (one) => one.type === 'ablation.completed',
  );
  expect(event?.data).toMatchObject({ name: 'plain', omittedRows, conclusion: report.conclusion });
});

test('with matched rows the full arm draws as many rows as the other one has', async () => {
  await ablate(input('matched', { matchRows: true, seeds: [1] }));
  const { arms, pooled, caveats } = await ablationReport(ctx('auditor'), 'matched');
  expect(arms.map((one) => one.rows)).toEqual([40, 40]);
  expect((await getTrainingRun(ctx('engineer'), 'matched-full-s1')).input.rows).toBe(40);
  expect(pooled).toMatchObject({ ci95: null, finding: 'not distinguishable' });
  expect(caveats.join(' ')).toContain('Both arms were offered 40 rows');
});

test('stopped in the middle it stops its run; started again it goes on and trains nothing twice', async () => {
  const one = input('halted', { seeds: [1, 2] });
  const { ablation } = await startAblation(ctx('engineer'), one);
  const abort = new AbortController();
  const running = runAblation(ctx('engineer'), { ablation: ablation.id }, control(abort.signal));
  await expect
    .poll(async () => (await trainingRuns(ctx('engineer'))).map((run) => run.name))
    .toContain('halted-without-s1');
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'incomplete' });
  expect((await getTrainingRun(ctx('engineer'), 'halted-without-s1')).state).toBe('stopped');
  const early = await ablationReport(ctx('auditor'), 'halted');
  expect(early).toMatchObject({ complete: false, omittedRows: null, pooled: { difference: null } });
  await ablate(one);
  const calls = server.requests.length;
  const first = await ablationReport(ctx('auditor'), 'halted');
  await ablate(one);
  expect(server.requests.length).toBe(calls);
  expect(await ablationReport(ctx('auditor'), 'halted')).toEqual(first);
  expect((await trainingRuns(ctx('engineer'))).filter((run) => run.name.startsWith('halted-'))).toHaveLength(4);
});

test('a program that ends leaves the run under way alone', async () => {
  const one = input('ended', { seeds: [1] });
  const { ablation } = await startAblation(ctx('engineer'), one);
  const abort = new AbortController();
  const running = runAblation(ctx('engineer'), { ablation: ablation.id }, control(abort.signal));
  await expect
    .poll(async () => (await trainingRuns(ctx('engineer'))).map((run) => run.name))
    .toContain('ended-without-s1');
  abort.abort(shutdown);
  await expect(running).rejects.toMatchObject({ code: 'incomplete' });
  expect((await getTrainingRun(ctx('engineer'), 'ended-without-s1')).state).toBe('specified');
  await ablate(one);
  expect((await ablationReport(ctx('auditor'), 'ended')).complete).toBe(true);
});

test('a run that fails is named with its reason, and the same command tries it again', async () => {
  broken = new Set(['failing-full-s1']);
  const one = input('failing', { seeds: [1] });
  await expect(ablate(one)).rejects.toThrow(/"failing-full-s1" failed: out of memory/);
  broken = new Set();
  await ablate(one);
  expect((await ablationReport(ctx('auditor'), 'failing')).complete).toBe(true);
});

test('the same name with other settings is refused; a complete ablation has no job any more', async () => {
  await ablate(input('named', { seeds: [1] }));
  await expect(startAblation(ctx('engineer'), input('named', { seeds: [2] }))).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await startAblation(ctx('engineer'), input('named', { seeds: [1] }))).not.toHaveProperty('job');
});

test('the routes start, list and report, each for the role that may', async () => {
  const engineer = app.as('engineer');
  const body = { name: 'routed', omit: 'language:zh', release: 'r', seeds: [1] };
  expect((await app.as('auditor').send('POST', '/v1/ablations', body)).status).toBe(403);
  expect((await engineer.send('POST', '/v1/ablations', { ...body, omit: 'x' })).status).toBe(400);
  expect((await engineer.send('POST', '/v1/ablations', body)).status).toBe(202);
  expect((await app.as('auditor').send('GET', '/v1/ablations/routed')).body).toMatchObject({
    complete: false,
    arms: [{ state: 'waiting' }, { state: 'waiting' }],
    conclusion: expect.stringContaining('Nothing can be said'),
  });
  expect((await app.as('reviewer').send('GET', '/v1/ablations/routed')).status).toBe(403);
  expect((await engineer.send('GET', '/v1/ablations/nowhere')).status).toBe(404);
  expect((await engineer.send('GET', '/v1/ablations?limit=1')).body).toMatchObject({ ablations: [{ name: 'routed' }] });
});
