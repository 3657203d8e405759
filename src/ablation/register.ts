import type { Context } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { findModel, modelsWrittenBy, registerModel } from '../registry/actions.ts';
import type { RegisterInput } from '../registry/schema.ts';
import type { RunResult, TrainingRun } from '../training/schema.ts';

const asked = { type: 'llama', contextSize: 2048, sequences: 4 } as const;

/** Registers what a run wrote as a candidate under the run's name, on its base or on the model it continues; its digest. */
export async function registerArm(ctx: Context, run: TrainingRun & { result: RunResult }): Promise<string> {
  const { base, adapter, trainedOn } = run.result;
  const { gguf, ggufSha256 } = adapter;
  if (base.gguf === undefined || gguf === undefined || ggufSha256 === undefined)
    throw new AppError(
      'unavailable',
      `The base model ${base.name} of "${run.name}" has no GGUF form, so its arms cannot be asked here.`,
    );
  const known = await findModel(ctx, ggufSha256);
  if (known !== undefined) return known.digest;
  const { digest } = await registerModel(ctx, {
    name: run.name,
    kind: 'adapter',
    base: await parentOf(ctx, run, { ...base, gguf: base.gguf }),
    files: [{ path: gguf, sha256: ggufSha256 }],
    release: run.release,
    run: run.name,
    trainedOn,
    endpoint: { ...asked, gguf: base.gguf, lora: gguf, model: run.name },
  });
  return digest;
}

async function parentOf(
  ctx: Context,
  run: TrainingRun,
  base: { name: string; sha256: string; gguf: string },
): Promise<string> {
  const { from } = run.input;
  if (from !== undefined) {
    const [parent] = await modelsWrittenBy(ctx, from);
    if (parent !== undefined) return parent.digest;
    throw new AppError(
      'conflict',
      `"${run.name}" continues the run "${from}", whose model is not registered: safemed model add NAME --kind adapter --run ${from} --base BASE.`,
    );
  }
  const known = await findModel(ctx, base.sha256);
  if (known !== undefined) return known.digest;
  const input: RegisterInput = {
    name: base.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 63),
    kind: 'base',
    files: [{ path: base.gguf, sha256: base.sha256 }],
    endpoint: { ...asked, gguf: base.gguf, model: base.name },
  };
  return (await registerModel(ctx, input)).digest;
}
