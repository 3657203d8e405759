import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyBase } from '../../../test/tiny-run.ts';
import { environmentPython, environmentState, trainerDirectory } from './environment.ts';
import type { PreparedBase } from './gguf-base.ts';
import type { RunSpec, WorkerEvent } from './worker-process-schema.ts';

// Two processes of the worker side by side over gloo, started by nothing but their environment, as any launcher would.
const environment = resolve('.venv');
const ready = (await environmentState(environment)) === 'ready';
const parallel = test.skipIf(!ready);
const minutes = 60_000;

const place = mkdtempSync(join(tmpdir(), 'safemed-parallel-'));
const python = environmentPython(environment);
let base: PreparedBase;

type Batch = { step: number; rank: number; samples: { id: string; group: string }[] };
const asked: Batch[] = [];
const rewards = createServer(async (request, response) => {
  if (request.url === '/health') return void response.end('{}');
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  const batch: Batch = JSON.parse(body);
  asked.push(batch);
  // A remark that only one of the processes gets: what they log must agree all the same.
  const extra = batch.samples.map(() => (batch.rank === 0 ? { judged: 1 } : {}));
  response.end(JSON.stringify({ rewards: batch.samples.map((_, index) => batch.rank + index), extra }));
});

beforeAll(async () => {
  if (!ready) return;
  base = await tinyBase();
  await once(rewards.listen(0, '127.0.0.1'), 'listening');
}, 2 * minutes);

afterAll(() => {
  rewards.close();
  rmSync(place, { recursive: true, force: true });
});

const say = (role: string, content: string): object[] => [{ role, content }];

function spec(stage: 'sft' | 'grpo', rest: Partial<RunSpec>): RunSpec {
  const train = join(place, `${stage}.jsonl`);
  const rows = Array.from({ length: 12 }, (_, n) => ({
    id: `case-${n}`,
    prompt: say('user', `May I give ${50 * n} mg to a patient with a rash?`),
    completion: say('assistant', '<think>\n1. Check.\n</think>\n<answer>Stop the medicine.</answer>'),
  }));
  writeFileSync(train, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const from = { path: base.directory, sha256: base.sha256 };
  return { run_id: stage, stage, seed: 7, base: from, data: { train }, ...rest };
}

/** A port that was free a moment ago, for the processes to meet at. */
async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo; // it listens on a port
  socket.close();
  return port;
}

type Side = { child: ChildProcess; output: () => string; status: Promise<number | null> };

function startSide(directory: string, rank: number, port: number): Side {
  const files = [
    '--spec',
    join(directory, 'run.json'),
    '--events',
    join(directory, 'events.jsonl'),
    '--out',
    directory,
  ];
  const launcher = [`RANK=${rank}`, 'WORLD_SIZE=2', 'MASTER_ADDR=127.0.0.1', `MASTER_PORT=${port}`];
  // `env` becomes the worker, with these variables beside those of this process.
  const child = spawn('env', [...launcher, python, '-m', 'safemed_trainer', ...files, '--resume', '--echo-events'], {
    cwd: trainerDirectory,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  return { child, output: () => output, status: once(child, 'close').then(([code]) => code) };
}

/** Starts both processes on a run; `meanwhile` gets them while they train. */
async function trainBoth(
  name: string,
  spec: RunSpec,
  meanwhile: (sides: Side[], directory: string) => Promise<unknown> = async () => undefined,
): Promise<{ events: WorkerEvent[]; sides: Side[] }> {
  const directory = join(place, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'run.json'), JSON.stringify(spec));
  const port = await freePort();
  const sides = [0, 1].map((rank) => startSide(directory, rank, port));
  await meanwhile(sides, directory);
  const statuses = await Promise.all(sides.map((side) => side.status));
  expect(statuses, sides.map((side) => side.output()).join('\n')).toEqual([0, 0]);
  const events = readFileSync(join(directory, 'events.jsonl'), 'utf8').trim().split('\n');
  return { events: events.map((line) => JSON.parse(line)), sides };
}

const ofType = <T extends WorkerEvent['type']>(events: WorkerEvent[], type: T): Extract<WorkerEvent, { type: T }>[] =>
  events.filter((event): event is Extract<WorkerEvent, { type: T }> => event.type === type);

parallel(
  'two processes train one model: each step is reported once, also on stdout, and a stop asked of one stops both for an exact resume',
  async () => {
    const input = spec('sft', {
      args: { save_steps: 5, num_train_epochs: 40, learning_rate: 1e-3 },
      limits: { max_steps: 40, threads: 1 },
    });
    const whole = await trainBoth('sft', input);
    const stopped = await trainBoth('sft-stopped', input, async ([, second], directory) => {
      const checkpoint = join(directory, 'checkpoints', 'checkpoint-5');
      await expect.poll(() => existsSync(checkpoint), { timeout: minutes, interval: 5 }).toBe(true);
      second?.child.kill('SIGTERM');
    });
    const [end] = ofType(stopped.events, 'stopped');
    expect(end).toMatchObject({ reason: 'request' });
    const resumed = await trainBoth('sft-stopped', input);
    expect(ofType(resumed.events, 'start').map((start) => start.resumed_from)).toEqual([null, end?.step]);
    expect(ofType(resumed.events, 'done')[0]?.sha256).toBe(ofType(whole.events, 'done')[0]?.sha256);

    expect(ofType(whole.events, 'start')).toMatchObject([{ world: 2, threads: 1 }]);
    expect(ofType(whole.events, 'log').map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    const echoed = whole.sides.map((side) =>
      side
        .output()
        .split('\n')
        .filter((line) => line.startsWith('@@SM ')),
    );
    expect(echoed[0]?.map((line) => JSON.parse(line.slice('@@SM '.length)))).toEqual(whole.events);
    expect(echoed[1]).toEqual([]);
  },
  3 * minutes,
);

parallel(
  'in GRPO each process asks for its own rewards, under ids of its own, also where a group lies with both',
  async () => {
    const { port } = rewards.address() as AddressInfo; // it listens on a port
    const args = { num_generations: 4, per_device_train_batch_size: 2, max_completion_length: 8 };
    const reward = { url: `http://127.0.0.1:${port}` };
    const { events } = await trainBoth('grpo', spec('grpo', { args, reward, limits: { max_steps: 3, threads: 1 } }));
    expect(asked.map(({ step, rank }) => `${step}/${rank}`).sort()).toEqual(['0/0', '0/1', '1/0', '1/1', '2/0', '2/1']);
    const samples = asked.flatMap((batch) => batch.samples);
    expect(new Set(samples.map(({ id }) => id)).size).toBe(3 * 4);
    for (const step of [0, 1, 2])
      expect(
        new Set(asked.filter((one) => one.step === step).flatMap((one) => one.samples.map(({ group }) => group))).size,
      ).toBe(1);
    const [first] = ofType(events, 'log');
    expect(first?.metrics.reward).toBe(1); // of 0, 1 and 1, 2
    expect(ofType(events, 'start')[0]?.reference).toEqual({ kind: 'base', sha256: base.sha256 });
    expect(ofType(events, 'done')).toHaveLength(1);
  },
  2 * minutes,
);
