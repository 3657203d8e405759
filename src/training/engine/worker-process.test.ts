import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPython, trainerDirectory } from './environment.ts';
import { runCommand } from './environment-command.ts';
import { isAlive } from './environment-lock.ts';
import { runWorker, type WorkerOptions } from './worker-process.ts';

const place = mkdtempSync(join(tmpdir(), 'safemed-worker-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

let number = 0;

/** Options of a run whose "interpreter" is a shell script; in it, $5 is the event file and $7 the run's directory. */
function scripted(script: string): WorkerOptions {
  number += 1;
  const python = join(place, `python-${number}`);
  writeFileSync(python, `#!/bin/sh\nshift; ${script}\n`);
  chmodSync(python, 0o755);
  const data = { train: join(place, 'train.jsonl') };
  const spec = { run_id: 'r', stage: 'sft', seed: 1, base: { path: place }, data, args: {} } as const;
  return { python, directory: join(place, `run-${number}`), spec };
}

const digest = 'a'.repeat(64);
const done = `{"type":"done","time":"t","adapter":"/a","sha256":"${digest}","metrics":{"steps":3}}`;

test('a run that ends well gives its result, and asking again does not run anything', async () => {
  const options = scripted(`echo '${done}' >> "$5"; echo ran >> "$7/times"`);
  const events: string[] = [];
  const first = await runWorker({ ...options, onEvent: ({ type }) => void events.push(type) });
  expect(first).toEqual({ status: 'done', adapter: '/a', sha256: digest, metrics: { steps: 3 } });
  expect(await runWorker(options)).toEqual(first);
  expect(events).toEqual(['done']);
  expect(readFileSync(join(options.directory, 'times'), 'utf8')).toBe('ran\n');
});

test('events already taken are not given again', async () => {
  const options = scripted(`echo '{"type":"stopped","time":"t","step":2}' >> "$5"`);
  const positions: number[] = [];
  await runWorker({ ...options, onEvent: (_, position) => void positions.push(position) });
  await runWorker({
    ...options,
    fromPosition: positions[0] ?? 0,
    onEvent: (_, position) => void positions.push(position),
  });
  expect(positions).toHaveLength(2);
  expect(positions[1]).toBe(2 * (positions[0] ?? 0));
});

test('a directory is kept for the run it was begun with; only the address of the rewards may change', async () => {
  const options = scripted(`echo '${done}' >> "$5"`);
  await runWorker(options);
  await runWorker({ ...options, spec: { ...options.spec, reward: { url: 'http://127.0.0.1:7' } } });
  await expect(runWorker({ ...options, spec: { ...options.spec, seed: 2 } })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a worker that dies is told with the end of its log, also when an earlier attempt had stopped in good order', async () => {
  const options = scripted('echo "out of memory" >&2; kill -9 $$');
  await expect(runWorker(options)).rejects.toThrow(/SIGKILL[\s\S]*out of memory/);
  writeFileSync(join(options.directory, 'events.jsonl'), '{"type":"stopped","time":"t","step":2}\n');
  await expect(runWorker(options)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a worker that falls silent is killed', async () => {
  const options = scripted('sleep 60');
  await expect(runWorker({ ...options, heartbeatTimeoutMs: 500 })).rejects.toThrow('fell silent');
});

test('a worker that does not stop when asked is killed after the grace period', async () => {
  const options = scripted(`trap '' TERM; while true; do sleep 0.1; done`);
  const result = await runWorker({ ...options, signal: AbortSignal.timeout(500), stopGraceMs: 500 });
  expect(result).toEqual({ status: 'stopped', step: 0, reason: 'request' });
});

test('when an event cannot be stored, the worker is not left running', async () => {
  const options = scripted(
    `echo $$ > "$7/pid"; while true; do echo '{"type":"stopped","time":"t","step":1}' >> "$5"; sleep 0.1; done`,
  );
  const failing = runWorker({ ...options, onEvent: () => Promise.reject(new Error('disk full')) });
  await expect(failing).rejects.toThrow('disk full');
  const pid = Number(readFileSync(join(options.directory, 'pid'), 'utf8'));
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('an interpreter that is not there is unavailable', async () => {
  const options = scripted('');
  await expect(runWorker({ ...options, python: join(place, 'absent') })).rejects.toMatchObject({ code: 'unavailable' });
});

test("the trainer's own tests pass: events, run files, order of rows, checkpoints, reward client", async () => {
  const { path } = await findPython();
  await runCommand(path, ['-m', 'unittest', 'discover', '-t', '.', '-s', 'tests'], { cwd: trainerDirectory });
});
