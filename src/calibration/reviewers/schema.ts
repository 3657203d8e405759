import { z } from 'zod';
import { GoldStanding } from '../gold/schema.ts';
import { AgreementItem, AsOf } from '../schema.ts';

const Interval = z.tuple([z.number(), z.number()]);

/** How much milder (above 0) or stricter (below 0) than the others a reviewer scores, in points of the scale. */
export const Severity = z.object({
  method: z.string(),
  n: z.int(),
  mean: z.number(),
  ci95: Interval,
  /** Pulled towards 0 as far as few rounds ask for. */
  shrunken: z.number(),
  shrunkenCi95: Interval,
});
export type Severity = z.infer<typeof Severity>;

export const DriftPoint = z.object({
  at: z.string(),
  value: z.number(),
  average: z.number(),
  lower: z.number(),
  upper: z.number(),
  outside: z.boolean(),
});

/** Whether a reviewer's recent scores moved away from where they were. */
export const Drift = z.object({
  method: z.string(),
  lambda: z.number(),
  sigmas: z.number(),
  centre: z.number(),
  sigma: z.number(),
  /** own: from the reviewer's own rounds before the window · peers: centre 0 and the spread of all reviewers. */
  basis: z.enum(['own', 'peers']),
  points: z.array(DriftPoint),
  /** Points beyond the limits. */
  outside: z.int(),
});
export type Drift = z.infer<typeof Drift>;

export const ReviewerFigures = z.object({
  reviewer: z.string(),
  name: z.string(),
  reviews: z.int(),
  severity: Severity.exactOptional(),
  /** Why there is no severity or drift. */
  lacking: z.enum(['too few', 'no variation']).exactOptional(),
  drift: Drift.exactOptional(),
  agreement: z.array(AgreementItem),
  gold: GoldStanding,
});
export type ReviewerFigures = z.infer<typeof ReviewerFigures>;

/** `own` is true where the actor sees nobody but themselves. */
export const ReviewersReport = z.object({ asOf: AsOf, own: z.boolean(), reviewers: z.array(ReviewerFigures) });
export type ReviewersReport = z.infer<typeof ReviewersReport>;
