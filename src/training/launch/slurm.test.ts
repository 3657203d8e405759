import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type SlurmNode, slurmMissing, startSlurmNode } from '../../../test/slurm-node.ts';
import { tinyBase, tinyRun } from '../../../test/tiny-run.ts';
import { shutdown } from '../../jobs/schema.ts';
import { environmentPython } from '../engine/environment.ts';
import { runCommand } from '../engine/environment-command.ts';
import type { WorkerResult } from '../engine/worker-process.ts';
import type { RunSpec, WorkerEvent } from '../engine/worker-process-schema.ts';
import { chooseLauncher } from './choose.ts';
import type { LaunchOptions } from './launcher.ts';
import { LauncherConfig } from './schema.ts';
import { sharedRunDirectory } from './shared-directory.ts';
import { limitSeconds } from './slurm.ts';

// A real Slurm of one node, with the real worker and with scripts in its place.
const real = test.skipIf(slurmMissing !== '');
const minutes = 60_000;
const place = mkdtempSync(join(tmpdir(), 'safemed-slurm-'));
const shared = join(place, 'shared');
const timing = { poll: 50, status: 200, longestPause: 500, settle: 3000, giveUp: 60_000 };
let slurm: SlurmNode | undefined;

beforeAll(async () => {
  if (slurmMissing !== '') return;
  mkdirSync(shared);
  slurm = await startSlurmNode();
  vi.stubEnv('SLURM_CONF', slurm.config);
}, 5 * minutes);
afterAll(async () => {
  vi.unstubAllEnvs();
  await slurm?.stop();
  rmSync(place, { recursive: true, force: true });
}, minutes);

type Given = { launchers: Record<string, LauncherConfig>; options: LaunchOptions; directory: string };

function given(spec: RunSpec, config: object): Given {
  const cluster = LauncherConfig.parse({ type: 'slurm', directory: shared, partition: 'main', time: '10', ...config });
  const options = { python: 'unused', directory: join(place, spec.run_id), spec };
  return { launchers: { cluster }, options, directory: sharedRunDirectory(shared, spec.run_id) };
}

let number = 0;

/** In a script: wait until the test lets it go on. */
const wait = 'until [ -e $out/go ]; do sleep 0.05; done';
const letGo = ({ directory }: Given): void => writeFileSync(join(directory, 'go'), '');

/** A run whose interpreter is a shell script; in it, $out is the run's directory. */
function scripted(script: string): Given {
  number += 1;
  const id = `run-${number}`;
  const python = join(place, `python-${number}`);
  const say = 'say() { echo "$1" >> $out/events.jsonl; }';
  writeFileSync(python, `#!/bin/sh\nout=${sharedRunDirectory(shared, id)}\n${say}\n${script}\n`);
  chmodSync(python, 0o755);
  const base = join(place, `base-${number}`);
  mkdirSync(base);
  const train = join(place, 'train.jsonl');
  writeFileSync(train, '{"id":"q1"}\n');
  return given({ run_id: id, stage: 'sft', seed: 1, base: { path: base }, data: { train }, args: {} }, { python });
}

test('time limits are read as sbatch reads them', () => {
  const limits = ['90', '90:30', '2:00:01', '1-0', '1-2:30', '1-02:30:05'].map(limitSeconds);
  expect(limits).toEqual([5400, 5430, 7201, 86_400, 95_400, 95_405]);
});

const digest = createHash('sha256').update('weights').digest('hex');
const done = `{"type":"done","time":"t","adapter":"'$out'/adapter","sha256":"${digest}","metrics":{"steps":3}}`;
const good = `mkdir -p $out/adapter; printf weights > $out/adapter/adapter_model.safetensors; say '${done}'`;

type Ended = { result: WorkerResult; events: WorkerEvent[] };

async function launch({ launchers, options }: Given, more: Partial<LaunchOptions> = {}): Promise<Ended> {
  const events: WorkerEvent[] = [];
  const onEvent = (event: WorkerEvent): void => void events.push(event);
  const { launch } = chooseLauncher('cluster', { launchers, variable: () => undefined, timing });
  return { result: await launch({ ...options, onEvent, ...more }), events };
}

/** All jobs that Slurm knows of this run, with their states. */
async function jobsOf({ options }: Given): Promise<string[]> {
  const listed = await runCommand('squeue', ['--noheader', '--states=all', '--format=%j %T']);
  return listed.split('\n').filter((line) => line.startsWith(`safemed-${options.spec.run_id}-`));
}

const stepsOf = (events: WorkerEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'log' ? [event.step] : []));

real(
  `the real worker trains under Slurm, is stopped at a checkpoint, goes on after kill -9 of this program, and ends${slurmMissing}`,
  async () => {
    const base = await tinyBase();
    const run = given(tinyRun('real', base, place, 40), { python: environmentPython(resolve('.venv')) });
    const events = join(run.directory, 'events.jsonl');
    const argument = JSON.stringify({ ...run, timing });
    const parent = spawn(process.execPath, ['test/launch-parent.ts', argument], { stdio: 'inherit' });
    const began = (): boolean => existsSync(events) && readFileSync(events, 'utf8').includes('"type": "data"');
    await expect.poll(began, { timeout: 4 * minutes, interval: 20 }).toBe(true);
    parent.kill('SIGKILL');
    const first = await launch(run, { signal: AbortSignal.timeout(1) });
    expect(first.result.status).toBe('stopped');
    expect(await jobsOf(run)).toHaveLength(1);
    const again = await launch(run);
    expect(again.result.status).toBe('done');
    const stopped = first.events.find((event) => event.type === 'stopped');
    expect(again.events.flatMap((event) => (event.type === 'start' ? [event.resumed_from] : []))).toEqual([
      null,
      stopped?.step,
    ]);
    expect(stepsOf(again.events)).toEqual(Array.from({ length: 40 }, (_, step) => step + 1));
    expect(existsSync(join(run.options.directory, 'adapter', 'manifest.json'))).toBe(true);
    expect(readdirSync(run.directory)).toEqual(
      expect.arrayContaining(['job-1.id', 'job-1.log', 'job-2.id', 'job-2.log']),
    );
  },
  8 * minutes,
);

real(
  `a job whose number was not kept is found by its name and not submitted again${slurmMissing}`,
  async () => {
    const run = scripted(`echo ran >> $out/times; ${wait}; ${good}`);
    const end = new AbortController();
    const ran = join(run.directory, 'times');
    const first = launch(run, { signal: end.signal });
    await expect.poll(() => existsSync(ran), { timeout: 3 * minutes, interval: 20 }).toBe(true);
    end.abort(shutdown); // this program ends, and leaves the job at work
    expect((await first).result.status).toBe('stopped');
    rmSync(join(run.directory, 'job-1.id')); // as a crash right after sbatch leaves it
    expect((await launch(run, { onStatus: () => letGo(run) })).result.status).toBe('done');
    expect(readFileSync(ran, 'utf8')).toBe('ran\n');
    expect(await jobsOf(run)).toHaveLength(1);
  },
  4 * minutes,
);

real(
  `a controller that restarts does not lose the run${slurmMissing}`,
  async () => {
    const run = scripted(`say '{"type":"checkpoint","time":"t","step":1,"path":"p"}'; ${wait}; ${good}`);
    let onStatus = (_: string): void => undefined;
    let away: Promise<void> | undefined;
    const missed = new Promise<void>((resolve) => {
      onStatus = (message) => void (message.includes('does not answer') && resolve());
    });
    const onEvent = (): void => {
      away ??= slurm?.controller.stop().then(async () => {
        await missed;
        await slurm?.controller.start();
        letGo(run);
      });
    };
    const { result } = await launch(run, { onEvent, onStatus });
    await away;
    expect(result.status).toBe('done');
    expect(await jobsOf(run)).toHaveLength(1);
  },
  4 * minutes,
);

real(
  `a job that waits in the queue is taken out of it when the run is to stop${slurmMissing}`,
  async () => {
    const run = scripted(good);
    const [name, config] = Object.entries(run.launchers)[0] ?? [];
    const held = { ...run, launchers: { [name ?? '']: LauncherConfig.parse({ ...config, sbatchArgs: ['--hold'] }) } };
    const stop = new AbortController();
    const onStatus = (message: string): void => void (message.includes('PENDING') && stop.abort());
    expect((await launch(held, { signal: stop.signal, onStatus })).result).toMatchObject({
      status: 'stopped',
      step: 0,
    });
    expect(await jobsOf(run)).toEqual([`safemed-${run.options.spec.run_id}-1 CANCELLED`]);
  },
  4 * minutes,
);

real(
  `a job that fails is told with Slurm's word for it and the end of its output${slurmMissing}`,
  async () => {
    const run = scripted('echo "torch.OutOfMemoryError: out of memory" >&2; exit 9');
    await expect(launch(run)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/FAILED with exit code 9:0[\s\S]*OutOfMemoryError/),
    });
  },
  4 * minutes,
);

real(
  `what sbatch refuses is told in its words and not tried again${slurmMissing}`,
  async () => {
    const run = scripted(good);
    const [name, config] = Object.entries(run.launchers)[0] ?? [];
    const wrong = { [name ?? '']: LauncherConfig.parse({ ...config, partition: 'nowhere' }) };
    await expect(launch({ ...run, launchers: wrong })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('invalid partition'),
    });
  },
  4 * minutes,
);

real(
  `no variable of this program reaches the job${slurmMissing}`,
  async () => {
    vi.stubEnv('SAFEMED_KEY_PASSPHRASE', 'secret');
    const run = scripted(`env > $out/variables; ${good}`);
    await launch(run);
    expect(readFileSync(join(run.directory, 'variables'), 'utf8')).not.toContain('SAFEMED_KEY_PASSPHRASE');
  },
  4 * minutes,
);
