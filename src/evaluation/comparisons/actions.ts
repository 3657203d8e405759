import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { evaluationOf, readers, targetOf } from '../report-actions.ts';
import { fewQuestions } from '../report-schema.ts';
import type { Target } from '../schema.ts';
import {
  comparisonInterval,
  comparisonTest,
  comparisonWarnings,
  pairedFigures,
  pairedParts,
  regressionsOf,
  totalCounts,
} from './comparison.ts';
import type { ComparisonReport } from './schema.ts';
import { countUnpaired, flipPage, readPairedCounts, readSliceCounts, type Side } from './store.ts';

export type ComparisonInput = { a: Side; b: Side; after?: string; limit: number };

/** Two targets, of one evaluation or of two, on the questions that both were asked; with a page of the flips. */
export async function compareTargets(ctx: Context, input: ComparisonInput): Promise<ComparisonReport> {
  requireRole(ctx.actor, ...readers);
  const { a, b, after, limit } = input;
  const tx = reader(ctx);
  const sides = { a: await sideOf(ctx, a), b: await sideOf(ctx, b) };
  const sets = await readPairedCounts(tx, a, b);
  const flips = await flipPage(tx, { a, b }, { after, limit: limit + 1 });
  const more = flips.splice(limit).length > 0;
  const next = more ? flips.at(-1)?.question : undefined;
  const evaluations = [await evaluationOf(ctx, a.evaluation), await evaluationOf(ctx, b.evaluation)] as const;
  const figures = {
    overall: pairedFigures(totalCounts(sets.map((set) => set.counts))),
    sets: pairedParts(sets),
    slices: pairedParts(await readSliceCounts(tx, a, b)).map((one) => ({ ...one, few: one.n < fewQuestions })),
  };
  return {
    ...sides,
    test: comparisonTest,
    ciMethod: comparisonInterval,
    ...figures,
    complete: figures.overall.n > 0 && evaluations.every((one) => one.completedAt !== undefined),
    regressions: regressionsOf(figures),
    unpaired: { a: await countUnpaired(tx, a, b), b: await countUnpaired(tx, b, a) },
    warnings: comparisonWarnings(...evaluations),
    flips,
    ...(next === undefined ? {} : { next }),
  };
}

async function sideOf(ctx: Context, side: Side): Promise<Side & Pick<Target, 'identity'>> {
  return { ...side, identity: (await targetOf(ctx, side.evaluation, side.target)).identity };
}
