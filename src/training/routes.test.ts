import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { TrainingRun } from './schema.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp(); // without workers: runs are specified and wait
});
afterAll(() => app.close());

const run = (input: object): Promise<{ status: number; body: unknown }> =>
  app.as('engineer').send('POST', '/v1/training/runs', { stage: 'sft', release: 'one', ...input });

test('the same settings under the same name are the same run and the same job, in whatever order they come', async () => {
  const args = { learning_rate: 2e-4, max_length: 400, temperature: 0.8 };
  const first = await run({ name: 'first', args });
  expect(first.status).toBe(202);
  const again = await run({ args: Object.fromEntries(Object.entries(args).reverse()), name: 'first' });
  expect(again).toEqual(first);
});

test('other settings under a used name are refused', async () => {
  await run({ name: 'second', seed: 1 });
  expect(await run({ name: 'second', seed: 2 })).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
});

test('GRPO without the runs it builds on says which it needs; a run that is not there is named', async () => {
  const alone = await run({ name: 'third', stage: 'grpo' });
  expect(alone).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('"reward"') } } });
  const unknown = await run({
    name: 'third',
    stage: 'grpo',
    from: 'nobody',
    reward: { kind: 'reward-model', run: 'first' },
  });
  expect(unknown).toMatchObject({ status: 404, body: { error: { message: expect.stringContaining('nobody') } } });
});

test('only engineers start runs', async () => {
  for (const role of ['auditor', 'reviewer', 'release-approver'] as const) {
    const reply = await app.as(role).send('POST', '/v1/training/runs', { stage: 'sft', release: 'one', name: 'x' });
    expect(reply.status).toBe(403);
  }
  expect((await app.anonymous('POST', '/v1/training/runs', {})).status).toBe(401);
});

test('a run elsewhere that was started without a judge is told so when it asks for rewards', async () => {
  const { body } = await run({ name: 'judgeless', launcher: 'cluster' });
  const samples = [{ id: 's', group: 'g', prompt: 'p', completion: 'c' }];
  const asked = { run_id: z.object({ id: z.uuid() }).parse(body).id, engine: 'trl', step: 1, samples };
  const reply = await app.as('engineer').send('POST', '/v1/rewards', asked);
  expect(reply).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('has no reward') } } });
});

test('a run that waits is stopped at once and the same start specifies it again, with another job', async () => {
  const first = await run({ name: 'fourth' });
  const stop = (name: string): Promise<{ status: number; body: unknown }> =>
    app.as('engineer').send('POST', `/v1/training/runs/${name}/stop`, {});
  for (const _ of ['once', 'again'])
    expect(await stop('fourth')).toMatchObject({ status: 202, body: { state: 'stopped' } });
  const again = await run({ name: 'fourth' });
  expect(again).toMatchObject({ status: 202, body: { state: 'specified', id: idOf(first.body) } });
  expect(again.body).not.toMatchObject({ jobId: expect.stringContaining(jobOf(first.body)) });
  expect(await stop('nobody')).toMatchObject({ status: 404 });
  expect((await app.as('auditor').send('POST', '/v1/training/runs/fourth/stop', {})).status).toBe(403);
});

test('a setting of another stage is refused by name, not ignored', async () => {
  const mixture = { knowledge: 1, guard: 2 };
  for (const [input, named] of [
    [{ preset: 'robust' }, 'preset'],
    [{ stage: 'dpo', mixture }, 'mixture'],
    [{ mixture: { knowledge: 0 } }, 'mixture'],
    [{ omit: 'editted' }, 'omit'],
    [{ limits: { maxMinutes: 0 } }, 'maxMinutes'],
  ] as const) {
    const reply = await run({ name: 'fifth', ...input });
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain(named);
  }
  expect((await run({ name: 'fifth', mixture, omit: 'edited,dimension:S5', limits: { maxMinutes: 0.5 } })).status).toBe(
    202,
  );
});

function idOf(body: unknown): string {
  return TrainingRun.parse(body).id;
}

function jobOf(body: unknown): string {
  return TrainingRun.parse(body).jobId ?? '';
}
