import { randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { modelIdentity } from '../registry/actions.ts';
import { evaluationOf, progressOf, reportOf, resultsDigest, targetsOf } from './report-actions.ts';
import type { Answer, StartEvaluation, StartedEvaluation, Target } from './schema.ts';
import {
  insertAnswers,
  insertEvaluation,
  insertQuestions,
  lockEvaluation,
  readBenchmarkSets,
  readSetCounts,
  setCompleted,
} from './store.ts';

/**
 * Writes down what is asked of whom, and returns its id; whoever calls it enqueues or does the asking. Targets and questions are fixed here, so that what is
 * imported or registered later changes nothing. Throws `invalid_input` for a set that has no question to score.
 */
export async function specifyEvaluation(ctx: TxContext, input: StartEvaluation): Promise<string> {
  requireRole(ctx.actor, 'engineer');
  const { targets: named, sets, ...settings } = input;
  const targets: Target[] = [];
  for (const { name, ref } of named) targets.push({ name, identity: await modelIdentity(ctx, ref) });
  const id = randomUUID();
  await insertEvaluation(
    ctx.tx,
    {
      id,
      settings,
      profileDigest: ctx.profile.digest,
      createdBy: ctx.actor.id,
      createdAt: ctx.clock.now().toISOString(),
    },
    targets,
  );
  await insertQuestions(ctx.tx, id, sets, settings);
  await refuseEmptySets(ctx, id, sets);
  return id;
}

/** Writes down an evaluation and enqueues its asking. */
export async function startEvaluation(ctx: Context, input: StartEvaluation): Promise<StartedEvaluation> {
  return transact(ctx, async (ctx) => {
    const id = await specifyEvaluation(ctx, input);
    return { evaluation: id, job: await enqueue(ctx, id) };
  });
}

function enqueue(ctx: TxContext, evaluation: string): Promise<string> {
  return ctx.jobs.enqueueOnce(ctx.tx, 'evaluation', { evaluation }, ctx.actor.id);
}

async function refuseEmptySets(ctx: TxContext, id: string, wanted: string[] | undefined): Promise<void> {
  const scorable = (await readSetCounts(ctx.tx, id)).filter((set) => set.questions > 0).map((set) => set.set);
  const empty = (wanted ?? []).filter((set) => !scorable.includes(set));
  if (empty.length === 0 && scorable.length > 0) return;
  const known = (await readBenchmarkSets(ctx.tx)).map((set) => set.name);
  const there =
    known.length === 0 ? 'The corpus holds none: import one with --benchmark.' : `There are: ${known.join(', ')}.`;
  throw new AppError(
    'invalid_input',
    `No question with one right option in ${empty.length === 0 ? 'any benchmark set' : `the set ${empty.join(', ')}`}. ${there}`,
  );
}

/** Enqueues the rest of an evaluation whose job failed or was stopped; what was answered stays. */
export async function resumeEvaluation(ctx: Context, id: string): Promise<StartedEvaluation> {
  requireRole(ctx.actor, 'engineer');
  return transact(ctx, async (ctx) => {
    const { completedAt } = await evaluationOf(ctx, id);
    if (completedAt !== undefined) throw new AppError('conflict', `The evaluation ${id} is complete.`);
    return { evaluation: id, job: await enqueue(ctx, id) };
  });
}

/** Stores replies with their verdicts; what is stored already is left as it is. */
export async function recordAnswers(ctx: Context, id: string, answers: Answer[]): Promise<void> {
  requireRole(ctx.actor, 'engineer');
  await transact(ctx, (ctx) => insertAnswers(ctx.tx, id, answers));
}

/**
 * Closes an evaluation of which every question is answered, with the event that commits to its rows. Once closed, it is
 * left alone. Throws `internal` when answers are missing.
 */
export async function completeEvaluation(ctx: Context, id: string): Promise<void> {
  requireRole(ctx.actor, 'engineer');
  const targets = await targetsOf(ctx, id);
  const digests = new Map<string, string>();
  for (const target of targets) digests.set(target.name, await resultsDigest(ctx, id, target.name));
  await transact(ctx, async (ctx) => {
    const evaluation = await lockEvaluation(ctx.tx, id);
    if (evaluation === undefined || evaluation.completedAt !== undefined) return;
    const { done, total } = await progressOf(ctx, id);
    if (done !== total) throw new AppError('internal', `The evaluation ${id} has ${done} of ${total} answers.`);
    const { models } = await reportOf(ctx, evaluation);
    const results = targets.map((target) => ({
      name: target.name,
      identity: asJson(target.identity),
      resultsSha256: digests.get(target.name) ?? '',
      sets: (models[target.name]?.sets ?? []).map((set) =>
        asJson({ name: set.name, n: set.n, states: set.states, contamination: set.contamination }),
      ),
    }));
    const event = await appendEvent(ctx, {
      type: 'eval.completed',
      data: {
        evaluation: id,
        settings: asJson(evaluation.settings),
        profileDigest: evaluation.profileDigest,
        targets: results,
      },
    });
    await setCompleted(ctx.tx, id, ctx.clock.now(), event.seq);
  });
}
