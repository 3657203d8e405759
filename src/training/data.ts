import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { exportRelease } from '../release/export.ts';
import type { ExportFormat } from '../release/schema.ts';
import type { TrainingRun, TrainingStage } from './schema.ts';

const formats: Record<TrainingStage, ExportFormat> = { sft: 'trl-sft', reward: 'trl-reward', grpo: 'trl-grpo' };

export type TrainingData = { train: string; evaluation?: string };

/**
 * Writes the rows of a run: those of the release in the engine's form, or a sample of them drawn by the run's seed.
 * Reward models are measured on the validation split, which they never train on.
 */
export async function writeTrainingData(ctx: Context, run: TrainingRun, directory: string): Promise<TrainingData> {
  const { stage, rows, seed } = run.input;
  const out = join(directory, 'data');
  await exportRelease(ctx, { name: run.release, format: formats[stage], out });
  const train = join(out, 'train.jsonl');
  const lines = (await readFile(train, 'utf8')).split('\n').filter((line) => line !== '');
  if (lines.length === 0)
    throw new AppError('invalid_input', `The release "${run.release}" holds nothing to train the stage ${stage} on.`);
  // Engines read rows in file order before they shuffle by their own seed; ours decides which rows there are.
  if (rows !== undefined && rows < lines.length) {
    const sample = shuffled(lines, seededRandom(seed)).slice(0, rows);
    await writeFile(train, sample.map((line) => `${line}\n`).join(''));
  }
  const evaluation = join(out, 'validation.jsonl');
  const held = (await readFile(evaluation, 'utf8')).trim() !== '';
  return { train, ...(stage === 'reward' && held ? { evaluation } : {}) };
}

const Row = z.object({ id: z.string() });

/** Ids of the questions behind the rows of a file, without those that were left out for their length. */
export async function trainedQuestions(file: string, leftOut: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(file) }))
    if (line !== '') ids.add(Row.parse(JSON.parse(line)).id);
  for (const id of leftOut) ids.delete(id);
  return [...ids].sort();
}

/** Takes the lines of these questions out of what was written for a run; its files may be gone already. */
export async function dropQuestions(directory: string, questions: ReadonlySet<string>): Promise<void> {
  for (const name of ['train.jsonl', 'validation.jsonl']) {
    const path = join(directory, 'data', name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const lines = text.split('\n').filter((line) => line !== '');
    // pairs are called <question>/<round>
    const kept = lines.filter((line) => {
      const { id } = Row.parse(JSON.parse(line));
      return !questions.has(id) && !questions.has(id.replace(/\/\d+$/, ''));
    });
    if (kept.length === lines.length) continue;
    await writeFile(`${path}.kept`, kept.map((line) => `${line}\n`).join(''));
    await rename(`${path}.kept`, path);
  }
}
