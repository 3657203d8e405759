import type { TrainingData } from './data.ts';
import type { PreparedBase } from './engine/gguf-base.ts';
import type { RunSpec } from './engine/worker-process-schema.ts';
import { presetOf, presets, resolvedArguments } from './presets.ts';
import type { RunResult, TrainingRun } from './schema.ts';

/** What is at hand before a run is handed to the worker. */
export type Prepared = {
  readonly base: PreparedBase;
  readonly data: TrainingData;
  /** The adapter of the run that is continued. */
  readonly adapter?: RunResult['adapter'] | undefined;
  /** Where the worker asks for rewards. */
  readonly rewards?: RunSpec['reward'] | undefined;
};

/** The run file of the worker (trainer/README.md): everything it needs, with the preset's arguments written out. */
export function runSpec(run: TrainingRun, { base, data, adapter, rewards }: Prepared): RunSpec {
  const { input } = run;
  const preset = presetOf(input);
  return {
    run_id: run.id,
    stage: run.stage,
    seed: input.seed,
    base: { path: base.directory, sha256: base.sha256 },
    ...(adapter === undefined ? {} : { adapter: { path: adapter.directory, sha256: adapter.sha256 } }),
    data: {
      train: data.train,
      ...(data.evaluation === undefined ? {} : { eval: data.evaluation }),
      composition: data.composition,
    },
    lora: input.lora,
    args: resolvedArguments(input),
    ...(preset !== undefined && presets[preset].mixKinds ? { mix_kinds: true } : {}),
    ...(rewards === undefined ? {} : { reward: rewards }),
    limits: {
      ...(input.maxSteps === undefined ? {} : { max_steps: input.maxSteps }),
      ...(input.limits?.maxMinutes === undefined ? {} : { max_minutes: input.limits.maxMinutes }),
    },
  };
}
