import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/fake-openai.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { tinyBase } from '../../../test/tiny-run.ts';
import { environmentPython, environmentState } from '../engine/environment.ts';
import { TrainingRun } from '../schema.ts';
import { RewardDefinition } from './schema.ts';

// Real GRPO of the engine on a randomly initialised Llama of a million parameters; its judge runs out of budget and dies.
const environment = resolve('.venv');
const engine = test.skipIf((await environmentState(environment)) !== 'ready');
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
  vi.stubEnv('SAFEMED_PYTHON_ENVIRONMENT', environment);
  judge = await startFakeOpenAi({ reply: byText });
  const endpoint = {
    type: 'openai',
    baseUrl: judge.baseUrl,
    model: 'judge',
    concurrency: 4,
    timeoutMs: 5_000,
  } as const;
  release = await sealRelease(['guard'], {}, { judge: { ...endpoint, maxRetries: 0 } });
  if (existsSync(environmentPython(environment))) base = (await tinyBase(join(release.app.root, 'models'))).source.path;
}, 3 * minutes);
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

const steps = 4;
const perStep = 8;

function grpo(name: string, reward: object): Promise<{ status: number; body: unknown }> {
  return engineer('POST', '/v1/training/runs', {
    ...{ name, stage: 'grpo', release: 'one', base, from: 'sft', rows: 8, maxSteps: steps },
    args: { num_generations: 4, per_device_train_batch_size: perStep, max_completion_length: 16, save_steps: 1 },
    reward: RewardDefinition.parse(reward),
  });
}

async function scores(run: string): Promise<(number | null)[]> {
  const rows = await release.app.services.db.query<{ score: number | null }>(
    `SELECT score FROM reward_judgment WHERE run_id = $1 AND role = 'reward'`,
    [run],
  );
  return rows.map((row) => row.score);
}

engine(
  'a run whose budget is spent stops at a checkpoint and goes on with a larger one; one whose judge dies waits for it',
  async () => {
    const sft = { name: 'sft', stage: 'sft', release: 'one', base, rows: 4, maxSteps: 2 };
    await engineer('POST', '/v1/training/runs', { ...sft, args: { per_device_train_batch_size: 2, max_length: 1024 } });
    expect(await ended('sft')).toMatchObject({ state: 'succeeded' });

    // One call is the warm-up; two steps and a part of the third can be paid.
    const budget = { maxCalls: 1 + 2 * perStep + 3 };
    const rubric = { kind: 'rubric', endpoint: 'judge' };
    expect((await grpo('short', { ...rubric, budget })).status).toBe(202);
    const stopped = await ended('short');
    expect(stopped).toMatchObject({ state: 'stopped', error: expect.stringContaining('budget') });
    expect((await scores(stopped.id)).every((score) => score !== null)).toBe(true);
    const before = judge.stats().answered;
    expect((await grpo('short', { ...rubric, budget: { maxCalls: 1_000 } })).status).toBe(202);
    expect(await ended('short')).toMatchObject({ state: 'succeeded', result: { steps } });
    const given = await scores(stopped.id);
    expect(given.length).toBe(steps * perStep);
    expect(given.every((score) => score !== null)).toBe(true);
    // The second warm-up is one more call; what was answered before the stop is not paid again.
    expect(before).toBeLessThanOrEqual(budget.maxCalls);

    const port = Number(new URL(judge.baseUrl).port);
    let scoredOneStep = (): void => undefined;
    const died = new Promise<void>((resolve) => {
      scoredOneStep = resolve;
    });
    await judge.close();
    judge = await startFakeOpenAi({
      port,
      reply: (request, n) => {
        if (n === perStep) scoredOneStep();
        return byText(request);
      },
    });
    expect((await grpo('waits', { ...rubric, seed: 2 })).status).toBe(202);
    await died;
    await judge.close();
    await sleep(3_000);
    judge = await startFakeOpenAi({ port, reply: byText });
    const waited = await ended('waits');
    expect(waited).toMatchObject({ state: 'succeeded', result: { steps } });
    const after = await scores(waited.id);
    expect(after.filter((score) => score === null)).toEqual([]);
    expect(after).toHaveLength(steps * perStep);
  },
  5 * minutes,
);
