import { z } from 'zod';

/** What is watched on a run. Shares are in 0..1, lengths in tokens, gap in standard deviations of the run's beginning. */
export const metrics = [
  'reward',
  'held-out',
  'gap',
  'kl',
  'entropy',
  'length',
  'length-score',
  'clipped',
  'format',
  'zero-variance',
  'unscored',
  'harmful-refusals',
  'benign-refusals',
  'loss',
  'gradient-norm',
  'token-accuracy',
  'pair-accuracy',
  'margin',
] as const;
export const Metric = z.enum(metrics);
export type Metric = z.infer<typeof Metric>;

/** A rule on one metric: what is compared with which limit over how many steps, and what then happens. */
export const StopRule = z.strictObject({
  metric: Metric,
  /** value: the metric over the window · unmeasured: the share of the window's steps in which it could not be had. */
  of: z.enum(['value', 'unmeasured']).default('value'),
  comparison: z.enum(['>', '<']),
  limit: z.number(),
  /** none: the limit as it stands · plus: added to the metric at the run's start · times: multiplied by it. */
  relative: z.enum(['none', 'plus', 'times']).default('none'),
  /** Steps over which the metric is pooled; it counts as measured only once so many steps were logged. */
  window: z.int().min(1).max(1000).default(1),
  /** A figure of fewer cases (samples; steps, where the engine reports means) counts as not measured. */
  cases: z.int().min(1).default(1),
  /** At so many steps in a row the condition must have held. */
  times: z.int().min(1).max(1000).default(1),
  action: z.enum(['warn', 'stop']),
  because: z.string().max(500).exactOptional(),
});
export type StopRule = z.infer<typeof StopRule>;

/** The rules of a run: its own, and the default ones on what they leave alone. */
export const Watch = z.strictObject({
  rules: z.array(StopRule).max(50).default([]),
  defaults: z.boolean().default(true),
});
export type Watch = z.infer<typeof Watch>;

/** Steps at the beginning of a run that limits relative to its start, and the gap, are measured from. */
export const startSteps = 10;
