import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../../test/free-ports.ts';
import { tinyBase } from '../../../test/tiny-run.ts';
import { rewind, say, source, writeRows } from '../../../test/tiny-trained.ts';
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
/** Called in the second step of GRPO, when the second process was given its rewards and the first still waits for its own. */
let onSecondStep = (): void => undefined;
let given = (): void => undefined;
const secondIsServed = new Promise<void>((resolve) => {
  given = resolve;
});
const rewards = createServer(async (request, response) => {
  if (request.url === '/health') return void response.end('{}');
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  const batch: Batch = JSON.parse(body);
  asked.push(batch);
  if (batch.step === 1 && batch.rank === 1) response.once('finish', given);
  if (batch.step === 1 && batch.rank === 0) await secondIsServed.then(() => onSecondStep());
  // A remark that only one of the processes gets: what they log must agree all the same.
  const extra = batch.samples.map(() => (batch.rank === 0 ? { judged: 1 } : {}));
  response.end(JSON.stringify({ rewards: batch.samples.map((_, index) => batch.rank + index), extra }));
});

beforeAll(async () => {
  if (!ready) return;
  base = await tinyBase();
  await once(rewards.listen(0, '127.0.0.1'), 'listening');
}, 5 * minutes);

afterAll(() => {
  rewards.close();
  rmSync(place, { recursive: true, force: true });
});

function spec(stage: 'sft' | 'grpo', rest: Partial<RunSpec>): RunSpec {
  const rows = Array.from({ length: 12 }, (_, n) => ({
    id: `case-${n}`,
    prompt: say('user', `May I give ${50 * n} mg to a patient with a rash?`),
    completion: say('assistant', '<think>\n1. Check.\n</think>\n<answer>Stop the medicine.</answer>'),
  }));
  const train = writeRows(join(place, `${stage}.jsonl`), rows);
  return { run_id: stage, stage, seed: 7, base: source(base), data: { train }, ...rest };
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

type Trained = { events: WorkerEvent[]; sides: Side[]; directory: string };

/** Starts both processes on a run; `meanwhile` gets them while they train. */
async function trainBoth(name: string, spec: RunSpec, meanwhile?: (sides: Side[]) => void): Promise<Trained> {
  const directory = join(place, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'run.json'), JSON.stringify(spec));
  const [port = 0] = await freePorts(1);
  const sides = [0, 1].map((rank) => startSide(directory, rank, port));
  meanwhile?.(sides);
  const statuses = await Promise.all(sides.map((side) => side.status));
  expect(statuses, sides.map((side) => side.output()).join('\n')).toEqual([0, 0]);
  const events = readFileSync(join(directory, 'events.jsonl'), 'utf8').trim().split('\n');
  return { events: events.map((line) => JSON.parse(line)), sides, directory };
}

const ofType = <T extends WorkerEvent['type']>(events: WorkerEvent[], type: T): Extract<WorkerEvent, { type: T }>[] =>
  events.filter((event): event is Extract<WorkerEvent, { type: T }> => event.type === type);

/** Without heartbeats: one may be on its way when its process ends. */
const told = (events: WorkerEvent[]): WorkerEvent[] => events.filter(({ type }) => type !== 'heartbeat');

parallel(
  'two processes train one model: each step is reported once, also on stdout, and the run is resumed exactly',
  async () => {
    const steps = 12;
    const input = spec('sft', {
      args: { save_steps: 4, num_train_epochs: 40, learning_rate: 1e-3 },
      limits: { max_steps: steps, threads: 1 },
    });
    const whole = await trainBoth('sft', input);
    rewind(whole.directory, join(place, 'sft-again'), 8);
    const resumed = await trainBoth('sft-again', input);
    expect(ofType(resumed.events, 'start').map((start) => start.resumed_from)).toEqual([null, 8]);
    expect(ofType(whole.events, 'done')).toHaveLength(1);
    expect(ofType(resumed.events, 'done')[0]?.sha256).toBe(ofType(whole.events, 'done')[0]?.sha256);

    expect(ofType(whole.events, 'start')).toMatchObject([{ world: 2, threads: 1 }]);
    expect(ofType(whole.events, 'log').map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, n) => n + 1));
    const echoed = whole.sides.map((side) =>
      side
        .output()
        .split('\n')
        .filter((line) => line.startsWith('@@SM '))
        .map((line): WorkerEvent => JSON.parse(line.slice('@@SM '.length))),
    );
    expect(told(echoed[0] ?? [])).toEqual(told(whole.events));
    expect(echoed[1]).toEqual([]);
  },
  8 * minutes,
);

parallel(
  'in GRPO each process asks for its own rewards, under ids of its own, also where a group lies with both; a stop asked of one stops both at a checkpoint',
  async () => {
    const { port } = rewards.address() as AddressInfo; // it listens on a port
    const args = { num_generations: 4, per_device_train_batch_size: 2, max_completion_length: 8, save_steps: 1 };
    const reward = { url: `http://127.0.0.1:${port}` };
    const input = spec('grpo', { args, reward, limits: { max_steps: 6, threads: 1 } });
    const { events } = await trainBoth('grpo', input, ([, second]) => {
      onSecondStep = () => void second?.child.kill('SIGTERM');
    });
    // Whether the signal met the second process before or after it had read its rewards, the second step was asked for.
    expect(asked.map(({ step, rank }) => `${step}/${rank}`).sort()).toEqual(['0/0', '0/1', '1/0', '1/1']);
    const samples = asked.flatMap((batch) => batch.samples);
    expect(new Set(samples.map(({ id }) => id)).size).toBe(2 * 4);
    for (const step of [0, 1])
      expect(
        new Set(asked.filter((one) => one.step === step).flatMap((one) => one.samples.map(({ group }) => group))).size,
      ).toBe(1);
    const [first] = ofType(events, 'log');
    expect(first?.metrics.reward).toBe(1); // of 0, 1 and 1, 2
    expect(ofType(events, 'start')[0]?.reference).toEqual({ kind: 'base', sha256: base.sha256 });
    const ends = ofType(events, 'stopped');
    expect(ends).toMatchObject([{ reason: 'request' }]);
    expect(ofType(events, 'checkpoint').at(-1)?.step).toBe(ends[0]?.step);
  },
  5 * minutes,
);
