import type { Context } from '../../context/context.ts';
import { reader } from '../../context/context.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import type { Database } from '../../db/database.ts';
import { asJson } from '../../ledger/actions.ts';
import { type BudgetGuard, openBudget } from '../../llm/calls/budget.ts';
import { createGroup, type Group } from '../../llm/calls/group.ts';
import { getTrainingRun } from '../actions.ts';
import { openJudge } from './judges.ts';
import { keepJudgments, type ToKeep } from './keep.ts';
import type { OpenJudge } from './open-judge.ts';
import type { RewardDefinition } from './schema.ts';
import { firstPassedCanary, type Judgment } from './store.ts';

/** What scores one run's completions in this process. */
export type RunScoring = {
  readonly run: { id: string; name: string };
  readonly definition: RewardDefinition;
  readonly judge: OpenJudge;
  readonly heldOut?: OpenJudge;
  readonly budget?: BudgetGuard;
  /** Samples that are being judged, by id and text: an equal one asked for meanwhile waits for the same judgment. */
  readonly pending: Map<string, Promise<Judgment>>;
  readonly keep: Group<ToKeep, Judgment[]>;
  /** Batches judged since the scoring was opened. */
  batches: number;
  /** Why no more rewards are given. */
  stopped?: AppError;
};

/** Scorings live as long as the process that owns the database; each request brings a context of its own. */
const opened = new WeakMap<Database, Map<string, Promise<RunScoring>>>();

/** Opens the scoring of a run once in this process, by id or name; anew where the run's definition was changed. */
export async function scoringOf(ctx: Context, idOrName: string): Promise<RunScoring> {
  const run = await getTrainingRun(ctx, idOrName);
  const definition = run.input.reward;
  if (definition === undefined)
    throw new AppError('conflict', `The run "${run.name}" (${run.stage}) has no reward: only GRPO runs are scored.`);
  const scorings = opened.get(ctx.db) ?? new Map<string, Promise<RunScoring>>();
  opened.set(ctx.db, scorings);
  const key = canonicalJson([run.id, asJson(definition), ctx.profile.digest]);
  const known = scorings.get(key);
  if (known !== undefined) return known;
  const opening = open(ctx, run, definition).catch((error: unknown) => {
    scorings.delete(key); // what is missing now may be there later
    throw error;
  });
  scorings.set(key, opening);
  return opening;
}

async function open(
  ctx: Context,
  { id, name }: { id: string; name: string },
  definition: RewardDefinition,
): Promise<RunScoring> {
  const { heldOut, budget } = definition;
  const passed = definition.stopOnCanary ? await firstPassedCanary(reader(ctx), id) : undefined;
  const run = { id, name };
  return {
    run,
    definition,
    judge: await openJudge(ctx, definition),
    ...(heldOut === undefined ? {} : { heldOut: await openJudge(ctx, heldOut) }),
    ...(budget === undefined
      ? {}
      : { budget: openBudget(ctx.db, { subjectsOf: id, name: `the judges of the run "${name}"` }, budget) }),
    pending: new Map(),
    keep: createGroup((batches) => keepJudgments(run, batches), 64),
    batches: 0,
    ...(passed === undefined ? {} : { stopped: canaryStop(name, passed) }),
  };
}

/** Why scoring has ended for a run whose judge let a canary pass. */
export function canaryStop(run: string, passed: { judge: string; step: number; score: number | null }): AppError {
  return new AppError(
    'unavailable',
    `The judge ${passed.judge} scored a reply known to be bad with ${passed.score} (run "${run}", step ${passed.step}), so its rewards cannot be trusted and scoring has ended. Look at the canary's judgment, then start another run with another judge, or without stopOnCanary.`,
    { details: { run, stopped: 'canary' } },
  );
}
