import { writeFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';
import { environmentPython, trainerDirectory } from '../src/training/engine/environment.ts';
import { runCommand } from '../src/training/engine/environment-command.ts';
import { type PreparedBase, prepareBase } from '../src/training/engine/gguf-base.ts';
import type { RunSpec } from '../src/training/engine/worker-process-schema.ts';
import { builtOnce } from './built-once.ts';

/**
 * A randomly initialised Llama of a million parameters, ready for training. Whichever file of a run of the suite needs it
 * first builds it; with `models`, the workspace's folder of models, a workspace knows it as converted already.
 */
export async function tinyBase(models?: string): Promise<PreparedBase> {
  const python = environmentPython(resolve('.venv'));
  const place = inject('tinyBase');
  const gguf = join(place, 'tiny.gguf');
  await builtOnce(place, async () => {
    await runCommand(python, ['-m', 'tests.tiny_model', gguf], { cwd: trainerDirectory });
    await prepareBase(python, gguf, join(place, 'bases'));
  });
  const base = await prepareBase(python, gguf, join(place, 'bases'));
  if (models !== undefined) {
    await mkdir(join(models, 'base'), { recursive: true });
    const record = `${base.source.sha256.slice(0, 16)}.json`;
    await copyFile(join(place, 'bases', record), join(models, 'base', record));
  }
  return base;
}

/** SFT of so many steps on twelve short rows. */
export function tinyRun(id: string, base: PreparedBase, place: string, steps: number): RunSpec {
  const train = join(place, 'sft.jsonl');
  const rows = Array.from({ length: 12 }, (_, n) => ({
    id: `q${n}`,
    prompt: [{ role: 'user', content: `May I give ${50 * n} mg to a patient with a rash?` }],
    completion: [
      { role: 'assistant', content: '<think>\n1. Check.\n</think>\n<answer>Stop, check renal function.</answer>' },
    ],
  }));
  writeFileSync(train, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return {
    run_id: id,
    stage: 'sft',
    seed: 7,
    base: { path: base.directory, sha256: base.sha256 },
    data: { train },
    args: {
      max_length: 400,
      save_steps: 2,
      num_train_epochs: 400,
      learning_rate: 1e-3,
      per_device_train_batch_size: 2,
    },
    limits: { max_steps: steps, threads: 1 },
  };
}
