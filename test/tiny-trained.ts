import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';
import { environmentPython } from '../src/training/engine/environment.ts';
import type { PreparedBase } from '../src/training/engine/gguf-base.ts';
import { eventsFile, runWorker } from '../src/training/engine/worker-process.ts';
import { readEvents } from '../src/training/engine/worker-process-events.ts';
import { RunSpec, type WorkerEvent } from '../src/training/engine/worker-process-schema.ts';
import { builtOnce } from './built-once.ts';
import { tinyBase } from './tiny-run.ts';

export type Message = { role: string; content: string };

export const say = (role: string, content: string): Message[] => [{ role, content }];
export const question = (n: number): Message[] => say('user', `May I give ${50 * n} mg to a patient with a rash?`);
export const good = say(
  'assistant',
  '<think>\n1. Check.\n</think>\n<answer>Stop the medicine, check renal function.</answer>',
);
export const bad = say('assistant', 'Give it. No checks are needed.');
/** In tokens of the tiny base more than any run of the tests admits. */
export const long = 'x '.repeat(3000);

const numbers = Array.from({ length: 12 }, (_, n) => n);

/** Writes rows as a file of JSON lines and returns its path. */
export function writeRows(file: string, rows: object[]): string {
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

/** The training and held-out pairs of reward model and DPO. */
export function pairs(place: string): { train: string; eval: string } {
  const pair = (n: number): object => ({ id: `p${n}`, prompt: question(n), chosen: good, rejected: bad });
  return {
    train: writeRows(join(place, 'pairs.jsonl'), numbers.map(pair)),
    eval: writeRows(join(place, 'held-out.jsonl'), [20, 21, 22].map(pair)),
  };
}

export type TrainedRun = { spec: RunSpec; directory: string; adapter: string; sha256: string; events: WorkerEvent[] };

/** SFT on twelve short rows and one that is too long, trained without a break by whichever file needs it first. */
export function tinySft(): Promise<TrainedRun> {
  return trainedOnce('sft', (place) => {
    const rows = numbers.map((n) => ({ id: `q${n}`, prompt: question(n), completion: good }));
    const overlong = { id: 'too-long', prompt: say('user', long), completion: good };
    return {
      data: { train: writeRows(join(place, 'sft.jsonl'), [...rows, overlong]) },
      args: { max_length: 400, save_steps: 2, num_train_epochs: 20, learning_rate: 1e-3 },
      limits: { max_steps: 24, threads: 1 },
    };
  });
}

/** A reward model of twelve pairs, trained without a break by whichever file needs it first. */
export function tinyRewardModel(): Promise<TrainedRun> {
  return trainedOnce('reward', (place) => ({
    data: pairs(place),
    args: { max_length: 2000, save_steps: 2, learning_rate: 1e-3 },
    limits: { max_steps: 6, threads: 1 },
  }));
}

async function trainedOnce(
  stage: 'sft' | 'reward',
  rest: (place: string) => Pick<RunSpec, 'data' | 'args' | 'limits'>,
): Promise<TrainedRun> {
  const base = await tinyBase();
  const place = join(inject('scratch'), `tiny-${stage}`);
  const directory = join(place, 'run');
  await builtOnce(place, async () => {
    const spec = { run_id: stage, stage, seed: 7, base: source(base), ...rest(place) };
    await runWorker({ python: environmentPython(resolve('.venv')), directory, spec });
  });
  const events = (await readEvents(eventsFile(directory), 0)).map(({ event }) => event);
  const end = events.findLast((event) => event.type === 'done');
  if (end === undefined) throw new Error(`${directory}: the run did not come to its end`);
  const spec = RunSpec.parse(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')));
  return { spec, directory, adapter: end.adapter, sha256: end.sha256, events };
}

/** The base as a run file names it. */
export function source({ directory, sha256 }: PreparedBase): RunSpec['base'] {
  return { path: directory, sha256 };
}

/** Makes `to` the directory that a finished run would have left, had everything after this checkpoint been lost. */
export function rewind(directory: string, to: string, step: number): void {
  const checkpoint = join('checkpoints', `checkpoint-${step}`);
  mkdirSync(to, { recursive: true });
  cpSync(join(directory, checkpoint), join(to, checkpoint), { recursive: true });
  cpSync(join(directory, 'run.json'), join(to, 'run.json'));
  const lines = readFileSync(eventsFile(directory), 'utf8').trim().split('\n');
  const last = lines.findIndex((line) => {
    const event: WorkerEvent = JSON.parse(line);
    return event.type === 'checkpoint' && event.step === step;
  });
  writeFileSync(
    eventsFile(to),
    lines
      .slice(0, last + 1)
      .map((line) => `${line}\n`)
      .join(''),
  );
}
