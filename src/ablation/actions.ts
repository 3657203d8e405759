import { randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { specifyEvaluation } from '../evaluation/actions.ts';
import { comparisonInterval, comparisonTest } from '../evaluation/comparisons/comparison.ts';
import { readers } from '../evaluation/report-actions.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { trainingRuns } from '../training/actions.ts';
import type { TrainingRun } from '../training/schema.ts';
import { caveatsOf, conclusionOf, pooledFigures, pooledTest, seedFigures, setFigures } from './report.ts';
import {
  type Ablation,
  type AblationReport,
  Arm,
  type ArmState,
  type StartAblation,
  type StartedAblation,
  type TrainedArm,
} from './schema.ts';
import {
  ablationsOfModel,
  answeredPairs,
  insertAblation,
  insertArm,
  listAblations,
  lockAblation,
  readAblation,
  readArms,
  setCompleted,
  setEvaluation,
  setJob,
} from './store.ts';

/** The name of the run and of the model of one arm. */
export function armName(ablation: string, arm: Arm, seed: number): string {
  return `${ablation}-${arm}-s${seed}`;
}

/** The name of an arm among the targets of the evaluation. */
export function targetName(arm: Arm, seed: number): string {
  return `${arm}-s${seed}`;
}

/**
 * Writes down what is compared and enqueues it. The same name with the same input is the same ablation: one that was
 * interrupted goes on with what it has, a complete one is returned as it is. Another input under a used name is refused.
 */
export async function startAblation(ctx: Context, input: StartAblation): Promise<StartedAblation> {
  requireRole(ctx.actor, 'engineer');
  return transact(ctx, async (ctx) => {
    const known = await readAblation(ctx.tx, input.name);
    if (known !== undefined && canonicalJson(asJson(known.input)) !== canonicalJson(asJson(input)))
      throw new AppError('conflict', `The ablation "${input.name}" exists with other settings; choose another name.`);
    if (known?.completedAt !== undefined) return { ablation: known };
    const id = known?.id ?? randomUUID();
    if (known === undefined)
      await insertAblation(ctx.tx, { id, name: input.name, input, createdBy: ctx.actor.id, at: ctx.clock.now() });
    const job = await ctx.jobs.enqueueOnce(ctx.tx, 'ablation', { ablation: id }, ctx.actor.id);
    await setJob(ctx.tx, id, job);
    return { ablation: await ablationOf(ctx, id), job };
  });
}

/** An ablation by id or name; `not_found` when there is none. */
export async function ablationOf(ctx: Context, idOrName: string): Promise<Ablation> {
  const found = await readAblation(reader(ctx), idOrName);
  if (found === undefined) throw new AppError('not_found', `There is no ablation "${idOrName}".`);
  return found;
}

export async function recentAblations(ctx: Context, limit: number): Promise<Ablation[]> {
  requireRole(ctx.actor, ...readers);
  return listAblations(reader(ctx), limit);
}

/** The ablations of which a model is an arm. */
export async function ablationsWith(ctx: Context, digest: string): Promise<Ablation[]> {
  requireRole(ctx.actor, ...readers);
  return ablationsOfModel(reader(ctx), digest);
}

/** The arms that have been trained and registered. */
export async function trainedArms(ctx: Context, ablation: Ablation): Promise<TrainedArm[]> {
  return readArms(reader(ctx), ablation.id);
}

export async function recordArm(ctx: Context, ablation: Ablation, arm: TrainedArm): Promise<void> {
  requireRole(ctx.actor, 'engineer');
  await transact(ctx, (ctx) => insertArm(ctx.tx, ablation.id, arm));
}

/** The evaluation of all arms on the same questions, written down once; asking is the caller's. */
export async function armsEvaluation(ctx: Context, { id, input }: Ablation): Promise<string> {
  requireRole(ctx.actor, 'engineer');
  return transact(ctx, async (ctx) => {
    const known = (await lockAblation(ctx.tx, id))?.evaluation;
    if (known !== undefined) return known;
    const targets = (await readArms(ctx.tx, id)).map(({ arm, seed, model }) => ({
      name: targetName(arm, seed),
      ref: `model:${model}`,
    }));
    const { method, systemPrompt, maxTokens, limit, sets } = input;
    const evaluation = await specifyEvaluation(ctx, {
      targets,
      method,
      systemPrompt,
      maxTokens,
      seed: 1,
      ...(limit === undefined ? {} : { limit }),
      ...(sets === undefined ? {} : { sets }),
    });
    await setEvaluation(ctx.tx, id, evaluation);
    return evaluation;
  });
}

/** The report of an ablation, counted from its rows as they are now; `complete` says whether all are there. */
export async function ablationReport(ctx: Context, idOrName: string): Promise<AblationReport> {
  requireRole(ctx.actor, ...readers);
  return reportOf(ctx, await ablationOf(ctx, idOrName));
}

async function reportOf(ctx: Context, ablation: Ablation): Promise<AblationReport> {
  const { input, evaluation } = ablation;
  const pairs = evaluation === undefined ? [] : await answeredPairs(reader(ctx), evaluation, input.seeds);
  const arms = await armStates(ctx, ablation);
  const omittedRows = arms.find((one) => one.omitted !== undefined)?.omitted ?? null;
  const figures = { seeds: seedFigures(pairs, input.seeds), pooled: pooledFigures(pairs) };
  return {
    ablation,
    complete: ablation.completedAt !== undefined,
    arms,
    omittedRows,
    ...figures,
    sets: setFigures(pairs),
    seedTest: `${comparisonTest}; ${comparisonInterval}`,
    pooledTest,
    conclusion: conclusionOf(input, omittedRows, figures.pooled),
    caveats: caveatsOf(input, arms, figures),
  };
}

async function armStates(ctx: Context, { id, name, input }: Ablation): Promise<ArmState[]> {
  const trained = await readArms(reader(ctx), id);
  const runs = new Map((await trainingRuns(ctx)).map((run) => [run.name, run]));
  return input.seeds.flatMap((seed) =>
    Arm.options.map((arm) => {
      const run = armName(name, arm, seed);
      const registered = trained.find((one) => one.arm === arm && one.seed === seed);
      return { ...(registered ?? { arm, seed, run }), ...runFacts(runs.get(run)) };
    }),
  );
}

function runFacts(run: TrainingRun | undefined): Pick<ArmState, 'state' | 'truncated' | 'omitted'> {
  const omitted = run?.result?.composition?.omitted;
  return {
    state: run?.state ?? 'waiting',
    ...(run?.result === undefined ? {} : { truncated: run.result.truncated }),
    ...(omitted === undefined ? {} : { omitted: Object.values(omitted).reduce((sum, count) => sum + count, 0) }),
  };
}

/** Closes an ablation whose models have answered every question, with the event that holds its figures. Once closed, it is left alone. */
export async function completeAblation(ctx: Context, id: string): Promise<void> {
  requireRole(ctx.actor, 'engineer');
  await transact(ctx, async (ctx: TxContext) => {
    const ablation = await lockAblation(ctx.tx, id);
    if (ablation === undefined || ablation.completedAt !== undefined) return;
    const { arms, pooled, seeds, conclusion, omittedRows } = await reportOf(ctx, ablation);
    const { seq } = await appendEvent(ctx, {
      type: 'ablation.completed',
      data: {
        ablation: id,
        name: ablation.name,
        input: asJson(ablation.input),
        evaluation: ablation.evaluation ?? '',
        arms: arms.map(asJson),
        omittedRows,
        pooled: asJson(pooled),
        seeds: seeds.map(asJson),
        conclusion,
      },
    });
    await setCompleted(ctx.tx, id, ctx.clock.now(), seq);
  });
}
