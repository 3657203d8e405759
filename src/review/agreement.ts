import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import type { Rubric } from '../profile/schema.ts';
import { agreementTable } from '../statistics/agreement-table.ts';
import type { StatisticResult } from '../statistics/result.ts';
import type { AgreementFigure, AgreementReport } from './agreement-schema.ts';
import type { Review } from './schema.ts';
import { reviewPage } from './store.ts';

const seed = 20260522;
const pageSize = 1000;

/**
 * Agreement of the first, independent scores: per criterion Krippendorff's ordinal alpha with an item-bootstrap interval,
 * per dimension that anybody found violated Gwet's AC1. Confirmations of edits are not ratings and stay out.
 */
export async function agreement(ctx: Context): Promise<AgreementReport> {
  requireRole(ctx.actor, 'steward', 'auditor', 'engineer', 'adjudicator', 'panel-chair');
  return agreementOf(await allReviews(ctx), ctx.profile.rubrics);
}

async function allReviews(ctx: Context): Promise<Review[]> {
  const reviews: Review[] = [];
  for (let after: string | undefined; ; ) {
    const page = await reviewPage(reader(ctx), after, pageSize);
    reviews.push(...page);
    after = page.at(-1)?.id;
    if (page.length < pageSize) return reviews;
  }
}

/** The report for reviews made by these rubrics; a unit is one round of one instance, a rater one reviewer. */
export function agreementOf(reviews: Review[], rubrics: Rubric[]): AgreementReport {
  const criteria = rubrics.flatMap((rubric) => rubric.criteria.map((criterion) => criterion.id));
  const withDimensions = new Set(rubrics.filter((rubric) => rubric.dimensions).map((rubric) => rubric.track));
  const reviewers = [...new Set(reviews.map((review) => review.reviewer))].sort();
  const rounds = Map.groupBy(reviews, (review) => `${review.instanceId}/${review.round}`);
  const units = [...rounds.keys()].sort().map((key) => rounds.get(key) ?? []);
  const table = (units: Review[][], rating: (review: Review) => number | null): (number | null)[][] =>
    units.map((unit) =>
      reviewers.map((reviewer) => {
        const review = unit.find((one) => one.reviewer === reviewer);
        return review === undefined ? null : rating(review);
      }),
    );
  const scored = (criterion: string): Review[][] =>
    units.filter((unit) => unit.some((review) => criterion in review.scores));
  const dimensions = [...new Set(reviews.flatMap((review) => review.violations.map((one) => one.dimension)))].sort();
  const judged = units.filter((unit) => unit.some((review) => withDimensions.has(review.track)));
  return {
    rounds: units.filter((unit) => unit.length >= 2).length,
    reviewers: reviewers.length,
    criteria: criteria.map((criterion) => {
      const ratings = table(scored(criterion), (review) => review.scores[criterion] ?? null);
      return figure(criterion, 'krippendorffAlpha.ordinal', ratings, [1, 2, 3, 4, 5]);
    }),
    violations: dimensions.map((dimension) => {
      const ratings = table(judged, (review) => (review.violations.some((one) => one.dimension === dimension) ? 1 : 0));
      return figure(dimension, 'gwetAC1', ratings, [0, 1]);
    }),
  };
}

function figure(criterion: string, statistic: string, ratings: (number | null)[][], scale: number[]): AgreementFigure {
  if (ratings.length === 0) return { criterion, statistic, method: statistic, value: null, reason: 'no reviews', n: 0 };
  const level = scale.length === 2 ? 'nominal' : 'ordinal';
  const report = agreementTable(ratings, level, { seed, scale });
  const result = report.results.find((one) => one.statistic.startsWith(statistic));
  const percent = report.results.find((one) => one.statistic.startsWith('percentAgreement'));
  if (result === undefined)
    return { criterion, statistic, method: statistic, value: null, reason: 'not applicable', n: ratings.length };
  return { criterion, ...shown(result), ...(percent?.value == null ? {} : { percentAgreement: percent.value }) };
}

function shown(result: StatisticResult): Omit<AgreementFigure, 'criterion'> {
  const { statistic, method, value, reason, n, raters, ci95, seed } = result;
  return {
    statistic,
    method,
    value,
    n,
    ...(reason === undefined ? {} : { reason }),
    ...(raters === undefined ? {} : { raters }),
    ...(ci95 === undefined ? {} : { ci95: [ci95[0], ci95[1]] }),
    ...(seed === undefined ? {} : { seed }),
  };
}
