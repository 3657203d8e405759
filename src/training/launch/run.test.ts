import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FakeRay, startFakeRay } from '../../../test/fake-ray.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { tinyBase } from '../../../test/tiny-run.ts';
import { environmentPython, environmentState } from '../engine/environment.ts';
import { fileSha256, type PreparedBase } from '../engine/gguf-base.ts';
import { TrainingRun } from '../schema.ts';

// From the request to the registered result, with the real worker behind a fake of Ray's Jobs API.
const ready = (await environmentState(resolve('.venv'))) === 'ready';
const missing = ready ? '' : ' (SKIPPED: needs the Python environment; "node scripts/setup.mjs --python")';
const real = test.skipIf(!ready);
const minutes = 60_000;
const place = mkdtempSync(join(tmpdir(), 'safemed-launched-'));
const shared = join(place, 'shared');
let ray: FakeRay | undefined;
let sealed: SealedRelease | undefined;
let base: PreparedBase;

beforeAll(async () => {
  if (!ready) return;
  vi.stubEnv('SAFEMED_PYTHON_ENVIRONMENT', resolve('.venv'));
  vi.stubEnv('CLUSTER_TOKEN', 'secret');
  mkdirSync(shared);
  ray = await startFakeRay({ token: 'secret' });
  const python = environmentPython(resolve('.venv'));
  const cluster = { type: 'ray', address: ray.address, directory: shared, python, tokenEnv: 'CLUSTER_TOKEN' };
  sealed = await sealRelease(['knowledge'], { cluster });
  base = await tinyBase(join(sealed.app.root, 'models'));
}, 3 * minutes);
afterAll(async () => {
  vi.unstubAllEnvs();
  await sealed?.close();
  await ray?.close();
  rmSync(place, { recursive: true, force: true });
});

/** Starts a run and waits until it is over. */
async function train(input: object): Promise<TrainingRun> {
  const engineer = sealed?.app.as('engineer');
  const settings = {
    stage: 'sft',
    release: 'one',
    base: base.source.path,
    rows: 4,
    maxSteps: 2,
    args: { max_length: 1024, per_device_train_batch_size: 1 },
  };
  const started = TrainingRun.parse(
    (await engineer?.send('POST', '/v1/training/runs', { ...settings, ...input }))?.body,
  );
  let run = started;
  const over = async (): Promise<boolean> => {
    run = TrainingRun.parse((await engineer?.send('GET', `/v1/training/runs/${started.name}`))?.body);
    return ['succeeded', 'failed', 'stopped'].includes(run.state);
  };
  await expect.poll(over, { timeout: 5 * minutes, interval: 200 }).toBe(true);
  return run;
}

real(
  `a run that names a launcher is trained there; its events, figures and adapter are here, and no data stays there${missing}`,
  async () => {
    const run = await train({ name: 'away', launcher: 'cluster' });
    expect(run.error).toBeUndefined();
    expect(run).toMatchObject({ state: 'succeeded', input: { launcher: 'cluster' }, result: { steps: 2 } });
    const directory = run.result?.adapter.directory ?? '';
    expect(directory.startsWith(shared)).toBe(false);
    expect(run.result?.adapter.ggufSha256).toBe(await fileSha256(run.result?.adapter.gguf ?? ''));
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['adapter_model.safetensors', 'manifest.json']));
    const page = await sealed?.app.as('engineer').send('GET', '/v1/training/runs/away/events');
    expect(page?.body).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ type: 'done' })]) });
    expect(existsSync(join(shared, 'runs', run.id, 'data'))).toBe(false);
    expect(ray?.submissions.map(({ submission_id }) => submission_id)).toEqual([`safemed-${run.id}-1`]);
  },
  6 * minutes,
);

real(
  `a launcher that is not configured fails the run, with those that are${missing}`,
  async () => {
    const run = await train({ name: 'nowhere', launcher: 'nowhere' });
    expect(run).toMatchObject({ state: 'failed', error: expect.stringMatching(/"nowhere".*local, cluster/) });
  },
  minutes,
);
