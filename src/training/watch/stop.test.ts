import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { tinyBase } from '../../../test/tiny-run.ts';
import { environmentState } from '../engine/environment.ts';
import { TrainingRun } from '../schema.ts';
import { AlarmList } from './schema.ts';

// A real run of the engine on a randomly initialised Llama of a million parameters.
const environment = resolve('.venv');
const ready = (await environmentState(environment)) === 'ready';
const engine = test.skipIf(!ready);
const minutes = 60_000;
const steps = 40;

let base = '';
let release: SealedRelease;

beforeAll(async () => {
  if (!ready) return;
  vi.stubEnv('SAFEMED_PYTHON_ENVIRONMENT', environment);
  vi.stubEnv('OMP_NUM_THREADS', '1'); // a model so small gains nothing from a second
  release = await sealRelease(['guard']);
  base = (await tinyBase()).directory;
}, 5 * minutes);
afterAll(async () => {
  vi.unstubAllEnvs();
  await release?.close();
});

/** The run when its job is over. */
async function ended(name: string): Promise<TrainingRun> {
  for (;;) {
    const run = TrainingRun.parse((await engineer('GET', `/v1/training/runs/${name}`)).body);
    if (run.state !== 'specified' && run.state !== 'running') return run;
    await sleep(100);
  }
}

/** The bodies of the worker's events of a type. */
async function events(name: string, type: string): Promise<Record<string, unknown>[]> {
  const { body } = await engineer('GET', `/v1/training/runs/${name}/events`);
  const { events } = body as { events: { type: string; body: Record<string, unknown> }[] };
  return events.filter((event) => event.type === type).map((event) => event.body);
}

const engineer = (method: string, path: string, body?: unknown) => release.app.as('engineer').send(method, path, body);

engine(
  'a stop rule stops a real run at a checkpoint, with its reason; acknowledged, the run goes on from there to its end',
  async () => {
    const input = {
      ...{ name: 'stopping', stage: 'sft', release: 'one', base, rows: 6, maxSteps: steps },
      args: { per_device_train_batch_size: 1, max_length: 1024, save_steps: 100 },
      // The loss of an untrained model is above 1 from the first step on.
      watch: { rules: [{ metric: 'loss', comparison: '>', limit: 1, times: 3, action: 'stop' }], defaults: false },
    };
    const start = () => engineer('POST', '/v1/training/runs', input);
    expect((await start()).status).toBe(202);
    expect(await ended('stopping')).toMatchObject({ state: 'stopped', error: expect.stringContaining('loss>1:3') });
    const { alarms } = AlarmList.parse((await engineer('GET', '/v1/training/runs/stopping/alarms')).body);
    expect(alarms).toMatchObject([{ rule: 'loss>1:3', step: 3, action: 'stop', limit: 1 }]);
    const [checkpoint] = await events('stopping', 'checkpoint');
    expect(checkpoint?.step).toBeGreaterThanOrEqual(3);
    expect(checkpoint?.step).toBeLessThan(steps);
    expect(await start()).toMatchObject({ status: 422 });

    await engineer('POST', '/v1/training/runs/stopping/acknowledgement', { reason: 'It was to be expected.' });
    expect((await start()).status).toBe(202);
    expect(await ended('stopping')).toMatchObject({ state: 'succeeded', result: { steps } });
    const starts = await events('stopping', 'start');
    expect(starts.map((one) => one.resumed_from)).toEqual([null, checkpoint?.step]);
    const again = AlarmList.parse((await engineer('GET', '/v1/training/runs/stopping/alarms')).body);
    expect(again.alarms).toHaveLength(1); // the loss stayed above its limit: the same alarm, not a new one
  },
  8 * minutes,
);
