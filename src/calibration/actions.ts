import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { defaultSequentialSettings } from '../statistics/power/sequential-binomial.ts';
import { overseers, reviewers } from './access.ts';
import { agreementOf, reviewerAgreements } from './agreement/agreement.ts';
import { batchFigures, literalLimit, longestBatch, modelFigures, modelWindow } from './batches/batches.ts';
import type { BatchReport } from './batches/schema.ts';
import { outcomesBy } from './batches/store.ts';
import { kept, ratingCounts, reviewerCounts } from './cache.ts';
import { standingOf } from './gold/gold.ts';
import { answersOf } from './gold/store.ts';
import { driftOf, driftSettings } from './reviewers/drift.ts';
import type { ReviewerFigures, ReviewersReport } from './reviewers/schema.ts';
import { severities } from './reviewers/severity.ts';
import { lastResiduals, type Person, reviewingPeople } from './reviewers/store.ts';
import { type AgreementQuery, AgreementReport, minimumUnits } from './schema.ts';

const Figures = AgreementReport.omit({ asOf: true, by: true, minimumUnits: true });

/** Batches shown: the newest. */
const batchesShown = 100;

/** Hidden gold is told to the reviewer in groups of so many answers, so that no single item gives itself away. */
const hiddenGroup = 10;

/**
 * Agreement of the first, independent reviews, per criterion and dimension, over everything or in slices. Where counting
 * takes long the last figures are given with the number of newer reviews, unless `fresh` asks to count again.
 */
export async function agreement(ctx: Context, { by, fresh }: AgreementQuery): Promise<AgreementReport> {
  requireRole(ctx.actor, ...overseers, 'adjudicator');
  const { rubrics } = ctx.profile;
  if (by === 'reviewer') {
    requireRole(ctx.actor, ...overseers);
    const { content, basis, asOf } = await reviewerCounts(ctx, fresh);
    const figures = await kept(ctx, { name: `agreement/${by}`, basis, schema: Figures }, () => ({
      criteria: reviewerAgreements(content, rubrics),
      dimensions: [],
    }));
    return { by, asOf, minimumUnits, ...figures };
  }
  const { content, basis, asOf } = await ratingCounts(ctx, fresh);
  const figures = await kept(ctx, { name: `agreement/${by}`, basis, schema: Figures }, () =>
    agreementOf(content, rubrics, by),
  );
  return { by, asOf, minimumUnits, ...figures };
}

/**
 * Severity, drift, agreement with the others and gold of every reviewer, in the order of their ids: no ranking. A reviewer
 * who oversees nobody gets their own figures only.
 */
export async function reviewersReport(ctx: Context, fresh: boolean): Promise<ReviewersReport> {
  requireRole(ctx.actor, ...overseers, ...reviewers);
  const own = !ctx.actor.roles.some((role) => overseers.includes(role));
  const { content, basis, asOf } = await reviewerCounts(ctx, fresh);
  const { criteria } = await kept(ctx, { name: 'agreement/reviewer', basis, schema: Figures }, () => ({
    criteria: reviewerAgreements(content, ctx.profile.rubrics),
    dimensions: [],
  }));
  const severity = severities(content.residuals);
  const people = await reviewingPeople(reader(ctx), own ? ctx.actor.id : undefined);
  const figures: ReviewerFigures[] = [];
  for (const person of people) {
    const { drift, gold } = await history(ctx, person, { sigma: severity.sigma, own });
    const mine = severity.by.get(person.id);
    figures.push({
      reviewer: person.id,
      name: person.name,
      reviews: person.reviews,
      ...(mine === undefined ? {} : { severity: mine }),
      ...(mine === undefined ? { lacking: severity.sigma === null ? 'no variation' : 'too few' } : {}),
      ...(drift === undefined ? {} : { drift }),
      agreement: criteria.filter((one) => one.slice === person.id),
      gold,
    });
  }
  return { asOf, own, reviewers: figures };
}

async function history(
  ctx: Context,
  person: Person,
  { sigma, own }: { sigma: number | null; own: boolean },
): Promise<Pick<ReviewerFigures, 'gold'> & { drift: ReturnType<typeof driftOf> }> {
  const residuals = await lastResiduals(reader(ctx), person.id, driftSettings.window + driftSettings.before);
  const answers = await answersOf(reader(ctx), person.id);
  const training = answers.filter((one) => one.use === 'training');
  const hidden = answers.filter((one) => one.use === 'hidden');
  const told = own ? hidden.slice(0, hidden.length - (hidden.length % hiddenGroup)) : hidden;
  return { drift: driftOf(residuals, sigma), gold: standingOf([...training, ...told]) };
}

/** The sequential strike rule over the batches and the models of the teacher, beside the literal five. */
export async function batchReport(ctx: Context): Promise<BatchReport> {
  requireRole(ctx.actor, ...overseers);
  const batches = await outcomesBy(reader(ctx), 'batch', { limit: longestBatch, groups: batchesShown });
  const models = await outcomesBy(reader(ctx), 'model', { limit: modelWindow, groups: batchesShown });
  return {
    settings: { ...defaultSequentialSettings, literal: literalLimit },
    batches: batches.map(batchFigures),
    models: models.map(modelFigures),
    window: modelWindow,
  };
}
