import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/fake-openai.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { tinySft } from '../../../test/tiny-trained.ts';
import { insertTrained } from '../../../test/training-run.ts';
import { environmentState } from '../engine/environment.ts';
import { TrainingRun } from '../schema.ts';
import { RewardDefinition } from './schema.ts';

// Real GRPO of the engine on a randomly initialised Llama of a million parameters; its judge runs out of budget and dies.
const environment = resolve('.venv');
const ready = (await environmentState(environment)) === 'ready';
const engine = test.skipIf(!ready);
const minutes = 60_000;
let base = '';
let release: SealedRelease;
let judge: FakeOpenAi;

/** A score that the answer decides, so that groups differ. */
const byText = ({ messages }: { messages: { content: string }[] }): string => {
  const score = 1 + ((messages[1]?.content.length ?? 0) % 5);
  return JSON.stringify({ evidence: [], reason: 'By its length.', score });
};

beforeAll(async () => {
  if (!ready) return;
  vi.stubEnv('SAFEMED_PYTHON_ENVIRONMENT', environment);
  vi.stubEnv('OMP_NUM_THREADS', '1'); // a model so small gains nothing from a second
  judge = await startFakeOpenAi({ reply: byText });
  const endpoint = {
    type: 'openai',
    baseUrl: judge.baseUrl,
    model: 'judge',
    concurrency: 4,
    timeoutMs: 5_000,
  } as const;
  release = await sealRelease(['guard'], {}, { judge: { ...endpoint, maxRetries: 0 } });
  const sft = await tinySft();
  base = sft.spec.base.path;
  const adapter = { directory: sft.adapter, sha256: sft.sha256 };
  await insertTrained(release.app, { name: 'sft', stage: 'sft', release: 'one' }, adapter);
}, 5 * minutes);
afterAll(async () => {
  vi.unstubAllEnvs();
  await release?.close();
  await judge?.close();
});

const engineer = (method: string, path: string, body?: unknown) => release.app.as('engineer').send(method, path, body);

async function ended(name: string): Promise<TrainingRun> {
  for (;;) {
    const run = TrainingRun.parse((await engineer('GET', `/v1/training/runs/${name}`)).body);
    if (run.state !== 'specified' && run.state !== 'running') return run;
    await sleep(100);
  }
}

const name = 'interrupted';
const steps = 4;
const perStep = 8;

function start(budget: { maxCalls: number }): Promise<{ status: number; body: unknown }> {
  return engineer('POST', '/v1/training/runs', {
    ...{ name, stage: 'grpo', release: 'one', base, from: 'sft', rows: 8, maxSteps: steps },
    args: { num_generations: 4, per_device_train_batch_size: perStep, max_completion_length: 16, save_steps: 1 },
    reward: RewardDefinition.parse({ kind: 'rubric', endpoint: 'judge', budget }),
  });
}

async function scores(run: string): Promise<(number | null)[]> {
  const rows = await release.app.services.db.query<{ score: number | null }>(
    `SELECT score FROM reward_judgment WHERE run_id = $1 AND role = 'reward'`,
    [run],
  );
  return rows.map((row) => row.score);
}

/** How often the worker has reported that it got no rewards. */
async function failures(): Promise<number> {
  const { body } = await engineer('GET', `/v1/training/runs/${name}/events`);
  const { events } = body as { events: { type: string }[] }; // the route's own reply
  return events.filter(({ type }) => type === 'reward_error').length;
}

engine(
  'a run whose budget is spent stops at a checkpoint and goes on with a larger one; when its judge dies it waits for it',
  async () => {
    // One call is the warm-up; two steps and a part of the third can be paid.
    const budget = { maxCalls: 1 + 2 * perStep + 3 };
    expect((await start(budget)).status).toBe(202);
    const stopped = await ended(name);
    expect(stopped).toMatchObject({ state: 'stopped', error: expect.stringContaining('budget') });
    expect((await scores(stopped.id)).every((score) => score !== null)).toBe(true);
    // What was answered before the stop is not paid again.
    expect(judge.stats().answered).toBeLessThanOrEqual(budget.maxCalls);
    const before = await failures();

    // The second warm-up, the rest of the third step and a part of the last one are answered, then the judge dies.
    const port = Number(new URL(judge.baseUrl).port);
    let answeredSome = (): void => undefined;
    const some = new Promise<void>((resolve) => {
      answeredSome = resolve;
    });
    await judge.close();
    judge = await startFakeOpenAi({
      port,
      reply: (request, n) => {
        if (n === perStep) answeredSome();
        return byText(request);
      },
    });
    expect((await start({ maxCalls: 1_000 })).status).toBe(202);
    await some;
    await judge.close();
    await expect.poll(failures, { timeout: 2 * minutes, interval: 100 }).toBeGreaterThan(before);
    judge = await startFakeOpenAi({ port, reply: byText });
    expect(await ended(name)).toMatchObject({ state: 'succeeded', result: { steps } });
    const given = await scores(stopped.id);
    expect(given).toHaveLength(steps * perStep);
    expect(given.filter((score) => score === null)).toEqual([]);
  },
  8 * minutes,
);
