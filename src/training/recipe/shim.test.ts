import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FakeOpenAi, type FakeStep, startFakeOpenAi, type WireRequest } from '../../../test/fake-openai.ts';
import { askRecipe, unpack } from '../../../test/recipe.ts';
import { callReward, type Outcome, type RewardCall } from '../../../test/reward-call.ts';
import { traceOf } from '../../../test/reward-run.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { createApp } from '../../server/app.ts';
import { TrainingRun } from '../schema.ts';

const engines = ['trl', 'ms-swift', 'verl', 'openrlhf'] as const;
type Engine = (typeof engines)[number];

const verdict = (score: number): string => JSON.stringify({ evidence: [], reason: 'As it reads.', score });
/** Scores by a digit in the answer; what says "unreadable" gets no verdict at all. */
const byText = (request: WireRequest): FakeStep => {
  const asked = request.messages[1]?.content ?? '';
  if (asked.includes('unreadable')) return 'I would say 5.';
  return verdict(Number(/worth (\d)/.exec(asked)?.[1] ?? 3));
};

let judge: FakeOpenAi;
let sealed: SealedRelease;
let scratch = '';
let url = '';
let token = '';
let close: () => void;
let refusing: number | undefined;
beforeAll(async () => {
  judge = await startFakeOpenAi({ reply: byText });
  const endpoint = { type: 'openai', baseUrl: judge.baseUrl, model: 'judge-model', concurrency: 8 } as const;
  sealed = await sealRelease(['guard'], {}, { judge: { ...endpoint, timeoutMs: 5_000, maxRetries: 0 } });
  scratch = await mkdtemp(join(tmpdir(), 'shims-'));
  token = await sealed.app.token('engineer');
  const app = createApp(sealed.app.services);
  url = await new Promise((ready) => {
    const fetch = (request: Request): Response | Promise<Response> => {
      if (refusing === undefined || request.method !== 'POST') return app.fetch(request);
      refusing--;
      if (refusing <= 0) refusing = undefined;
      return new Response('busy', { status: 503, headers: { 'retry-after': '0' } });
    };
    const server = serve({ fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => ready(`http://127.0.0.1:${port}`));
    close = () => server.close();
  });
}, 240_000);
afterAll(async () => {
  close?.();
  await Promise.all([sealed?.close(), judge?.close()]);
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(() => {
  refusing = undefined;
  judge.reset();
});

let count = 0;
async function recipe(engine: Engine, generations = 2): Promise<{ directory: string; run: TrainingRun }> {
  const name = `shim-${count++}`;
  const received = await askRecipe(sealed.app, {
    ...{ engine, stage: 'grpo', release: 'one', name, server: url },
    reward: { kind: 'rubric', endpoint: 'judge' },
    args: { num_generations: generations },
  });
  const directory = await unpack(received, join(scratch, name));
  return { directory, run: await runOf(name) };
}

async function runOf(name: string): Promise<TrainingRun> {
  const { body } = await sealed.app.as('engineer').send('GET', `/v1/training/runs/${name}`);
  return TrainingRun.parse(body);
}

function call(engine: Engine, directory: string, calls: RewardCall[]): ReturnType<typeof callReward> {
  return callReward(directory, engine, calls, { SAFEMED_TOKEN: token });
}

const Shapes = {
  trl: z.object({ rewards: z.array(z.number().nullable()), logged: z.record(z.string(), z.number()) }),
  'ms-swift': z.array(z.number()),
  verl: z.array(z.record(z.string(), z.number())),
  openrlhf: z.array(
    z.object({ rewards: z.number(), scores: z.number(), extra_logs: z.record(z.string(), z.number()) }),
  ),
} as const;

/** The rewards of a call in the form of its engine. */
function rewardsOf(engine: Engine, outcome: Outcome | undefined): (number | null)[] {
  if (outcome === undefined || 'error' in outcome) throw new Error(`no result: ${JSON.stringify(outcome)}`);
  if (engine === 'trl') return Shapes.trl.parse(outcome.result).rewards;
  if (engine === 'ms-swift') return Shapes['ms-swift'].parse(outcome.result);
  if (engine === 'verl') return Shapes.verl.parse(outcome.result).map((one) => one.score ?? null);
  return Shapes.openrlhf.parse(outcome.result).map((one) => one.rewards);
}

type Stored = { sample_id: string; score: number | null; step: number; group_key: string; completion: string };
function stored(run: TrainingRun): Promise<Stored[]> {
  return sealed.app.services.db.query<Stored>(
    'SELECT sample_id, score, step, group_key, completion FROM reward_judgment WHERE run_id = $1 ORDER BY completion',
    [run.id],
  );
}

const row = (name: string, answer: string) => ({ case: name, completion: traceOf(answer) });

describe.each(engines)('%s', (engine) => {
  test('its completions get the scores of the judge, each a judgment of the run, which is running from then on', async () => {
    const { directory, run } = await recipe(engine);
    expect(run.state).toBe('specified');
    const rows = [row('a', 'worth 4'), row('a', 'worth 2'), row('b', 'worth 5'), row('b', 'worth 1')];
    const { outcomes } = await call(engine, directory, [{ step: 3, rows }]);
    expect(rewardsOf(engine, outcomes[0])).toEqual([4, 2, 5, 1]);
    expect((await stored(run)).map(({ group_key, score }) => [group_key, score])).toEqual([
      ['b', 1],
      ['a', 2],
      ['a', 4],
      ['b', 5],
    ]);
    expect((await runOf(run.name)).state).toBe('running');
  });

  test('the same call again, also after a failure of the service, is judged once', async () => {
    const { directory, run } = await recipe(engine);
    refusing = 2;
    const rows = [row('a', `worth 4, asked twice by ${engine}`), row('a', `worth 2, asked twice by ${engine}`)];
    const { outcomes, stderr } = await call(engine, directory, [
      { step: 0, rows },
      { step: 0, rows },
    ]);
    expect(outcomes.map((outcome) => rewardsOf(engine, outcome))).toEqual([
      [4, 2],
      [4, 2],
    ]);
    expect(stderr).toContain('HTTP 503');
    expect(judge.stats().requests).toBe(2);
    expect(await stored(run)).toHaveLength(2);
  });

  test('what cannot be scored is no made-up number: left out, or at its prompt’s mean with the record null', async () => {
    const { directory, run } = await recipe(engine, 4);
    const answers = ['worth 2', 'unreadable', 'worth 5', 'worth 5 again'];
    const rows = answers.map((answer) => row('a', `${answer}, of four`));
    const { outcomes, stderr } = await call(engine, directory, [{ step: 0, rows }]);
    expect(rewardsOf(engine, outcomes[0])).toEqual(engine === 'trl' ? [2, null, 5, 5] : [2, 4, 5, 5]);
    expect((await stored(run)).map(({ score }) => score)).toEqual([null, 2, 5, 5]);
    for (const answer of answers) expect(stderr).not.toContain(answer);
  });

  test('a prompt without one score stops the engine, or for TRL is left out until nothing is scored any more', async () => {
    const { directory } = await recipe(engine);
    const rows = [row('a', 'unreadable'), row('a', 'unreadable as well')];
    const calls = [0, 1, 2].map((step) => ({ step, rows: rows.map((one) => ({ ...one, case: `${step}` })) }));
    const { outcomes } = await call(engine, directory, calls);
    if (engine === 'trl') {
      expect(outcomes.slice(0, 2).map((outcome) => rewardsOf(engine, outcome))).toEqual([
        [null, null],
        [null, null],
      ]);
      expect(outcomes[2]).toMatchObject({ error: 'UnscorableError' });
    } else expect(outcomes[0]).toMatchObject({ error: 'UnscorableError' });
  });

  test('a run that is over and a token that is not ours are told at once', async () => {
    const { directory, run } = await recipe(engine);
    const rows = [row('a', 'worth 4'), row('a', 'worth 3')];
    const wrong = await callReward(directory, engine, [{ step: 0, rows }], { SAFEMED_TOKEN: 'smr_wrong' });
    expect(wrong.outcomes[0]).toMatchObject({ error: 'RewardRefusedError', message: expect.stringContaining('401') });
    const end = { state: 'failed', error: 'out of memory' };
    await sealed.app.as('engineer').send('POST', `/v1/training/runs/${run.name}/result`, end);
    const { outcomes } = await call(engine, directory, [{ step: 0, rows }]);
    expect(outcomes[0]).toMatchObject({
      error: 'RewardRefusedError',
      message: expect.stringContaining('gets no more rewards'),
    });
    expect(await stored(run)).toEqual([]);
  });
});

test('rows of numbers have the same names in every call, whatever was scored', async () => {
  const { directory } = await recipe('verl');
  const rows = [row('a', 'worth 4'), row('a', 'unreadable')];
  const { outcomes } = await call('verl', directory, [{ step: 0, rows }]);
  const [first, second] = Shapes.verl.parse('result' in (outcomes[0] ?? {}) ? Object(outcomes[0]).result : null);
  expect(Object.keys(second ?? {})).toEqual(Object.keys(first ?? {}));
  expect([first?.scored, second?.scored]).toEqual([1, 0]);
});

test('ms-swift’s function refuses a torn group instead of taking the mean of a part of it', async () => {
  const { directory } = await recipe('ms-swift', 4);
  const rows = ['unreadable', 'worth 2', 'worth 3'].map((answer) => row('a', answer));
  const { outcomes } = await call('ms-swift', directory, [{ step: 0, rows }]);
  expect(outcomes[0]).toMatchObject({ error: 'UnscorableError', message: expect.stringContaining('3 of its 4') });
});

test('verl’s steps are counted in whole groups', async () => {
  const { directory, run } = await recipe('verl');
  const settings = z.object({ prompts_per_step: z.number() });
  const told = settings.parse(JSON.parse(await readFile(join(directory, 'reward.json'), 'utf8')));
  await writeFile(
    join(directory, 'reward.json'),
    (await readFile(join(directory, 'reward.json'), 'utf8')).replace(
      `"prompts_per_step": ${told.prompts_per_step}`,
      '"prompts_per_step": 1',
    ),
  );
  const rows = (name: string) => [row(name, `worth 4 ${name}`), row(name, `worth 2 ${name}`)];
  await call('verl', directory, [
    { step: 0, rows: rows('a') },
    { step: 0, rows: rows('b') },
  ]);
  expect((await stored(run)).map(({ group_key, step }) => [group_key, step]).sort()).toEqual([
    ['a', 0],
    ['a', 0],
    ['b', 1],
    ['b', 1],
  ]);
});

test('Ray’s workers find the token in a file, which nobody else may read', async () => {
  const { directory } = await recipe('openrlhf');
  const rows = [row('a', 'worth 4'), row('a', 'worth 3')];
  const file = join(directory, 'token');
  await writeFile(file, `${token}\n`);
  await chmod(file, 0o644);
  const open = await callReward(directory, 'openrlhf', [{ step: 0, rows }], {});
  expect(open.outcomes[0]).toMatchObject({
    error: 'RewardRefusedError',
    message: expect.stringContaining('chmod 600'),
  });
  await chmod(file, 0o600);
  const { outcomes } = await callReward(directory, 'openrlhf', [{ step: 0, rows }], {});
  expect(rewardsOf('openrlhf', outcomes[0])).toEqual([4, 3]);
});
