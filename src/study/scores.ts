import type { Arm } from '../statistics/comparisons/analysis.ts';
import { mean, sum } from '../statistics/vector.ts';
import type { StudyDesign, StudyOutcome } from './design-schema.ts';
import type { SealedDesign } from './sealed-design.ts';
import type { StoredResponse } from './store.ts';
import type { StoredRating } from './store-rating.ts';

/** A rating with its response, and why it does not count where it does not. */
export type CountedRating = StoredRating & { of: StoredResponse; total: number; excluded?: string };

/** Ratings with the registered exclusions applied. */
export function countRatings(
  { design, axes }: SealedDesign,
  responses: readonly StoredResponse[],
  ratings: readonly StoredRating[],
): CountedRating[] {
  const byId = new Map(responses.map((one) => [one.id, one]));
  return ratings.flatMap((rating) => {
    const of = byId.get(rating.response);
    if (of === undefined) return [];
    const excluded = exclusionOf(rating, design);
    const total = sum(axes.map((axis) => rating.scores[axis.id] ?? Number.NaN));
    return [{ ...rating, of, total, ...(excluded === undefined ? {} : { excluded }) }];
  });
}

function exclusionOf({ recognised, seconds }: StoredRating, { registration }: StudyDesign): string | undefined {
  const { recognised: unblinded, minimumSeconds } = registration.exclusions;
  if (unblinded && recognised) return 'the rater recognised the source';
  if (minimumSeconds !== undefined && seconds !== undefined && seconds < minimumSeconds)
    return `rated in less than ${minimumSeconds} seconds`;
  return undefined;
}

/** A thousand-millionth: sums of thirds are compared with thresholds and with each other. */
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;

/**
 * Each arm's score on every vignette, in their order: the mean over the raters of each response, then over the arm's people. A
 * vignette without any counted rating of the arm is missing. Pass marks are 1 where the mean total reaches the threshold.
 */
export function armScores(design: StudyDesign, ratings: readonly CountedRating[], outcome: StudyOutcome): Arm[] {
  const scoreOf = (one: CountedRating): number =>
    outcome.of === 'axis' ? (one.scores[outcome.axis] ?? Number.NaN) : one.total;
  const byResponse = Map.groupBy(
    ratings.filter((one) => one.excluded === undefined),
    (one) => one.of.id,
  );
  const byPlace = new Map<string, number[]>();
  for (const some of byResponse.values()) {
    const [first] = some;
    if (first === undefined) continue;
    const place = `${first.of.arm} ${first.of.vignette}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), mean(some.map(scoreOf))]);
  }
  return design.arms.map(({ id }) => ({
    name: id,
    values: design.vignettes.map((vignette) => {
      const people = byPlace.get(`${id} ${vignette.id}`);
      if (people === undefined) return null;
      const score = rounded(mean(people));
      return outcome.of === 'pass' ? Number(score >= outcome.threshold) : score;
    }),
  }));
}
