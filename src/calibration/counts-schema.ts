import { z } from 'zod';

/** Where a rated text stands: what slices of a report are made of. */
const Place = z.object({ kind: z.string(), language: z.string(), specialty: z.string().nullable() });

/** So many rounds were scored alike on a criterion: `pattern` is the scores in ascending order, for example "445". */
export const ScorePattern = Place.extend({
  criterion: z.string(),
  pattern: z.string(),
  units: z.int(),
  /** One of these rounds' instances. */
  example: z.uuid(),
});
export type ScorePattern = z.infer<typeof ScorePattern>;

/** In so many rounds with `ratings` reviews, `found` reviewers found the dimension violated. */
export const DimensionPattern = Place.extend({
  dimension: z.string(),
  ratings: z.int(),
  found: z.int(),
  units: z.int(),
});
export type DimensionPattern = z.infer<typeof DimensionPattern>;

/** So many instances have these sums over their steps that two or more reviewers marked. */
export const StepCluster = z.object({
  /** Marks "wrong", and other marks. */
  wrong: z.int(),
  other: z.int(),
  /** Σ over steps of the ordered pairs of unlike marks over the step's marks less one. */
  unlike: z.number(),
  steps: z.int(),
  instances: z.int(),
});
export type StepCluster = z.infer<typeof StepCluster>;

/** A reviewer gave `own` in so many rounds whose scores, their own among them, were `pattern`. */
export const ReviewerPattern = z.object({
  reviewer: z.string(),
  criterion: z.string(),
  own: z.int(),
  pattern: z.string(),
  units: z.int(),
});
export type ReviewerPattern = z.infer<typeof ReviewerPattern>;

/** Sums of a reviewer's residuals: per round, the mean of the own scores less the mean of the other reviewers'. */
export const ResidualSums = z.object({ reviewer: z.string(), n: z.int(), sum: z.number(), squares: z.number() });
export type ResidualSums = z.infer<typeof ResidualSums>;

export const RaterPlace = Place.extend({ reviewer: z.string() });
export type RaterPlace = z.infer<typeof RaterPlace>;

/** Counts over all first reviews, small however many reviews there are. */
export const RatingCounts = z.object({
  scores: z.array(ScorePattern),
  dimensions: z.array(DimensionPattern),
  /** Rounds on tracks with dimensions by their number of reviews. */
  judged: z.array(Place.extend({ ratings: z.int(), units: z.int() })),
  steps: z.array(StepCluster),
  /** Steps that only one reviewer marked: not comparable. */
  stepsMarkedOnce: z.int(),
  raters: z.array(RaterPlace),
});
export type RatingCounts = z.infer<typeof RatingCounts>;

/** The same reviews seen from each reviewer. */
export const ReviewerCounts = z.object({ patterns: z.array(ReviewerPattern), residuals: z.array(ResidualSums) });
export type ReviewerCounts = z.infer<typeof ReviewerCounts>;
