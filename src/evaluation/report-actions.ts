import { createHash } from 'node:crypto';
import { type Role, requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { questionsSeen } from '../registry/actions.ts';
import { nearOverlap } from '../registry/near.ts';
import { rateOf } from '../statistics/intervals/proportion.ts';
import { readScoreCounts } from './open-replies/store.ts';
import { countOverlaps, readOverlapCheck } from './overlap/store.ts';
import { variantsOf } from './plan.ts';
import { type Contamination, targetReports } from './report.ts';
import { type EvaluationReport, type EvaluationSlices, fewQuestions, type OverlapFigures } from './report-schema.ts';
import type { BenchmarkSet, Evaluation, ItemPage, ListedEvaluation, Target } from './schema.ts';
import {
  askedQuestions,
  countAnswers,
  evaluationsByModel,
  listEvaluations,
  readAnswerCounts,
  readBenchmarkSets,
  readEvaluation,
  readQuestionCounts,
  readSetCounts,
  readTargets,
} from './store.ts';
import { type ItemFilter, itemPage } from './store-items.ts';
import { readOwnSlices } from './store-slices.ts';

/** Who may see replies and figures. */
export const readers: Role[] = ['engineer', 'red-teamer', 'steward', 'release-approver', 'auditor'];
const pageSize = 250;

export async function evaluationOf(ctx: Context, id: string): Promise<Evaluation> {
  const evaluation = await readEvaluation(reader(ctx), id);
  if (evaluation === undefined) throw new AppError('not_found', `There is no evaluation ${id}.`);
  return evaluation;
}

/** The targets of an evaluation, in the order in which they were named. */
export async function targetsOf(ctx: Context, id: string): Promise<Target[]> {
  return readTargets(reader(ctx), id);
}

/** One target of an evaluation; `not_found` when there is none of that name. */
export async function targetOf(ctx: Context, id: string, name: string): Promise<Target> {
  const targets = await targetsOf(ctx, (await evaluationOf(ctx, id)).id);
  const target = targets.find((one) => one.name === name);
  if (target !== undefined) return target;
  const known = targets.map((one) => one.name).join(', ');
  throw new AppError('not_found', `The evaluation ${id} has no target "${name}" (there are: ${known}).`);
}

/** How many of the evaluation's replies are stored, and how many there will be. */
export async function progressOf(
  ctx: Context,
  id: string,
): Promise<{ done: number; total: number; questions: number }> {
  const tx = reader(ctx);
  const sets = await readSetCounts(tx, id);
  const questions = sets.reduce((sum, set) => sum + set.questions, 0);
  const replies = sets.reduce((sum, set) => sum + set.questions * variantsOf(set.plan), 0);
  const targets = (await readTargets(tx, id)).length;
  return { done: await countAnswers(tx, id), total: replies * targets, questions };
}

/**
 * SHA-256 (hex) over a target's results: for each question in the order of positions the RFC 8785 text of [id, identity,
 * expected, state, answer or null, rule, call key], each followed by a line feed. The pages of items hold all of it.
 */
export async function resultsDigest(ctx: Context, id: string, target: string): Promise<string> {
  const hash = createHash('sha256');
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: ItemPage = await itemPage(reader(ctx), id, { target, from, limit: pageSize });
    for (const one of page.items) {
      const { question, questionIdentity, expected, state, answer, rule, callKey } = one;
      hash.update(`${canonicalJson([question, questionIdentity, expected, state, answer ?? null, rule, callKey])}\n`);
    }
    from = page.next;
  }
  return hash.digest('hex');
}

/** A page of one target's replies with their verdicts. */
export async function listItems(ctx: Context, id: string, filter: ItemFilter): Promise<ItemPage> {
  requireRole(ctx.actor, ...readers);
  await targetOf(ctx, id, filter.target);
  return itemPage(reader(ctx), id, filter);
}

/** The report of an evaluation, counted from its rows as they are now; `complete` says whether all are there. */
export async function evaluationReport(ctx: Context, id: string): Promise<EvaluationReport> {
  requireRole(ctx.actor, ...readers);
  return reportOf(ctx, await evaluationOf(ctx, id));
}

/** The report of an evaluation for callers that hold their own right to it. */
export async function reportOf(ctx: Context, evaluation: Evaluation): Promise<EvaluationReport> {
  const tx = reader(ctx);
  const targets = await readTargets(tx, evaluation.id);
  const contamination: Record<string, Contamination> = {};
  for (const target of targets) contamination[target.name] = await contaminationOf(ctx, evaluation.id, target);
  const models = targetReports({
    targets,
    sets: await readSetCounts(tx, evaluation.id),
    answers: await readAnswerCounts(tx, evaluation.id),
    repeated: await readQuestionCounts(tx, evaluation.id),
    scores: await readScoreCounts(tx, evaluation.id),
    contamination,
    overlaps: await overlapsOf(ctx, evaluation.id),
  });
  return { evaluation, complete: evaluation.completedAt !== undefined, models };
}

async function overlapsOf(ctx: Context, id: string): Promise<Record<string, OverlapFigures>> {
  const tx = reader(ctx);
  const compared = await readOverlapCheck(tx, id);
  if (compared === undefined) return {};
  const figures: Record<string, OverlapFigures> = {};
  for (const { set } of await readSetCounts(tx, id)) figures[set] = { compared, questions: {}, released: {} };
  for (const { set, kind, questions, released } of await countOverlaps(tx, id)) {
    const one = figures[set];
    if (one === undefined) continue;
    one.questions[kind] = questions;
    one.released[kind] = released;
  }
  return figures;
}

/** In how many of each set's questions the rows overlap that the model and its line were trained on, by exact identity. */
async function contaminationOf(ctx: Context, id: string, target: Target): Promise<Contamination> {
  const { identity } = target;
  if (identity.kind === 'endpoint') return null;
  const releases = [identity, ...identity.lineage].flatMap((one) => (one.release === undefined ? [] : [one.release]));
  if (releases.length === 0) return null;
  const questions: Record<string, number> = {};
  for (let from = 0; ; ) {
    const page = await askedQuestions(reader(ctx), id, from, pageSize);
    const seen = new Set(
      await questionsSeen(
        ctx,
        identity.digest,
        page.map((one) => one.id),
      ),
    );
    for (const one of page) if (seen.has(one.id)) questions[one.set] = (questions[one.set] ?? 0) + 1;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) {
      const near = await nearOverlap(ctx, identity.digest);
      return {
        releases: [...new Set(releases)],
        questions,
        near: Object.fromEntries(near.sets.map((set) => [set.set, set.questions])),
      };
    }
    from = last.position + 1;
  }
}

/** The latest evaluations, newest first, each with what it asks whom and how far it is. */
export async function recentEvaluations(ctx: Context, limit: number): Promise<ListedEvaluation[]> {
  requireRole(ctx.actor, ...readers);
  const tx = reader(ctx);
  const listed: ListedEvaluation[] = [];
  for (const evaluation of await listEvaluations(tx, limit)) {
    const { id, completedAt } = evaluation;
    const asked = (await readSetCounts(tx, id)).filter((set) => set.questions > 0);
    const targets = (await readTargets(tx, id)).map((target) => target.name);
    const total = targets.length * asked.reduce((sum, set) => sum + set.questions * variantsOf(set.plan), 0);
    const done = completedAt === undefined ? await countAnswers(tx, id) : total; // a complete one has every reply
    listed.push({ ...evaluation, targets, sets: asked.map((set) => set.set), done, total });
  }
  return listed;
}

/** How each target did by language, specialty, dimension and the benchmarks' own fields; questions for judges left out. */
export async function evaluationSlices(ctx: Context, id: string): Promise<EvaluationSlices> {
  requireRole(ctx.actor, ...readers);
  const slices = await readOwnSlices(reader(ctx), (await evaluationOf(ctx, id)).id);
  return {
    few: fewQuestions,
    slices: slices.map(({ right, n, ...slice }) => {
      const { rate, ci95 } = rateOf(right, n);
      return { ...slice, correct: right, n, rate, ci95, few: n < fewQuestions };
    }),
  };
}

/** The evaluations that asked a registered model, oldest first, with its name among their targets. */
export async function evaluationsOfModel(
  ctx: Context,
  digest: string,
): Promise<{ evaluation: Evaluation; target: string }[]> {
  requireRole(ctx.actor, ...readers);
  return evaluationsByModel(reader(ctx), digest);
}

/** The benchmark sets of the corpus. */
export async function benchmarkSets(ctx: Context): Promise<BenchmarkSet[]> {
  requireRole(ctx.actor, ...readers);
  return readBenchmarkSets(reader(ctx));
}
