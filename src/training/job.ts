import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { AppError, messageOf } from '../core/error.ts';
import { type JobControl, shutdown } from '../jobs/schema.ts';
import { finishTraining, getTrainingRun, markRunning, storeEvents, succeededRun } from './actions.ts';
import { trainedQuestions, writeTrainingData } from './data.ts';
import { readyPython } from './engine/environment.ts';
import { prepareBase } from './engine/gguf-base.ts';
import { adapterToGguf } from './engine/gguf-base-adapter.ts';
import { runWorker } from './engine/worker-process.ts';
import type { RunSpec, WorkerEvent } from './engine/worker-process-schema.ts';
import { presetOf, presets, resolvedArguments } from './presets.ts';
import { listenForRewards } from './rewards/listener.ts';
import type { RunResult, TrainingRun } from './schema.ts';

const JobInput = z.object({ run: z.uuid() });

/** The Python environment of the training engine on this machine. */
export type Engine = { environment: string };

/**
 * Trains one run to its end. Called again after a crash it goes on from the newest checkpoint; the events that the
 * worker wrote while nobody listened are stored then.
 */
export async function runTraining(
  ctx: Context,
  rawInput: unknown,
  control: JobControl,
  engine: Engine,
): Promise<RunResult> {
  const run = await getTrainingRun(ctx, JobInput.parse(rawInput).run);
  if (run.state === 'succeeded' && run.result !== undefined) return run.result;
  try {
    await control.progress({ done: 0, unit: 'steps', message: 'preparing the base model' });
    if (control.signal.aborted) throw stopped(run, 'before it began');
    await markRunning(ctx, run.id);
    const result = await train(ctx, run, control, engine);
    await finishTraining(ctx, run, { state: 'succeeded', result });
    return result;
  } catch (error) {
    // A program that ends gives the job back; the run is then as unfinished as before. A job that was stopped while it
    // waited may begin after the run was started again with another.
    if (control.signal.reason !== shutdown && run.jobId === control.runId) {
      const state = control.signal.aborted || error instanceof StoppedError ? 'stopped' : 'failed';
      await finishTraining(ctx, run, { state, error: messageOf(error) });
    }
    throw error;
  }
}

/** Ended at a checkpoint, by request or time limit: nothing is wrong with the run. */
class StoppedError extends AppError {}

function stopped({ name }: TrainingRun, when: string): StoppedError {
  return new StoppedError('incomplete', `The run "${name}" was stopped ${when}; start it again to go on.`);
}

async function train(ctx: Context, run: TrainingRun, control: JobControl, engine: Engine): Promise<RunResult> {
  const { input } = run;
  const python = await readyPython(engine.environment);
  const directory = join(ctx.workspace.runs, run.name);
  const base = await prepareBase(python, input.base, join(ctx.workspace.models, 'base'));
  const data = await writeTrainingData(ctx, run, directory);
  const from = input.from === undefined ? undefined : await succeededRun(ctx, input.from);
  const rewardRun = input.rewardFrom === undefined ? undefined : await succeededRun(ctx, input.rewardFrom);
  const judge =
    rewardRun === undefined ? undefined : { name: rewardRun.name, directory: rewardRun.result.adapter.directory };
  const listener = judge === undefined ? undefined : await listenForRewards(ctx, judge);
  const preset = presetOf(input);
  const facts = factsOf();
  try {
    const spec: RunSpec = {
      run_id: run.id,
      stage: run.stage,
      seed: input.seed,
      base: { path: base.directory, sha256: base.sha256 },
      ...(from === undefined
        ? {}
        : { adapter: { path: from.result.adapter.directory, sha256: from.result.adapter.sha256 } }),
      data: {
        train: data.train,
        ...(data.evaluation === undefined ? {} : { eval: data.evaluation }),
        composition: data.composition,
      },
      lora: input.lora,
      args: resolvedArguments(input),
      ...(preset !== undefined && presets[preset].mixKinds ? { mix_kinds: true } : {}),
      ...(listener === undefined ? {} : { reward: { url: listener.url } }),
      limits: {
        ...(input.maxSteps === undefined ? {} : { max_steps: input.maxSteps }),
        ...(input.limits?.maxMinutes === undefined ? {} : { max_minutes: input.limits.maxMinutes }),
      },
    };
    const onEvent = async (event: WorkerEvent, position: number): Promise<void> => {
      facts.take(event);
      if (event.type === 'heartbeat') return;
      await storeEvents(ctx, run.id, [{ position, type: event.type, body: event }]);
      if (event.type === 'data') await control.progress({ done: 0, unit: 'steps', message: dataText(event) });
      if (event.type === 'log')
        await control.progress({ done: event.step, total: event.total, unit: 'steps', message: progressText(event) });
    };
    const ended = await runWorker({ python, spec, directory, onEvent, signal: control.signal });
    if (ended.status === 'stopped')
      throw stopped(run, `at step ${ended.step}${ended.reason === 'time-limit' ? ' by its time limit' : ''}`);
    const gguf =
      run.stage === 'reward' || base.gguf === null
        ? undefined
        : await adapterToGguf({
            python,
            base: base.directory,
            adapter: ended.adapter,
            output: join(ctx.workspace.models, `${run.name}.gguf`),
            tools: join(ctx.workspace.models, 'tools'),
          });
    const trainedOn = run.stage === 'reward' ? [] : await trainedQuestions(data.train, run.stage, facts.leftOut());
    return {
      base: {
        name: base.name,
        sha256: base.source.sha256,
        parameters: base.parameters,
        ...(base.gguf === null ? {} : { gguf: base.gguf }),
      },
      adapter: {
        directory: ended.adapter,
        sha256: ended.sha256,
        ...(gguf === undefined ? {} : { gguf: gguf.path, ggufSha256: gguf.sha256 }),
      },
      ...facts.start(),
      composition: data.composition,
      ...facts.data(),
      ...metricsOf(ended.metrics),
      trainedOn,
    };
  } finally {
    await listener?.close();
  }
}

/** What is trained on and what is too long for it, told before the first step. */
function dataText({ train, max_length }: Extract<WorkerEvent, { type: 'data' }>): string {
  const { used, overlong } = train;
  if (overlong.length === 0) return `${used} rows, none longer than ${max_length} tokens`;
  const named = overlong.slice(0, 3).join(', ') + (overlong.length > 3 ? ', …' : '');
  return `${used} rows; ${overlong.length} longer than ${max_length} tokens left out: ${named}`;
}

function progressText(event: Extract<WorkerEvent, { type: 'log' }>): string {
  const shown = (['loss', 'reward', 'kl'] as const).flatMap((name) => {
    const value = event.metrics[name];
    return value === undefined || value === null ? [] : [`${name} ${value.toPrecision(3)}`];
  });
  return shown.join(', ');
}

type Facts = {
  take(event: WorkerEvent): void;
  leftOut(): string[];
  start(): Pick<RunResult, 'reference' | 'args'>;
  data(): Pick<RunResult, 'rows' | 'tokens' | 'truncated'>;
};

/** What the result needs of the worker's opening events. */
function factsOf(): Facts {
  let rows: Extract<WorkerEvent, { type: 'data' }> | undefined;
  let start: Extract<WorkerEvent, { type: 'start' }> | undefined;
  return {
    take: (event) => {
      if (event.type === 'data') rows = event;
      if (event.type === 'start') start = event;
    },
    leftOut: () => rows?.train.overlong ?? [],
    start: () => ({
      ...(start?.reference == null ? {} : { reference: `${start.reference.kind} ${start.reference.sha256}` }),
      ...(start === undefined ? {} : { args: start.args }),
    }),
    data: () => ({
      rows: rows?.train.used ?? 0,
      tokens: rows?.train.tokens ?? null,
      truncated: rows?.train.overlong.length ?? 0,
    }),
  };
}

const Steps = z.object({ steps: z.int(), seconds: z.number() });

/** Steps and seconds apart, nested figures flattened (`held_out.accuracy`), everything that is no figure left out. */
function metricsOf(metrics: Record<string, unknown>): Pick<RunResult, 'steps' | 'seconds' | 'metrics'> {
  const figures: Record<string, number | null> = {};
  const collect = (prefix: string, value: unknown): void => {
    if (typeof value === 'number' || value === null) figures[prefix] = value;
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) collect(prefix === '' ? name : `${prefix}.${name}`, inner);
  };
  collect('', metrics);
  const { steps, seconds } = Steps.parse(metrics);
  delete figures.steps;
  delete figures.seconds;
  return { steps, seconds, metrics: figures };
}
