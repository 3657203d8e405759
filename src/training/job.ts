import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { AppError, messageOf } from '../core/error.ts';
import { type JobControl, shutdown } from '../jobs/schema.ts';
import { finishTraining, getTrainingRun, markRunning, succeededRun } from './actions.ts';
import { trainedQuestions, writeTrainingData } from './data.ts';
import { readyPython } from './engine/environment.ts';
import { type PreparedBase, prepareBase } from './engine/gguf-base.ts';
import { adapterToGguf } from './engine/gguf-base-adapter.ts';
import type { WorkerOptions } from './engine/worker-process.ts';
import { chooseLauncher, type Launching } from './launch/choose.ts';
import { dataText, progressText } from './progress.ts';
import { rewardHealth } from './rewards/health.ts';
import { metricsOf, type RunFacts, runFacts } from './run-result.ts';
import { rewardsFor } from './run-rewards.ts';
import { runSpec } from './run-spec.ts';
import type { RunResult, TrainingRun } from './schema.ts';
import { isStopByRule } from './watch/alarms.ts';
import { type RunWatch, watchRun } from './watch/watch.ts';

const JobInput = z.object({ run: z.uuid() });

/** The Python environment of the training engine on this machine, and where runs can be trained besides. */
export type Engine = { environment: string } & Launching;

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
      const noMoreRewards =
        error instanceof AppError && (error.code === 'incomplete' || error.details.stopped !== undefined);
      const stopped = control.signal.aborted || error instanceof StoppedError || isStopByRule(error) || noMoreRewards;
      await finishTraining(ctx, run, { state: stopped ? 'stopped' : 'failed', error: messageOf(error) });
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
  const launcher = chooseLauncher(input.launcher, engine);
  const watch = watchRun(ctx, run, control.signal);
  await watch.refuse();
  const python = await readyPython(engine.environment);
  const directory = join(ctx.workspace.runs, run.name);
  const base = await prepareBase(python, input.base, join(ctx.workspace.models, 'base'));
  const data = await writeTrainingData(ctx, run, directory);
  const adapter = input.from === undefined ? undefined : (await succeededRun(ctx, input.from)).result.adapter;
  const service = await rewardsFor(ctx, run, launcher);
  const facts = runFacts();
  try {
    if (input.reward !== undefined) {
      await control.progress({ done: 0, unit: 'steps', message: 'asking the judge for a first score' });
      await rewardHealth(ctx, { run: run.id, warm: true });
    }
    const launched = launcher.launch({
      python,
      spec: runSpec(run, { base, data, adapter, rewards: service?.rewards }),
      directory,
      onEvent: takingEvents(control, watch, facts),
      onStatus: (message) => control.progress({ done: facts.step(), unit: 'steps', message }),
      signal: service === undefined ? watch.signal : AbortSignal.any([watch.signal, service.ended]),
    });
    const ended = await launched.catch((error: unknown) => {
      throw service?.why() ?? error;
    });
    await watch.refuse();
    if (ended.status === 'stopped') {
      const byTime = ended.reason === 'time-limit' ? ' by its time limit' : '';
      throw service?.why() ?? stopped(run, `at step ${ended.step}${byTime}`);
    }
    const served = await servedAdapter({ ctx, run, python, base, adapter: ended.adapter });
    const trainedOn = run.stage === 'reward' ? [] : await trainedQuestions(data.train, run.stage, facts.leftOut());
    return {
      base: describedBase(base),
      adapter: { directory: ended.adapter, sha256: ended.sha256, ...served },
      ...facts.start(),
      composition: data.composition,
      ...facts.data(),
      ...metricsOf(ended.metrics),
      trainedOn,
    };
  } finally {
    await service?.close();
  }
}

/** What happens with each event of the worker: it is counted, stored and watched, and shown as progress. */
function takingEvents(control: JobControl, watch: RunWatch, facts: RunFacts): NonNullable<WorkerOptions['onEvent']> {
  return async (event, position) => {
    facts.take(event);
    if (event.type === 'heartbeat') return;
    await watch.take(event, position);
    if (event.type === 'data') await control.progress({ done: 0, unit: 'steps', message: dataText(event) });
    if (event.type === 'log')
      await control.progress({
        done: event.step,
        total: event.total,
        unit: 'steps',
        message: [progressText(event), watch.summary()].filter((part) => part !== '').join(' · '),
      });
  };
}

type TrainedAdapter = {
  readonly ctx: Context;
  readonly run: TrainingRun;
  readonly python: string;
  readonly base: PreparedBase;
  readonly adapter: string;
};

/** The adapter as a GGUF file for serving; nothing for reward models and for bases that are no GGUF file. */
async function servedAdapter({ ctx, run, python, base, adapter }: TrainedAdapter): Promise<{
  gguf?: string;
  ggufSha256?: string;
}> {
  if (run.stage === 'reward' || base.gguf === null) return {};
  const { models } = ctx.workspace;
  const output = join(models, `${run.name}.gguf`);
  const gguf = await adapterToGguf({ python, base: base.directory, adapter, output, tools: join(models, 'tools') });
  return { gguf: gguf.path, ggufSha256: gguf.sha256 };
}

function describedBase({ name, source, parameters, gguf }: PreparedBase): RunResult['base'] {
  return { name, sha256: source.sha256, parameters, ...(gguf === null ? {} : { gguf }) };
}
