import type { z } from 'zod';
import { AppError } from '../../core/error.ts';
import { Model } from '../../registry/schema.ts';
import { type RunResult, type StartRun, TrainingRun } from '../../training/schema.ts';
import type { Client } from '../client.ts';
import type { Terminal } from '../terminal.ts';

export type Trained = z.infer<typeof TrainingRun> & { result: RunResult };

/** Starts a run, or finds the one of this name, and waits until it has succeeded. */
export async function train(
  client: Client,
  terminal: Terminal,
  input: Partial<StartRun> & Pick<StartRun, 'name' | 'stage' | 'release'>,
): Promise<Trained> {
  const run = await client.post(TrainingRun, '/v1/training/runs', input);
  if (run.state !== 'succeeded' && run.jobId !== undefined)
    await client.wait(run.jobId, terminal.progress(`  ${input.name}`));
  const done = await client.get(TrainingRun, `/v1/training/runs/${input.name}`);
  if (done.result === undefined) throw new Error(`The run ${input.name} ended without a result.`);
  return { ...done, result: done.result };
}

const serving = { type: 'llama', contextSize: 1024, sequences: 8 } as const;

/** Registers the base model and the two adapters, so that they can be attacked, measured, approved and served. */
export async function registerModels(client: Client, release: string, sft: Trained, grpo: Trained): Promise<void> {
  const { base } = sft.result;
  if (base.gguf === undefined)
    throw new AppError(
      'unavailable',
      `The base model ${base.name} has no GGUF form, so it cannot be attacked or served.`,
    );
  await client.post(Model, '/v1/registry/models', {
    name: 'base',
    kind: 'base',
    files: [{ path: base.gguf, sha256: base.sha256 }],
    endpoint: { ...serving, gguf: base.gguf, model: 'base' },
  });
  for (const [name, parent, run] of [
    ['sft', 'base', sft],
    ['aligned', 'sft', grpo],
  ] as const) {
    const { gguf, ggufSha256 } = run.result.adapter;
    if (gguf === undefined || ggufSha256 === undefined)
      throw new Error(`The run ${run.name} has no adapter that can be served.`);
    await client.post(Model, '/v1/registry/models', {
      name,
      kind: 'adapter',
      base: parent,
      files: [{ path: gguf, sha256: ggufSha256 }],
      release,
      run: run.name,
      trainedOn: run.result.trainedOn,
      endpoint: { ...serving, gguf: base.gguf, lora: gguf, model: name },
    });
  }
}
