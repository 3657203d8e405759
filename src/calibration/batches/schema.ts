import { z } from 'zod';
import { Rate } from '../gold/schema.ts';

/** continue: not enough seen to tell · return: more failed rounds than the batch may have · fine: the batch is acceptable. */
export const BatchState = z.enum(['continue', 'return', 'fine']);
export type BatchState = z.infer<typeof BatchState>;

export const BatchFigures = z.object({
  /** The run of the teacher, or the model's name. */
  id: z.string(),
  model: z.string(),
  /** Rounds that reviewers or the form check failed, of those that are closed. */
  strikes: Rate,
  open: z.int(),
  state: BatchState,
  /** Closed rounds looked at when the test decided; all where it did not. */
  decidedAfter: z.int(),
  /** The rule "five in all", for comparison, and how often it would fire on an honest batch of this size. */
  literal: z.object({ fires: z.boolean(), falseAlarm: z.number() }),
  /** How often the sequential test returns an honest batch of this size. */
  falseAlarm: z.number(),
});
export type BatchFigures = z.infer<typeof BatchFigures>;

export const BatchReport = z.object({
  settings: z.object({ p0: z.number(), p1: z.number(), alpha: z.number(), beta: z.number(), literal: z.int() }),
  batches: z.array(BatchFigures),
  /** Each model's last closed rounds, at most `window`. */
  models: z.array(BatchFigures),
  window: z.int(),
});
export type BatchReport = z.infer<typeof BatchReport>;
