import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SealedRelease, sealRelease } from '../../test/sealed-release.ts';
import { tinyBase } from '../../test/tiny-run.ts';
import type { JobControl } from '../jobs/schema.ts';
import { shutdown } from '../jobs/schema.ts';
import { history } from '../ledger/history.ts';
import { getRelease } from '../release/actions.ts';
import type { Release } from '../release/schema.ts';
import { getTrainingRun, startTraining } from './actions.ts';
import { type TrainingData, writeTrainingData } from './data.ts';
import { environmentState } from './engine/environment.ts';
import { runTraining } from './job.ts';
import { type RunResult, StartRun, type TrainingRun } from './schema.ts';

const environment = resolve('.venv');
const ready = (await environmentState(environment)) === 'ready';

let sealed: SealedRelease;
let release: Release;
let place = '';
let base = '';
beforeAll(async () => {
  sealed = await sealRelease(['knowledge', 'guard']);
  release = await getRelease(await sealed.as('engineer'), 'one');
  place = await mkdtemp(join(tmpdir(), 'training-run-'));
}, 120_000);
afterAll(async () => {
  await sealed.close();
  await rm(place, { recursive: true, force: true });
});

type Line = { id: string; meta?: { kind: string; question: string } };

async function write(rest: object): Promise<TrainingData & { lines: Line[]; held: Line[]; text: string }> {
  const input = StartRun.parse({ name: 'x', release: 'one', stage: 'sft', ...rest });
  const { name, stage, base } = input;
  const run: TrainingRun = {
    id: '00000000-0000-4000-8000-000000000000',
    ...{ name, stage, base, release: 'one', input, state: 'running', createdAt: '' },
  };
  const data = await writeTrainingData(await sealed.as('engineer'), run, place);
  const text = await readFile(data.train, 'utf8');
  const held = await readFile(join(place, 'data', 'validation.jsonl'), 'utf8');
  const parsed = (lines: string): Line[] =>
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { ...data, text, lines: parsed(text), held: parsed(held) };
}

test('every stage trains on its own lines of the release, and what they are is counted', async () => {
  const { counts } = release.summary;
  const sft = await write({});
  expect(sft.lines).toHaveLength(counts.train);
  expect(sft.composition).toMatchObject({ release: 'one', rows: counts.train, manifestSha256: release.manifestSha256 });
  const reward = await write({ stage: 'reward' });
  expect(reward.lines.length + reward.held.length).toBe(counts.preferences);
  const dpo = await write({ stage: 'dpo' });
  expect(dpo.lines.length + dpo.held.length).toBe(release.summary.edited);
  expect(dpo.evaluation !== undefined).toBe(dpo.held.length > 0);
});

test('GRPO asks guard questions, with the robust preset knowledge questions too, each with how it should be met', async () => {
  const paper = await write({ stage: 'grpo' });
  expect(Object.keys(paper.composition.kinds)).toEqual(['guard']);
  const robust = await write({ stage: 'grpo', preset: 'robust' });
  expect(robust.lines.length).toBe((await write({})).lines.length);
  const kinds = new Set(robust.lines.map(({ meta }) => `${meta?.question} ${meta?.kind}`));
  expect([...kinds].sort()).toEqual(['guard benign', 'guard harmful', 'knowledge benign']);
});

test('a mixture is drawn by the seed: the same seed gives the same file, another seed another', async () => {
  const asked = { mixture: { knowledge: 1, guard: 3 }, rows: 20 };
  const first = await write({ ...asked, seed: 1 });
  expect(first.composition).toMatchObject({ rows: 20, kinds: { guard: 15, knowledge: 5 } });
  expect((await write({ ...asked, seed: 1 })).text).toBe(first.text);
  expect((await write({ ...asked, seed: 2 })).text).not.toBe(first.text);
});

test('what is omitted is gone from the training rows and from them only, and its number is told', async () => {
  const all = await write({});
  const without = await write({ omit: 'edited,kind:knowledge' });
  const counted = without.composition.omitted ?? {};
  expect(Object.keys(counted).sort()).toEqual(['edited', 'kind:knowledge']);
  expect(without.lines.length + (counted.edited ?? 0) + (counted['kind:knowledge'] ?? 0)).toBe(all.lines.length);
  expect(without.held).toEqual(all.held);
  const pairs = await write({ stage: 'reward' });
  const fewer = await write({ stage: 'reward', omit: 'edited' });
  expect(fewer.lines.length).toBe(pairs.lines.length - (fewer.composition.omitted?.edited ?? 0));
  expect(fewer.lines.length).toBeLessThan(pairs.lines.length);
});

test('omitting nothing or everything is an error that says so', async () => {
  await expect(write({ omit: 'kind:ethics' })).rejects.toThrow('"kind:ethics" leaves out none of the');
  await expect(write({ omit: 'kind:knowledge,kind:guard' })).rejects.toThrow('leaves out all');
  await expect(write({ stage: 'dpo', omit: 'edited' })).rejects.toThrow('leaves out all');
  await expect(write({ stage: 'grpo', omit: 'kind:knowledge' })).rejects.toThrow('leaves out none');
});

/** Does the job of a run that was started, with the engine that this machine has; `abort` ends it once it has read its data. */
async function work(
  run: TrainingRun,
  abort?: { reason?: string },
): Promise<{ result?: RunResult; messages: string[] }> {
  const ctx = await sealed.as('engineer');
  const controller = new AbortController();
  const messages: string[] = [];
  const control: JobControl = {
    runId: run.jobId ?? '',
    signal: controller.signal,
    progress: async ({ message = '' }) => {
      messages.push(message);
      if (abort !== undefined && / rows/.test(message)) controller.abort(abort.reason);
    },
  };
  const result = runTraining(ctx, { run: run.id }, control, { environment, launchers: {}, variable: () => undefined });
  return abort === undefined ? { result: await result, messages } : result.then(unexpected, () => ({ messages }));
}

function unexpected(): never {
  throw new Error('a run that was to be stopped came to its end');
}

/** Starts a run; this application's own worker has no engine and fails it first. */
async function started(input: object): Promise<TrainingRun> {
  const ctx = await sealed.as('engineer');
  const run = await startTraining(ctx, StartRun.parse({ release: 'one', base, ...input }));
  while ((await getTrainingRun(ctx, run.id)).state !== 'failed') await sleep(50);
  return run;
}

test.skipIf(!ready)(
  'a run that is stopped keeps its state, and started again goes on to a result that tells rows, arguments and reference',
  async () => {
    const ctx = await sealed.as('engineer');
    base = (await tinyBase()).directory;
    const args = { max_length: 1300, save_steps: 5, per_device_train_batch_size: 1 };
    const input = { name: 'sft', stage: 'sft', rows: 12, maxSteps: 8, args };
    await work(await started(input), { reason: shutdown });
    expect(await getTrainingRun(ctx, 'sft')).toMatchObject({ state: 'running' }); // the program ends, not the run
    await work(await getTrainingRun(ctx, 'sft'), {});
    expect(await getTrainingRun(ctx, 'sft')).toMatchObject({
      state: 'stopped',
      error: expect.stringMatching(/at step [1-9]/), // that of its checkpoint, although no worker was started again
    });
    const again = await started(input);
    const { result, messages } = await work(again);
    expect(result).toMatchObject({ steps: 8, composition: { rows: 12 }, args });
    expect(messages.join()).toMatch(/\d+ rows(, none|; \d+) longer than 1300 tokens/);
    const two = { max_length: 2600, per_device_train_batch_size: 1 };
    const dpo = { name: 'dpo', stage: 'dpo', from: 'sft', maxSteps: 2, args: two };
    const preferred = (await work(await started(dpo))).result;
    expect(preferred?.reference).toBe(`adapter ${result?.adapter.sha256}`);
    expect(preferred?.trainedOn.length).toBeGreaterThan(0);
    expect(preferred?.trainedOn.join()).not.toContain('/');
    const event = (await history(ctx, ctx.ledger.systemSubject)).findLast((one) => one.type === 'training.completed');
    expect(event?.data).toMatchObject({
      run: 'dpo',
      result: { reference: preferred?.reference, composition: preferred?.composition, args: preferred?.args },
    });
  },
  600_000,
);
