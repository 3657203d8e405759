import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { deleteCallsFor } from '../llm/calls/call-store.ts';
import { dropQuestions } from './data.ts';
import { externalLauncher } from './launch/schema.ts';
import { partsOfDefinition, requireCriteria } from './rewards/definition.ts';
import type { RewardDefinition } from './rewards/schema.ts';
import { countJudgments } from './rewards/store.ts';
import type { RunResult, StartRun, TrainingRun } from './schema.ts';
import {
  insertTrainingRun,
  listTrainingRuns,
  readTrainingEvents,
  readTrainingRun,
  stopSpecifiedRun,
  updateRunInput,
  updateTrainingRun,
} from './store.ts';
import { openStops, stoppedByRule } from './watch/alarms.ts';

/**
 * Specifies a run and enqueues it. The same name with the same input is the same run: a finished one is returned as it
 * is, an interrupted one goes on. Another input under a used name is refused.
 */
export async function startTraining(ctx: Context, input: StartRun): Promise<TrainingRun> {
  requireRole(ctx.actor, 'engineer');
  refuseMisplaced(input);
  if (input.launcher === externalLauncher) throw startedElsewhere(input.name);
  if (input.from !== undefined) await succeededRun(ctx, input.from);
  if (input.reward !== undefined) await requireJudges(ctx, input.reward);
  if (input.stage === 'grpo' && (input.from === undefined || input.reward === undefined))
    throw new AppError(
      'invalid_input',
      'GRPO needs "from", the SFT run it continues, and "reward", who judges its completions.',
    );
  return transact(ctx, async (ctx) => {
    const known = await readTrainingRun(ctx.tx, input.name);
    if (known?.input.launcher === externalLauncher) throw startedElsewhere(known.name);
    if (known !== undefined) await takeBudget(ctx, known, input);
    if (known?.state === 'succeeded' || known?.state === 'running') return known;
    const [alarm] = known === undefined ? [] : await openStops(ctx.tx, known.id);
    if (known !== undefined && alarm !== undefined) throw stoppedByRule(known, alarm);
    const id = known?.id ?? randomUUID();
    if (known === undefined) await insertTrainingRun(ctx.tx, { id, input, by: ctx.actor.id, at: ctx.clock.now() });
    const jobId = await ctx.jobs.enqueueOnce(ctx.tx, 'training', { run: id }, ctx.actor.id);
    await updateTrainingRun(ctx.tx, id, { state: 'specified', jobId });
    return getTrainingRun(ctx, id);
  });
}

function startedElsewhere(name: string): AppError {
  return new AppError(
    'invalid_input',
    `The run "${name}" is trained by an engine elsewhere, which this program does not start: run the launch script of its recipe there (safemed train export-recipe), then tell its result (safemed train result). To train here, choose another name and launcher.`,
  );
}

/** Settings of one stage given to another would be ignored without a word. */
export function refuseMisplaced({ stage, preset, mixture }: StartRun): void {
  if (preset !== undefined && stage !== 'grpo')
    throw new AppError('invalid_input', `"preset" is a setting of GRPO; leave it out for the stage ${stage}.`);
  if (mixture !== undefined && stage !== 'sft')
    throw new AppError('invalid_input', `"mixture" is a setting of SFT; leave it out for the stage ${stage}.`);
}

/**
 * Asks a run to stop at a checkpoint; the same start goes on from there. A run that waits is stopped at once, one in
 * training when its step is done. `conflict` when it is over.
 */
export async function stopTraining(ctx: Context, idOrName: string): Promise<TrainingRun> {
  requireRole(ctx.actor, 'engineer');
  const run = await getTrainingRun(ctx, idOrName);
  if (run.state === 'succeeded' || run.state === 'failed')
    throw new AppError('conflict', `The run "${run.name}" is over: it is ${run.state}.`);
  if (run.state === 'stopped') return run;
  if (run.jobId !== undefined) await ctx.jobs.stop(run.jobId);
  await transact(ctx, (ctx) => stopSpecifiedRun(ctx.tx, run.id, ctx.clock.now()));
  return getTrainingRun(ctx, run.id);
}

/** Refuses a judge whose endpoints or runs are not there, or a held-out judge that is no other. */
export async function requireJudges(ctx: Context, reward: RewardDefinition): Promise<void> {
  const { runs, endpoints } = partsOfDefinition(reward);
  for (const run of runs) await succeededRun(ctx, run);
  for (const endpoint of endpoints) ctx.models.require(endpoint);
  requireCriteria(ctx.profile.judging, reward);
}

/** The same settings but for the judges' budget, which may be raised to go on; `conflict` for any other difference. */
export async function takeBudget(ctx: TxContext, known: TrainingRun, input: StartRun): Promise<void> {
  if (canonicalJson(asJson(known.input)) === canonicalJson(asJson(input))) return;
  if (canonicalJson(asJson(withoutBudget(known.input))) !== canonicalJson(asJson(withoutBudget(input))))
    throw new AppError('conflict', `The run "${input.name}" exists with other settings; choose another name.`);
  await updateRunInput(ctx.tx, known.id, input);
}

function withoutBudget({ reward, ...rest }: StartRun): object {
  if (reward === undefined) return rest;
  const { budget: _, ...judges } = reward;
  return { ...rest, reward: judges };
}

/** A run by id or name; `not_found` when there is none. */
export async function getTrainingRun(ctx: Context, idOrName: string): Promise<TrainingRun> {
  const run = await readTrainingRun(reader(ctx), idOrName);
  if (run === undefined) throw new AppError('not_found', `There is no training run "${idOrName}".`);
  return run;
}

/** A run that has succeeded, with its result; `conflict` when it has not. */
export async function succeededRun(ctx: Context, idOrName: string): Promise<TrainingRun & { result: RunResult }> {
  const run = await getTrainingRun(ctx, idOrName);
  if (run.state !== 'succeeded' || run.result === undefined)
    throw new AppError('conflict', `The run "${run.name}" has not succeeded: it is ${run.state}.`);
  return { ...run, result: run.result };
}

export async function trainingRuns(ctx: Context): Promise<TrainingRun[]> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor', 'admin', 'red-teamer', 'release-approver', 'panel-chair');
  return listTrainingRuns(reader(ctx));
}

/** The worker's events of a run after a position, in order. */
export async function trainingEvents(
  ctx: Context,
  idOrName: string,
  page: { after: number; limit: number },
): Promise<{ position: number; type: string; body: unknown }[]> {
  requireRole(ctx.actor, 'engineer', 'auditor');
  const run = await getTrainingRun(ctx, idOrName);
  return readTrainingEvents(reader(ctx), run.id, page.after, page.limit);
}

export async function markRunning(ctx: Context, id: string): Promise<void> {
  await transact(ctx, (ctx) => updateTrainingRun(ctx.tx, id, { state: 'running' }));
}

/** Ends a run: with its result, or with why it has none. A success is an event that names base, data and adapter. */
export async function finishTraining(
  ctx: Context,
  run: TrainingRun,
  end: { state: 'succeeded'; result: RunResult } | { state: 'failed' | 'stopped'; error: string },
): Promise<void> {
  await transact(ctx, async (ctx) => {
    await updateTrainingRun(ctx.tx, run.id, { ...end, finishedAt: ctx.clock.now() });
    if (end.state !== 'succeeded') return;
    const { trainedOn, ...result } = end.result;
    await appendEvent(ctx, {
      type: 'training.completed',
      data: {
        run: run.name,
        stage: run.stage,
        release: run.release,
        input: asJson(run.input),
        result: asJson(result),
        questions: trainedOn.length,
        judgments: asJson(await countJudgments(ctx.tx, run.id)),
      },
    });
  });
}

/** Takes erased questions out of the data that finished runs still keep, and out of the calls to their judges. A run under way keeps its own until the next call. */
export async function eraseFromRuns(ctx: Context, questions: ReadonlySet<string>): Promise<void> {
  for (const { id, name, state } of await listTrainingRuns(reader(ctx))) {
    if (state === 'running' || state === 'specified') continue;
    await dropQuestions(join(ctx.workspace.runs, name), questions);
    for (const question of questions) await deleteCallsFor(reader(ctx), `${id}/${question}`);
  }
}

/** Names of the runs that were specified on these releases. */
export async function runsOn(ctx: Context, releases: readonly string[]): Promise<string[]> {
  const runs = await listTrainingRuns(reader(ctx));
  return runs.filter((run) => releases.includes(run.release)).map((run) => run.name);
}
