// What our worker and reward service add to a bare TRL script (bench/bare_trl.py) on the same rows with the same
// settings: time of the training loop in alternating runs, and time of a reward besides the judge, which takes the same
// time always. A line a figure, with the peer beside it.
//   node bench/training-overhead.ts [--base smollm2|tiny] [--steps 8] [--runs 3] [--python .venv/bin/python]
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { trainerDirectory } from '../src/training/engine/environment.ts';
import { runCommand } from '../src/training/engine/environment-command.ts';
import { type PreparedBase, packagedModel, prepareBase } from '../src/training/engine/gguf-base.ts';
import { runWorker } from '../src/training/engine/worker-process.ts';
import type { RunSpec, WorkerEvent } from '../src/training/engine/worker-process-schema.ts';
import { newWorkspace } from './ledger-workspace.ts';
import { openRewardService } from './training-rewards.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: packagedModel },
    steps: { type: 'string', default: '8' },
    runs: { type: 'string', default: '3' },
    python: { type: 'string', default: '.venv/bin/python' },
  },
});
const steps = Number(values.steps);
const runs = Number(values.runs);
const python = resolve(values.python);
const workspace = await newWorkspace();
const place = workspace.root;
const threads = 2;
const judgeMilliseconds = 50;

/** Rows of one length, so that no order of them makes less padding than another. */
function rows(): string {
  const file = join(place, 'train.jsonl');
  const lines = Array.from({ length: 64 }, (_, n) => ({
    id: `r${100 + n}`,
    prompt: [{ role: 'user', content: `Case ${100 + n}: may I give this patient with a rash the second dose?` }],
    completion: [{ role: 'assistant', content: 'Stop the medicine, look for other signs of allergy. '.repeat(8) }],
  }));
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

async function preparedBase(): Promise<PreparedBase> {
  if (values.base !== 'tiny') return prepareBase(python, values.base, workspace.models);
  const gguf = join(place, 'tiny.gguf');
  await runCommand(python, ['-m', 'tests.tiny_model', gguf], { cwd: trainerDirectory });
  return prepareBase(python, gguf, workspace.models);
}

const base = await preparedBase();
const train = rows();
let number = 0;

type Loop = { seconds: number; cpu: number; calls: number[] };
type Stage = 'sft' | 'grpo';

const args = {
  sft: {
    per_device_train_batch_size: 4,
    learning_rate: 2e-4,
    max_length: 1024,
    save_steps: 4,
    lr_scheduler_type: 'linear',
  },
  grpo: {
    ...{ per_device_train_batch_size: 8, num_generations: 4, max_completion_length: 16, learning_rate: 1e-5 },
    ...{ beta: 0.04, loss_type: 'grpo', scale_rewards: 'group', save_steps: 4, lr_scheduler_type: 'linear' },
  },
} as const;

/** Our worker on a run of its own; `calls` are the seconds of each step's rewards, as the worker saw them. */
async function ours(stage: Stage, reward?: { url: string; run: string }): Promise<Loop & { dtype: string }> {
  const directory = join(place, `ours-${number++}`);
  const events: WorkerEvent[] = [];
  const spec: RunSpec = {
    ...{ run_id: reward?.run ?? 'bench', stage, seed: 1, base: { path: base.directory }, data: { train } },
    args: args[stage],
    limits: { max_steps: steps, threads },
    ...(reward === undefined ? {} : { reward: { url: reward.url } }),
  };
  const result = await runWorker({ python, spec, directory, onEvent: (event) => void events.push(event) });
  if (result.status !== 'done') throw new Error(`the run ended as ${result.status}`);
  const logs = events.filter((event) => event.type === 'log');
  return {
    seconds: Number(result.metrics.seconds),
    cpu: Number(result.metrics.cpu_seconds),
    calls: logs.map((event) => event.metrics.reward_seconds ?? Number.NaN),
    dtype: events.find((event) => event.type === 'start')?.dtype ?? 'float32',
  };
}

async function bare(stage: Stage, dtype: string): Promise<Loop> {
  const out = join(place, `bare-${number++}`);
  const file = `${out}.json`;
  const fields = stage === 'sft' ? ['prompt', 'completion'] : ['prompt'];
  const judge_seconds = judgeMilliseconds / 1000;
  const common = { stage, base: base.directory, train, out, fields, threads, dtype, steps, judge_seconds };
  writeFileSync(file, JSON.stringify({ ...common, args: args[stage] }));
  const printed = await runCommand(python, [resolve('bench/bare_trl.py'), file]);
  return JSON.parse(printed.trim().split('\n').at(-1) ?? ''); // the script's last line
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

function compare(what: string, a: readonly number[], b: readonly number[]): void {
  const ratios = a.map((value, index) => value / (b[index] ?? Number.NaN));
  const all = ratios.map((ratio) => `${((ratio - 1) * 100).toFixed(1)}`).join(', ');
  const [own, peer] = [median(a), median(b)];
  const more = ((own / peer - 1) * 100).toFixed(1);
  console.log(
    `${what}: ours ${own.toFixed(2)} s, bare TRL ${peer.toFixed(2)} s, ${more} % (medians, n = ${a.length} alternating pairs of ${steps} steps; pair by pair ${all} %)`,
  );
}

const own: Loop[] = [];
const peer: Loop[] = [];
const { dtype } = await ours('sft'); // warms the disk's cache, and tells the number format
for (let run = 0; run < runs; run++) {
  // Which goes first alternates: on a shared machine the load drifts.
  const order = run % 2 === 0 ? [0, 1] : [1, 0];
  for (const side of order) {
    if (side === 0) own.push(await ours('sft'));
    else peer.push(await bare('sft', dtype));
  }
}
const cores = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
console.log(
  `base ${base.name}, ${base.parameters} parameters, ${dtype}, ${threads} threads; load of the machine ${cores}`,
);
for (const [what, read] of [
  ['SFT, wall time of the loop', (loop: Loop) => loop.seconds],
  ['SFT, processor time of the loop', (loop: Loop) => loop.cpu],
] as const)
  compare(what, own.map(read), peer.map(read));

const service = await openRewardService(workspace, async (samples) => {
  await sleep(judgeMilliseconds);
  return samples.map(({ completion }) => new Set(completion).size / 10);
});
const rewarded = await ours('grpo', service);
const plain = await bare('grpo', dtype);
await service.close();
const samples = args.grpo.per_device_train_batch_size;
const perSample = (calls: readonly number[]): number[] =>
  calls.slice(1).map((seconds) => (seconds * 1000 - judgeMilliseconds) / samples);
console.log(
  `reward besides a judge of ${judgeMilliseconds} ms a batch: ours ${median(perSample(rewarded.calls)).toFixed(2)} ms a sample ` +
    `(largest ${Math.max(...perSample(rewarded.calls)).toFixed(2)}), a function in the bare script ${median(perSample(plain.calls)).toFixed(2)} ms; ` +
    `n = ${rewarded.calls.length - 1} batches of ${samples}`,
);
rmSync(place, { recursive: true, force: true });
