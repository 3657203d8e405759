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
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type FakeRay, startFakeRay } from '../../../test/fake-ray.ts';
import { shutdown } from '../../jobs/schema.ts';
import { findPython } from '../engine/environment.ts';
import { runCommand } from '../engine/environment-command.ts';
import type { WorkerResult } from '../engine/worker-process.ts';
import { chooseLauncher } from './choose.ts';
import type { LaunchOptions } from './launcher.ts';
import { LauncherConfig } from './schema.ts';
import { sharedRunDirectory } from './shared-directory.ts';

const place = mkdtempSync(join(tmpdir(), 'safemed-ray-'));
const shared = join(place, 'shared');
const weights = 'weights';
const digest = createHash('sha256').update(weights).digest('hex');
const done = `{"type":"done","time":"t","adapter":"'$out'/adapter","sha256":"${digest}","metrics":{"steps":3}}`;
/** What a worker does that ends well, as a shell script: $out is the run's directory. */
const good = `mkdir -p $out/adapter; printf ${weights} > $out/adapter/adapter_model.safetensors; say '${done}'`;
const timing = { poll: 10, status: 20, longestPause: 40, settle: 300, giveUp: 1500 };

let ray: FakeRay;
beforeAll(async () => {
  mkdirSync(shared);
  ray = await startFakeRay({ token: 'secret' });
});
afterEach(() => ray.forget());
afterAll(async () => {
  await ray.close();
  rmSync(place, { recursive: true, force: true });
});

let number = 0;

/** In a script: wait until the test lets it go on. */
const wait = 'until [ -e $out/go ]; do sleep 0.05; done';
const letGo = ({ directory }: Given): void => writeFileSync(join(directory, 'go'), '');

type Given = { options: LaunchOptions; launchers: Record<string, LauncherConfig>; directory: string; said: string[] };

/** A run whose interpreter is a shell script. */
function scripted(script: string, config: object = {}): Given {
  number += 1;
  const id = `run-${number}`;
  const python = join(place, `python-${number}`);
  const directory = sharedRunDirectory(shared, id);
  writeFileSync(python, `#!/bin/sh\nout=${directory}\nsay() { echo "$1" >> $out/events.jsonl; }\n${script}\n`);
  chmodSync(python, 0o755);
  const base = join(place, `base-${number}`);
  mkdirSync(base);
  writeFileSync(join(base, 'config.json'), '{}');
  writeFileSync(join(place, 'train.jsonl'), '{"id":"q1"}\n');
  const data = { train: join(place, 'train.jsonl') };
  const spec = { run_id: id, stage: 'sft', seed: 1, base: { path: base }, data, args: {} } as const;
  const settings = { type: 'ray', address: ray.address, directory: shared, python, tokenEnv: 'RAY_TOKEN', ...config };
  const cluster = LauncherConfig.parse(JSON.parse(JSON.stringify(settings))); // as YAML: without what is undefined
  const said: string[] = [];
  const options = {
    python: 'unused',
    directory: join(place, id),
    spec,
    onStatus: (message: string) => void said.push(message),
  };
  return { options, launchers: { cluster }, directory, said };
}

function launch({ options, launchers }: Given, more: Partial<LaunchOptions> = {}): Promise<WorkerResult> {
  const variable = (name: string): string | undefined => ({ RAY_TOKEN: 'secret', REWARD_TOKEN: 'for rewards' })[name];
  return chooseLauncher('cluster', { launchers, variable, timing }).launch({ ...options, ...more });
}

const submitted = (): number => ray.handled.filter((request) => request === 'POST /api/jobs/').length;
const submissionsOf = ({ options }: Given): string[] =>
  ray.submissions
    .map(({ submission_id }) => submission_id)
    .filter((id) => id.startsWith(`safemed-${options.spec.run_id}-`));

test('a run is submitted with the trainer as its package, followed, and its adapter is here when it is done', async () => {
  const run = scripted(`pwd > $out/began; ${good}`);
  const events: string[] = [];
  const result = await launch(run, { onEvent: ({ type }) => void events.push(type) });
  const adapter = join(run.options.directory, 'adapter');
  expect(result).toEqual({ status: 'done', adapter, sha256: digest, metrics: { steps: 3 } });
  expect(readFileSync(join(adapter, 'adapter_model.safetensors'), 'utf8')).toBe(weights);
  expect(events).toEqual(['done']);
  const [[name, bytes] = ['', Buffer.alloc(0)]] = ray.packages;
  expect(name).toBe(`_ray_pkg_${createHash('sha256').update(bytes).digest('hex')}.zip`);
  writeFileSync(join(place, 'package.zip'), bytes);
  const { path } = await findPython();
  expect(await runCommand(path, ['-m', 'zipfile', '-t', join(place, 'package.zip')])).toContain('Done testing');
  await runCommand(path, ['-m', 'zipfile', '-e', join(place, 'package.zip'), join(place, 'package')]);
  expect(readdirSync(join(place, 'package'))).toEqual(['safemed_trainer']);
  expect(readFileSync(join(place, 'package', 'safemed_trainer', '__main__.py'))).toEqual(
    readFileSync(join('trainer', 'safemed_trainer', '__main__.py')),
  );
});

test('the copy of the data on the shared disk is deleted when the run has ended; asked again, nothing is run', async () => {
  const run = scripted(`cp $out/data/train.jsonl $out/seen; ${good}`);
  const first = await launch(run);
  expect(readFileSync(join(run.directory, 'seen'), 'utf8')).toBe('{"id":"q1"}\n');
  expect(existsSync(join(run.directory, 'data'))).toBe(false);
  const before = submitted();
  expect(await launch(run)).toEqual(first);
  expect(submitted()).toBe(before);
});

test('the token of the cluster goes with every request; without it the error names what to set', async () => {
  const run = scripted(good);
  await launch(run);
  const bare = scripted(good, { tokenEnv: undefined });
  await expect(launch(bare)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('tokenEnv') });
  const unset = scripted(good, { tokenEnv: 'NOT_SET' });
  await expect(launch(unset)).rejects.toThrow('NOT_SET');
});

test('a submission whose answer is lost is found by its id and not made again', async () => {
  const run = scripted(`echo ran >> $out/times; ${good}`);
  ray.fail('POST /api/jobs/', 'unanswered');
  expect((await launch(run)).status).toBe('done');
  expect(readFileSync(join(run.directory, 'times'), 'utf8')).toBe('ran\n');
  expect(submissionsOf(run)).toHaveLength(1);
});

test('a submission that was not heard is made again', async () => {
  const run = scripted(good);
  ray.fail('POST /api/jobs/', 'unheard', {
    status: 500,
    text: 'No available agent to submit job, please try again later.',
  });
  expect((await launch(run)).status).toBe('done');
  expect(submissionsOf(run)).toHaveLength(1);
});

test('a lost connection does not lose the run: its events arrive, and a result without an answer is a result', async () => {
  const run = scripted(`sleep 0.3; say '{"type":"checkpoint","time":"t","step":1,"path":"p"}'; sleep 0.3; ${good}`);
  const events: string[] = [];
  const onEvent = ({ type }: { type: string }): void => {
    events.push(type);
    // from now on the cluster never answers again
    if (type === 'checkpoint') ray.fail('', ...Array.from({ length: 60 }, () => 'unheard' as const));
  };
  expect((await launch(run, { onEvent })).status).toBe('done');
  expect(events).toEqual(['checkpoint', 'done']);
  expect(run.said.some((message) => message.includes('does not answer'))).toBe(true);
  await drain();
});

/** Uses up what faults are left, so that the next test finds a cluster that answers. */
async function drain(): Promise<void> {
  for (;;) {
    const answered = await fetch(`${ray.address}/api/version`).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
}

test('a cluster that is gone for good is given up with the name of the job, which is followed at the next start', async () => {
  const run = scripted(`${wait}; ${good}`);
  const lost = launch(run, {
    onStatus: () => ray.fail('', ...Array.from({ length: 20 }, () => 'unheard' as const)),
  });
  await expect(lost).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('does not answer'),
  });
  await drain();
  letGo(run);
  expect((await launch(run)).status).toBe('done');
  expect(submissionsOf(run)).toHaveLength(1);
});

test('kill -9 of this program leaves the job at work; the next start follows the same job, all events in order', async () => {
  const [first, ...later] = [1, 2, 3].map((step) => `say '{"type":"checkpoint","time":"t","step":${step},"path":"p"}'`);
  const bare = await startFakeRay();
  try {
    const run = scripted([first, wait, ...later, good].join('; '), { address: bare.address, tokenEnv: undefined });
    const { onStatus: _, ...options } = run.options;
    const argument = JSON.stringify({ launchers: run.launchers, timing, options });
    const parent = spawn(process.execPath, ['test/launch-parent.ts', argument], { stdio: 'inherit' });
    await expect
      .poll(() => existsSync(join(run.directory, 'events.jsonl')), { timeout: 20_000, interval: 5 })
      .toBe(true);
    parent.kill('SIGKILL');
    letGo(run);
    const seen: number[] = [];
    const onEvent = (event: object): void => void ('step' in event && seen.push(Number(event.step)));
    expect((await launch(run, { onEvent })).status).toBe('done');
    expect(seen).toEqual([1, 2, 3]);
    expect(bare.submissions).toHaveLength(1);
  } finally {
    await bare.close();
  }
});

test('kill -9 between writing a submission down and making it: the next start makes it, under the same id', async () => {
  const run = scripted(good);
  mkdirSync(run.directory, { recursive: true });
  writeFileSync(join(run.directory, 'submission.json'), '{"attempt":1,"nonce":"n","from":0}');
  expect((await launch(run)).status).toBe('done');
  expect(submissionsOf(run)).toEqual([`safemed-${run.options.spec.run_id}-1`]);
});

const untilTold = `trap 'say "{\\"type\\":\\"stopped\\",\\"time\\":\\"t\\",\\"step\\":7}"; exit 0' TERM; say '{"type":"checkpoint","time":"t","step":6,"path":"p"}'; while true; do sleep 0.05; done`;

test('a run that is to stop is asked to, ends at its checkpoint, and goes on as another submission', async () => {
  const run = scripted(`if [ -e $out/again ]; then ${good}; else touch $out/again; ${untilTold}; fi`);
  const stop = new AbortController();
  const onEvent = ({ type }: { type: string }): void => void (type === 'checkpoint' && stop.abort());
  expect(await launch(run, { onEvent, signal: stop.signal })).toMatchObject({ status: 'stopped', step: 7 });
  expect((await launch(run)).status).toBe('done');
  expect(submissionsOf(run).map((id) => id.at(-1))).toEqual(['1', '2']);
});

test('a head that was started anew knows no jobs: the run is told as gone, and is submitted again at the next start', async () => {
  const run = scripted(
    `if [ -e $out/again ]; then ${good}; else touch $out/again; say '{"type":"checkpoint","time":"t","step":1,"path":"p"}'; sleep 60; fi`,
  );
  const onEvent = ({ type }: { type: string }): void => void (type === 'checkpoint' && ray.forget());
  await expect(launch(run, { onEvent })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('gone'),
  });
  expect((await launch(run)).status).toBe('done');
});

test('a job that goes on after its last event is ended, and its result is a result', async () => {
  const run = scripted(`${good}; sleep 60`);
  expect((await launch(run)).status).toBe('done');
  expect(ray.handled).toContain(`POST /api/jobs/safemed-${run.options.spec.run_id}-1/stop`);
});

test.each(['it reads an event', 'it asks the cluster'])(
  'a program that ends while %s leaves the job at work',
  async (when) => {
    const run = scripted(`say '{"type":"checkpoint","time":"t","step":1,"path":"p"}'; ${wait}; ${good}`);
    const end = new AbortController();
    const on =
      when === 'it reads an event'
        ? { onEvent: (): void => end.abort(shutdown) }
        : { onStatus: (message: string): void => void (message.endsWith(': running') && end.abort(shutdown)) };
    expect(await launch(run, { ...on, signal: end.signal })).toMatchObject({ status: 'stopped' });
    expect(
      ray.handled.filter((request) => request.endsWith('/stop') && request.includes(run.options.spec.run_id)),
    ).toEqual([]);
    letGo(run);
    expect((await launch(run)).status).toBe('done');
    expect(submissionsOf(run)).toHaveLength(1);
  },
);

test('a job that fails is told with its exit code and the end of its output', async () => {
  const run = scripted('echo "torch.cuda.OutOfMemoryError: CUDA out of memory" >&2; exit 9');
  await expect(launch(run)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/exit code 9[\s\S]*OutOfMemoryError/),
  });
});

test('what the worker refuses is invalid input, in its own words', async () => {
  const run = scripted(`say '{"type":"error","time":"t","error":"SpecError","message":"args.x is not known"}'; exit 2`);
  await expect(launch(run)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('args.x'),
  });
});

test('what Ray refuses is told with the last line of its traceback, and is not tried again', async () => {
  const run = scripted(good);
  ray.fail('POST /api/jobs/', {
    status: 400,
    text: 'Traceback (most recent call last):\n  File "x"\nValueError: runtime_env is bad',
  });
  await expect(launch(run)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('ValueError: runtime_env is bad'),
  });
  expect(submissionsOf(run)).toEqual([]);
});

test('a directory that the cluster does not share is told by name, with what to do', async () => {
  const run = scripted(good);
  const launched = launch(run);
  const nonce = join(run.directory, 'nonce-1');
  await expect.poll(() => existsSync(nonce), { interval: 1 }).toBe(true);
  writeFileSync(nonce, 'of another disk');
  await expect(launched).rejects.toThrow(/is not the directory that the launcher wrote to. Mount the shared disk/);
}, 60_000);

test('a launcher whose directory is not mounted here says so before anything is submitted', async () => {
  const run = scripted(good, { directory: join(place, 'absent') });
  await expect(launch(run)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Mount') });
});

test('a worker that falls silent is ended', async () => {
  const run = scripted(`say '{"type":"checkpoint","time":"t","step":1,"path":"p"}'; sleep 60`);
  await expect(launch(run, { heartbeatTimeoutMs: 300 })).rejects.toThrow('fell silent');
});

test('the worker gets the token of the reward service and no other variable of this program', async () => {
  const run = scripted(`env > $out/variables; ${good}`);
  const reward = { url: 'http://127.0.0.1:7', token_env: 'REWARD_TOKEN' };
  await launch({ ...run, options: { ...run.options, spec: { ...run.options.spec, reward } } });
  const submission = ray.submissions.at(-1);
  expect(submission?.runtime_env.env_vars).toEqual({ REWARD_TOKEN: 'for rewards', RAY_JOB_STOP_WAIT_TIME_S: '300' });
});

test('several processes are started by torch.distributed.run on one node', async () => {
  const run = scripted(`echo "$@" > $out/arguments; ${good}`, { processes: 2 });
  await launch(run);
  expect(readFileSync(join(run.directory, 'arguments'), 'utf8')).toMatch(
    /^-m torch.distributed.run --standalone --nnodes=1 --nproc-per-node=2 .* -m safemed_trainer --spec \S+\/run.json .*--resume\n$/,
  );
});

test('another run under the same directory is refused', async () => {
  const run = scripted(good);
  await launch(run);
  const other = { ...run, options: { ...run.options, spec: { ...run.options.spec, seed: 2 } } };
  await expect(launch(other)).rejects.toMatchObject({ code: 'conflict' });
});

test('a launcher that is not configured is named with those that are', () => {
  expect(() => chooseLauncher('nowhere', { launchers: {}, variable: () => undefined })).toThrow(/"nowhere".*local/);
});
