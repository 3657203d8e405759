import { existsSync } from 'node:fs';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { exportRelease } from '../release/export.ts';
import type { ExportFormat } from '../release/schema.ts';
import { readLines } from '../verify/lines.ts';
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
  for await (const { bytes } of readLines(file, file)) ids.add(Row.parse(JSON.parse(bytes.toString('utf8'))).id);
  for (const id of leftOut) ids.delete(id);
  return [...ids].sort();
}

/** Takes the lines of these questions out of what was written for a run; its files may be gone already. */
export async function dropQuestions(directory: string, questions: ReadonlySet<string>): Promise<void> {
  for (const name of ['train.jsonl', 'validation.jsonl']) {
    const path = join(directory, 'data', name);
    if (!existsSync(path)) continue;
    const kept = await open(`${path}.kept`, 'w');
    let dropped = 0;
    try {
      for await (const { bytes } of readLines(path, path)) {
        const line = bytes.toString('utf8');
        // pairs are called <question>/<round>
        const { id } = Row.parse(JSON.parse(line));
        if (questions.has(id) || questions.has(id.replace(/\/\d+$/, ''))) dropped++;
        else await kept.write(`${line}\n`);
      }
    } finally {
      await kept.close();
    }
    if (dropped === 0) await rm(`${path}.kept`);
    else await rename(`${path}.kept`, path);
  }
}
