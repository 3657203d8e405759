import { z } from 'zod';
import { TargetReport } from '../report-schema.ts';
import { Evaluation } from '../schema.ts';

/** One model of a leaderboard: the figures of the evaluation that asked it, macro average over the board's sets. */
export const BoardEntry = TargetReport.extend({
  evaluation: z.uuid(),
  target: z.string(),
  completedAt: z.string(),
});
export type BoardEntry = z.infer<typeof BoardEntry>;

/** Two neighbours of the order. The difference is the upper one less the lower one, on the questions that both were asked. */
export const Neighbours = z.object({
  /** Place of the upper one, from 0; the lower one follows it. */
  place: z.int(),
  n: z.int(),
  difference: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).readonly().nullable(),
  finding: z.enum(['distinguishable', 'not distinguishable', 'not compared']),
  reason: z.string().exactOptional(),
});
export type Neighbours = z.infer<typeof Neighbours>;

export const BoardSet = z.object({
  name: z.string(),
  polarity: z.string(),
  /** Judges score its replies; it has no rate, and no part in the macro average. */
  judged: z.boolean(),
});
export type BoardSet = z.infer<typeof BoardSet>;

/** Models that were asked the same questions in the same way, best first. */
export const Leaderboard = z.object({
  /** The evaluation whose questions and settings the board has; absent where none is complete. */
  lead: Evaluation.exactOptional(),
  sets: z.array(BoardSet),
  /** `macro`, or the set by which the models are ordered. */
  by: z.string(),
  /** How neighbours are compared. */
  method: z.string(),
  entries: z.array(BoardEntry),
  neighbours: z.array(Neighbours),
  /** Completed evaluations whose figures do not belong beside these, and why. */
  leftOut: z.array(z.object({ evaluation: z.uuid(), targets: z.array(z.string()), reasons: z.array(z.string()) })),
});
export type Leaderboard = z.infer<typeof Leaderboard>;
