import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from '../../test/app.ts';

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
  expect(reply).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('no judge') } } });
});
