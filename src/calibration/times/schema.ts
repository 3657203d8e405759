import { z } from 'zod';

const Pair = z.tuple([z.number(), z.number()]);

/** Active seconds of a review of one kind of question. */
export const ReviewTime = z.object({
  kind: z.string(),
  n: z.int(),
  median: z.number(),
  quartiles: Pair,
});
export type ReviewTime = z.infer<typeof ReviewTime>;

/** How long an amount of work takes, in hours of clinicians. */
export const PlanBasis = z.enum(['published estimate', 'stated minutes', 'measured']);

export const PlanQuery = z.strictObject({
  instances: z.coerce.number().int().min(1).max(100_000_000),
  overlap: z.coerce.number().min(1).max(20),
  /** Minutes of one review, lowest and highest, for example "3,6". */
  minutes: z
    .string()
    .regex(/^\d+(\.\d+)?,\d+(\.\d+)?$/, 'two numbers with a comma between them, for example 3,6')
    .transform((text) => text.split(',').map(Number))
    .pipe(Pair)
    .refine(([low, high]) => low > 0 && low <= high, 'the first number is above 0 and at most the second')
    .exactOptional(),
});
export type PlanQuery = z.output<typeof PlanQuery>;

export const Plan = z.object({
  instances: z.int(),
  overlap: z.number(),
  reviews: z.int(),
  basis: PlanBasis,
  /** How many reviews were measured. */
  measured: z.int(),
  minutes: Pair,
  hours: Pair,
  /** Hours where every review is clean, and where every review needs edits; published estimate only. */
  clean: Pair.exactOptional(),
  edited: Pair.exactOptional(),
});
export type Plan = z.infer<typeof Plan>;

export const Forecast = z.object({
  /** Days (UTC) whose numbers of reviews it rests on. */
  days: z.int(),
  perDay: z.number(),
  /** Days of work left, and its 95 % interval; no upper end where days without any review are too many. */
  left: z.number(),
  ci95: z.tuple([z.number(), z.number().nullable()]),
  method: z.string(),
  seed: z.int(),
  replicates: z.int(),
});
export type Forecast = z.infer<typeof Forecast>;

export const TimeReport = z.object({
  own: z.boolean(),
  times: z.array(ReviewTime),
  /** Reviews of each day (UTC) and reviewer, over the last four weeks. */
  daily: z.array(z.object({ day: z.string(), reviewer: z.string(), reviews: z.int() })),
  remaining: z.int(),
  forecast: Forecast.exactOptional(),
  /** Why there is no forecast. */
  lacking: z.enum(['nothing left', 'too few days', 'no reviews']).exactOptional(),
});
export type TimeReport = z.infer<typeof TimeReport>;
