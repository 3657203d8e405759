import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '../../../test/app.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/fake-openai.ts';
import { askRecipe } from '../../../test/recipe.ts';
import { rewardRequest, traceOf } from '../../../test/reward-run.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { sha256Hex } from '../../core/hash.ts';
import { history } from '../../ledger/history.ts';
import { runsOn } from '../actions.ts';
import { RewardHealth } from '../rewards/schema.ts';
import { TrainingRun } from '../schema.ts';
import { mixedKinds } from './mix.ts';

const reward = { kind: 'rubric', endpoint: 'judge' };
const base = { sha256: sha256Hex('base'), parameters: 32_000_000_000 };
const adapter = { directory: '/scratch/adapter', sha256: sha256Hex('adapter') };
const result = { state: 'succeeded', base, adapter, steps: 40, seconds: 5400, metrics: { reward_last: 3.5, kl: null } };

let judge: FakeOpenAi;
let sealed: SealedRelease;
beforeAll(async () => {
  judge = await startFakeOpenAi({ reply: () => JSON.stringify({ evidence: [], reason: 'As it reads.', score: 4 }) });
  const endpoint = { type: 'openai', baseUrl: judge.baseUrl, model: 'judge-model', concurrency: 4 } as const;
  sealed = await sealRelease(['knowledge', 'guard'], {}, { judge: { ...endpoint, timeoutMs: 5_000, maxRetries: 0 } });
}, 240_000);
afterAll(async () => {
  await Promise.all([sealed?.close(), judge?.close()]);
});

const send = (method: string, path: string, body?: unknown): Promise<Reply> =>
  sealed.app.as('engineer').send(method, path, body);
const ask = (input: object): Promise<Reply> => send('POST', '/v1/training/recipes', { release: 'one', ...input });
const grpo = (name: string, rest: object = {}): object => ({ engine: 'trl', stage: 'grpo', name, reward, ...rest });
const runOf = async (name: string): Promise<TrainingRun> =>
  TrainingRun.parse((await send('GET', `/v1/training/runs/${name}`)).body);
const rewarded = (run: string): Promise<Reply> =>
  send('POST', '/v1/rewards', rewardRequest(run, [{ id: 'a', completion: traceOf('Ask the pharmacist.') }]));

test('a run elsewhere waits, runs from its first reward on, and is over with its result; then it gets no more rewards', async () => {
  const { head, files } = await askRecipe(sealed.app, { release: 'one', ...grpo('whole', { preset: 'robust' }) });
  const run = await runOf('whole');
  expect(run).toMatchObject({ id: head.run?.id, state: 'specified', base: 'Qwen/Qwen3-32B', stage: 'grpo' });
  expect(run.input).toMatchObject({ launcher: 'external', preset: 'robust', args: { num_generations: 8, beta: 0.04 } });
  expect(await rewarded(run.id)).toMatchObject({ status: 200, body: { rewards: [4] } });
  expect((await runOf('whole')).state).toBe('running');
  const told = await send('POST', '/v1/training/runs/whole/result', result);
  expect(told).toMatchObject({ status: 200, body: { state: 'succeeded' } });
  const ended = await runOf('whole');
  const questions = [...new Set(files.get('ids/train.txt')?.trimEnd().split('\n'))].sort();
  expect(ended.result?.trainedOn).toEqual(questions);
  expect(ended.result).toMatchObject({
    adapter,
    reference: `base ${base.sha256}`,
    rows: head.composition.rows,
    composition: head.composition,
    metrics: result.metrics,
  });
  expect(await rewarded(run.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict', message: expect.stringContaining('gets no more rewards') } },
  });
  const health = await send('GET', '/v1/rewards/health?run=whole');
  expect(RewardHealth.parse(health.body)).toMatchObject({ status: 'stopped', run: 'whole' });
  const auditor = sealed.app.services.contextFor({ id: 'auditor', name: 'Auditor', roles: ['auditor'] });
  const events = await history(auditor, auditor.ledger.systemSubject);
  expect(events.filter((event) => event.type === 'training.completed').map((event) => event.data.run)).toEqual([
    'whole',
  ]);
});

test('its model can be registered by the run, with the questions it was trained on', async () => {
  const { trainedOn, adapter: told } = (await runOf('whole')).result ?? {};
  const endpoint = { type: 'openai', baseUrl: 'http://127.0.0.1:9/v1', model: 'whole' };
  const files = [{ path: '/scratch/base.safetensors', sha256: base.sha256 }];
  await send('POST', '/v1/registry/models', { name: 'qwen', kind: 'base', files, endpoint });
  const weights = [{ path: '/scratch/adapter/adapter_model.safetensors', sha256: told?.sha256 }];
  const registered = { name: 'whole', kind: 'adapter', base: 'qwen', run: 'whole', release: 'one', trainedOn };
  const reply = await send('POST', '/v1/registry/models', { ...registered, files: weights, endpoint });
  expect(reply).toMatchObject({ status: 201, body: { run: 'whole', release: 'one' } });
});

test('a result is told once, of a run elsewhere, and only with what it stands on', async () => {
  const post = (name: string, body: object): Promise<Reply> => send('POST', `/v1/training/runs/${name}/result`, body);
  expect(await post('whole', result)).toMatchObject({ status: 409 });
  await ask(grpo('silent'));
  expect(await post('silent', result)).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('never asked for a reward') } },
  });
  expect(await post('silent', { ...result, adapter: { directory: 'x', sha256: 'no digest' } })).toMatchObject({
    status: 400,
  });
  await send('POST', '/v1/training/runs', { name: 'here', stage: 'sft', release: 'one' });
  expect(await post('here', result)).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('trained by this program') } },
  });
  await send('POST', '/v1/rewards/runs', { name: 'bare', release: 'one', base: 'a-model', reward });
  await rewarded('bare');
  expect(await post('bare', result)).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
  expect(await post('bare', { ...result, trainedOn: ['g-en-001'] })).toMatchObject({ status: 200 });
  expect((await runOf('bare')).result?.trainedOn).toEqual(['g-en-001']);
  expect(await post('silent', { state: 'failed', error: 'out of memory' })).toMatchObject({
    body: { state: 'failed', error: 'out of memory' },
  });
  expect(await ask(grpo('silent'))).toMatchObject({ status: 409 });
});

test('supervised recipes need no name; with one their run ends with its result as well', async () => {
  const { head } = await askRecipe(sealed.app, { release: 'one', engine: 'llama-factory', stage: 'sft' });
  expect(head.run).toBeUndefined();
  const named = await askRecipe(sealed.app, { release: 'one', engine: 'verl', stage: 'sft', name: 'named-sft' });
  expect(named.head.run?.name).toBe('named-sft');
  const left = named.files.get('ids/train.txt')?.split('\n', 1)[0] ?? '';
  const told = await send('POST', '/v1/training/runs/named-sft/result', { ...result, leftOut: [left] });
  expect(told).toMatchObject({ body: { state: 'succeeded', result: { truncated: 1 } } });
  expect((await runOf('named-sft')).result?.trainedOn).not.toContain(left);
});

test('such a run cannot be started here, under its name or its launcher', async () => {
  await ask(grpo('elsewhere'));
  const start = { name: 'elsewhere', stage: 'sft', release: 'one' };
  for (const body of [start, { ...start, name: 'fresh', launcher: 'external' }])
    expect(await send('POST', '/v1/training/runs', body)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('export-recipe') } },
    });
});

test('what an engine cannot do is refused where it was asked for by name, and told where a preset asks for it', async () => {
  const server = 'https://safemed.example.org';
  const masked = { args: { mask_truncated_completions: true } };
  for (const engine of ['verl', 'openrlhf'])
    expect(await ask(grpo('refused', { engine, server, ...masked }))).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('mask_truncated_completions') } },
    });
  const { head, files } = await askRecipe(sealed.app, {
    release: 'one',
    ...grpo('told', { engine: 'openrlhf', server, preset: 'robust' }),
  });
  expect(head.notes.filter((note) => note.startsWith('Not as in the preset robust'))).toHaveLength(2);
  expect(head.settings).not.toHaveProperty('mask_truncated_completions');
  for (const note of head.notes) expect(files.get('README.md')).toContain(note);
});

test.each([
  ['an engine without the stage', { engine: 'llama-factory', stage: 'grpo', name: 'x', reward }, 'does not train'],
  ['GRPO without a reward', { engine: 'trl', stage: 'grpo', name: 'x' }, '"reward"'],
  ['a reward for SFT', { engine: 'trl', stage: 'sft', reward }, '"reward"'],
  ['a mixture for DPO', { engine: 'trl', stage: 'dpo', mixture: { guard: 1 } }, '"mixture"'],
  ['a setting of another stage', { engine: 'trl', stage: 'sft', args: { num_generations: 4 } }, 'num_generations'],
  ['an unknown setting', { engine: 'trl', stage: 'sft', args: { trust_remote_code: true } }, 'trust_remote_code'],
  ['a base with shell words', { engine: 'trl', stage: 'sft', base: 'm; rm -rf /' }, 'base'],
  ['a base that climbs', { engine: 'trl', stage: 'sft', base: '/models/../secret' }, 'base'],
  ['torn groups', grpo('x', { args: { num_generations: 6 } }), 'gradient_accumulation_steps'],
  ['one prompt a step for both kinds', grpo('x', { preset: 'robust', gpus: 1 }), 'gradient_accumulation_steps'],
  ['Ray without the address', grpo('x', { engine: 'verl' }), 'reward-server'],
  ['an omission of nothing', { engine: 'trl', stage: 'sft', omit: 'language:fr' }, 'language:fr'],
] as const)('%s is refused by name', async (_, input, named) => {
  const { status, body } = await ask(input);
  expect({ status, body }).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(named) } } });
});

test('only engineers get recipes and tell results', async () => {
  for (const role of ['reviewer', 'auditor', 'steward', 'release-approver'] as const) {
    const { send } = sealed.app.as(role);
    const recipe = { release: 'one', engine: 'trl', stage: 'sft' };
    expect((await send('POST', '/v1/training/recipes', recipe)).status).toBe(403);
    expect((await send('POST', '/v1/training/runs/elsewhere/result', result)).status).toBe(403);
  }
});

test('a recipe leaves nothing in the workspace, and its release names the run to whoever erases', async () => {
  const ctx = await sealed.as('engineer');
  await askRecipe(sealed.app, { release: 'one', ...grpo('kept-nowhere') });
  expect(existsSync(join(ctx.workspace.runs, 'kept-nowhere'))).toBe(false);
  expect(await runsOn(ctx, ['one'])).toContain('kept-nowhere');
});

test('mixed prompts: every batch holds both kinds, all come, the rare ones again', () => {
  const prompts = Array.from({ length: 50 }, (_, id) => ({ id, benign: id < 3 }));
  const mixed = mixedKinds(prompts, 8, 7);
  expect(mixed).toHaveLength(56);
  for (let first = 0; first < mixed.length; first += 8) {
    const benign = mixed.slice(first, first + 8).filter((one) => one.benign).length;
    expect(benign).toBeGreaterThan(0);
    expect(benign).toBeLessThan(8);
  }
  expect(new Set(mixed.map(({ id }) => id)).size).toBe(50);
  expect(mixedKinds(prompts, 8, 7)).toEqual(mixed);
  expect(mixedKinds(prompts.slice(10), 8, 7)).toHaveLength(40);
});
