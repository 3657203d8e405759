import { randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { modelIdentity } from '../registry/actions.ts';
import { countUnjudged } from './open-replies/store.ts';
import { isOpen, planOf } from './plan.ts';
import { evaluationOf, progressOf, reportOf, resultsDigest, targetsOf } from './report-actions.ts';
import type { Answer, EvaluationSettings, SetPlan, StartEvaluation, StartedEvaluation, Target } from './schema.ts';
import { submitToSealed } from './sealed-sets/actions.ts';
import {
  insertAnswers,
  insertEvaluation,
  insertQuestions,
  lockEvaluation,
  readBenchmarkSets,
  readSetCounts,
  setCompleted,
} from './store.ts';
import { drawExamples, insertPlans } from './store-plan.ts';

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
  const names = await wantedSets(ctx, sets, settings);
  const plans = new Map(names.map((set) => [set, planOf(ctx.profile, set, settings)]));
  const open = [...plans].flatMap(([set, plan]) => (isOpen(plan) ? [set] : []));
  await insertQuestions(ctx.tx, id, { names, open }, settings);
  await refuseEmptySets(ctx, id, sets);
  await insertPlans(ctx.tx, id, plans);
  await chooseExamples(ctx, id, plans, settings);
  await submitToSealed(ctx, { evaluation: id, sets: names, targets });
  return id;
}

/** The sets named, or all that the corpus holds; open ones among the latter only where judges are named. */
async function wantedSets(
  ctx: TxContext,
  named: string[] | undefined,
  settings: EvaluationSettings,
): Promise<string[]> {
  const judges = settings.judges ?? [];
  for (const judge of judges) await modelIdentity(ctx, judge);
  const fewest = (set: string): number => {
    const { scoring } = planOf(ctx.profile, set, settings);
    return scoring.by === 'key' ? 0 : scoring.judges;
  };
  if (named === undefined) {
    const all = (await readBenchmarkSets(ctx.tx)).map((set) => set.name);
    return all.filter((set) => fewest(set) <= judges.length);
  }
  for (const set of named)
    if (fewest(set) > judges.length)
      throw new AppError(
        'invalid_input',
        `The set "${set}" has open replies, which ${fewest(set)} judge${fewest(set) === 1 ? '' : 's'} must score; ${judges.length} named. Name them with --judge, for example --judge endpoint:judge.`,
      );
  return [...new Set(named)];
}

/** Draws the solved examples of each set that has some; they come from a set that is not asked. */
async function chooseExamples(
  ctx: TxContext,
  id: string,
  plans: ReadonlyMap<string, SetPlan>,
  { seed }: EvaluationSettings,
): Promise<void> {
  for (const [set, { examples }] of plans) {
    if (examples === undefined) continue;
    const { set: from, shots } = examples;
    if (plans.has(from))
      throw new AppError(
        'invalid_input',
        `The examples for "${set}" would come from "${from}", which this evaluation asks. Name another set, or leave that one out.`,
      );
    const found = await drawExamples(ctx.tx, id, { set, from, shots, seed });
    if (found < shots)
      throw new AppError(
        'invalid_input',
        `The set "${from}" has ${found} question${found === 1 ? '' : 's'} that can be an example for "${set}" (one right option, its language, not asked itself); ${shots} are wanted. Import more of it, or ask for fewer.`,
      );
  }
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
  // One statement is a transaction of its own; BEGIN and COMMIT around it cost as much as it does.
  await insertAnswers(reader(ctx), id, answers);
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
    const unjudged = await countUnjudged(ctx.tx, id, new Set(evaluation.settings.judges).size);
    if (unjudged !== 0) throw new AppError('internal', `The evaluation ${id} lacks ${unjudged} judgments.`);
    const { models } = await reportOf(ctx, evaluation);
    const results = targets.map((target) => ({
      name: target.name,
      identity: asJson(target.identity),
      resultsSha256: digests.get(target.name) ?? '',
      sets: (models[target.name]?.sets ?? []).map((set) =>
        asJson({
          name: set.name,
          n: set.n,
          states: set.states,
          contamination: set.contamination,
          overlap: set.overlap,
        }),
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
