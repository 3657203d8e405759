import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RayHead, rayMissing, rayPython, startRayHead } from '../../../test/ray-head.ts';
import { tinyBase, tinyRun } from '../../../test/tiny-run.ts';
import type { PreparedBase } from '../engine/gguf-base.ts';
import type { WorkerResult } from '../engine/worker-process.ts';
import type { WorkerEvent } from '../engine/worker-process-schema.ts';
import { chooseLauncher } from './choose.ts';
import { lastLines } from './outcome.ts';
import { rayClient } from './ray-client.ts';
import { type Answer, request } from './ray-http.ts';
import { LauncherConfig } from './schema.ts';

// A real Ray head and the real worker: two processes, data-parallel over gloo.
const real = test.skipIf(rayMissing !== '');
const minutes = 60_000;
const place = mkdtempSync(join(tmpdir(), 'safemed-ray-head-'));
const shared = join(place, 'shared');
const timing = { poll: 200, status: 500, settle: 5000 };
let head: RayHead | undefined;
let base: PreparedBase;

beforeAll(async () => {
  if (rayMissing !== '') return;
  mkdirSync(shared);
  base = await tinyBase();
  head = await startRayHead();
}, 10 * minutes);
afterAll(async () => {
  await head?.stop();
  rmSync(place, { recursive: true, force: true });
}, minutes);

type Given = {
  launchers: Record<string, LauncherConfig>;
  options: Parameters<ReturnType<typeof chooseLauncher>['launch']>[0];
};

function given(id: string, steps: number, config: object = {}): Given {
  const settings = {
    type: 'ray',
    address: head?.address,
    directory: shared,
    python: rayPython,
    processes: 2,
    ...config,
  };
  const options = { python: 'unused', directory: join(place, id), spec: tinyRun(id, base, place, steps) };
  return { launchers: { cluster: LauncherConfig.parse(settings) }, options };
}

type Ended = { result: WorkerResult; events: WorkerEvent[] };

/** Trains a run, to its end or until an event after which it is to stop. */
async function launch({ launchers, options }: Given, last?: (event: WorkerEvent) => boolean): Promise<Ended> {
  const events: WorkerEvent[] = [];
  const stop = new AbortController();
  const { launch } = chooseLauncher('cluster', { launchers, variable: () => undefined, timing });
  const onEvent = (event: WorkerEvent): void => {
    events.push(event);
    if (last?.(event) === true) stop.abort();
  };
  const result = await launch({ ...options, onEvent, signal: stop.signal });
  return { result, events };
}

const stepsOf = (events: WorkerEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'log' ? [event.step] : []));

real(
  `two processes train one run data-parallel over gloo under Ray: kill -9 of this program meanwhile loses nothing, stopped at a checkpoint it goes on to its end, each step told once${rayMissing}`,
  async () => {
    const steps = 40;
    const run = given('parallel', steps);
    const events = join(shared, 'runs', 'parallel', 'events.jsonl');
    const argument = JSON.stringify({ ...run, timing });
    const parent = spawn(process.execPath, ['test/launch-parent.ts', argument], { stdio: 'inherit' });
    const began = (): boolean => existsSync(events) && readFileSync(events, 'utf8').includes('"type": "start"');
    await expect.poll(began, { timeout: 6 * minutes, interval: 20 }).toBe(true);
    parent.kill('SIGKILL');
    const first = await launch(run, (event) => event.type === 'start');
    expect(first.result.status).toBe('stopped');
    const stopped = first.events.find((event) => event.type === 'stopped');
    expect(stepsOf(first.events)).toEqual(Array.from({ length: stopped?.step ?? 0 }, (_, step) => step + 1));
    const again = await launch(run);
    expect(again.result.status).toBe('done');
    const starts = again.events.filter((event) => event.type === 'start');
    expect(starts.map((event) => event.resumed_from)).toEqual([null, stopped?.step]);
    expect(stepsOf(again.events)).toEqual(Array.from({ length: steps }, (_, step) => step + 1));
    const manifest = JSON.parse(readFileSync(join(run.options.directory, 'adapter', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ world: 2, seed: 7 });
    expect(readFileSync(join(run.options.directory, 'worker.log'), 'utf8')).not.toBe('');
  },
  15 * minutes,
);

real(
  `the contract of Ray's answers: unknown jobs, duplicate ids, tracebacks, output${rayMissing}`,
  async () => {
    const client = rayClient(head?.address ?? '', undefined);
    expect(await client.job('nobody')).toBeUndefined();
    await client.stop('nobody');
    expect(await client.hasPackage('_ray_pkg_0000.zip')).toBe(false);
    const bare = { entrypoint: 'echo hello; exit 3', submission_id: 'twice', metadata: {} };
    const post = (): Promise<Answer> =>
      request(`${head?.address}/api/jobs/`, { method: 'POST', headers: {}, body: JSON.stringify(bare) });
    expect(await post()).toMatchObject({ status: 200 });
    const duplicate = await post();
    expect(duplicate.status).toBe(500);
    expect(lastLines(duplicate.text, 2)).toContain('already exists');
    await expect.poll(async () => (await client.job('twice'))?.status, { timeout: minutes }).toBe('FAILED');
    expect((await client.job('twice'))?.driver_exit_code).toBe(3);
    expect(await client.logs('twice')).toContain('hello');
    await client.remove('twice');
    expect(await client.job('twice')).toBeUndefined();
  },
  2 * minutes,
);
