import { z } from 'zod';
import { RunName } from '../name-schema.ts';
import { RunState, TrainingStage } from '../schema.ts';
import { Metric, StopRule } from './rule-schema.ts';

/** A figure with its number of cases; low and high are its 95 % interval, where one is defined. */
export const Figure = z.object({
  value: z.number(),
  n: z.int(),
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
});
export type Figure = z.infer<typeof Figure>;

export const Progress = z.object({ step: z.int(), total: z.int(), seconds: z.number() });
export type Progress = z.infer<typeof Progress>;

/** Steps pooled to one point of a chart; a metric that was not measured in them is absent. */
export const SeriesPoint = z.object({ from: z.int(), to: z.int(), figures: z.partialRecord(Metric, Figure) });
export type SeriesPoint = z.infer<typeof SeriesPoint>;

/** A rule as it stands for a run; `against` is absent as long as the run's start was not measured. */
export const StandingRule = z.object({
  text: z.string(),
  ...StopRule.shape,
  against: z.number().exactOptional(),
});
export type StandingRule = z.infer<typeof StandingRule>;

export const SeriesQuery = z.strictObject({
  /** The last step that the asker knows. */
  after: z.coerce.number().int().min(0).default(0),
  /** The width of the points that the asker holds; others are sent whole. */
  width: z.coerce.number().int().min(1).exactOptional(),
});
export type SeriesQuery = z.infer<typeof SeriesQuery>;

/** The points from a step on. Where `width` is not the one asked for, they are all points of the run. */
export const RunSeries = z.object({
  run: RunName,
  stage: TrainingStage,
  state: RunState,
  progress: Progress.exactOptional(),
  width: z.int(),
  last: z.int(),
  points: z.array(SeriesPoint),
  rules: z.array(StandingRule),
});
export type RunSeries = z.infer<typeof RunSeries>;

export const Alarm = z.object({
  rule: z.string(),
  step: z.int(),
  metric: Metric,
  value: z.number(),
  limit: z.number(),
  window: z.int(),
  action: z.enum(['warn', 'stop']),
  raisedAt: z.string(),
  acknowledged: z.object({ by: z.string(), at: z.string(), reason: z.string() }).exactOptional(),
});
export type Alarm = z.infer<typeof Alarm>;

/** A completion known to be bad that a judge scored as if it were not. */
export const Canary = z.object({ step: z.int(), judge: z.string(), score: z.number().nullable() });
export type Canary = z.infer<typeof Canary>;

export const AlarmList = z.object({
  alarms: z.array(Alarm),
  canaries: z.object({ judged: z.int(), passed: z.array(Canary) }),
});
export type AlarmList = z.infer<typeof AlarmList>;

export const Acknowledge = z.strictObject({ reason: z.string().trim().min(1).max(1000) });
export type Acknowledge = z.infer<typeof Acknowledge>;

export const SamplesQuery = z.strictObject({
  group: z.string().min(1).max(200).exactOptional(),
  /** Up to four steps, parted by commas; absent: some from the first to the last. */
  steps: z
    .string()
    .regex(/^\d+(,\d+){0,3}$/, 'up to four steps, parted by commas')
    .exactOptional(),
});
export type SamplesQuery = z.infer<typeof SamplesQuery>;

/** A prompt of the run: how often completions to it were judged, and when first and last. */
export const SampleGroup = z.object({ group: z.string(), times: z.int(), first: z.int(), last: z.int() });
export type SampleGroup = z.infer<typeof SampleGroup>;

export const Sample = z.object({
  id: z.string(),
  completion: z.string(),
  score: z.number().nullable(),
  reason: z.string().exactOptional(),
  /** Null: the held-out judge could not score it; absent: it was not asked. */
  heldOut: z.number().nullable().exactOptional(),
  kind: z.string().exactOptional(),
  refused: z.boolean().exactOptional(),
  wellFormed: z.boolean().exactOptional(),
  flags: z.array(z.string()),
});
export type Sample = z.infer<typeof Sample>;

export const SampleList = z.object({
  groups: z.array(SampleGroup),
  /** What one prompt was answered at some of the steps at which it was drawn. */
  shown: z
    .object({
      group: z.string(),
      /** The question's text; absent where the corpus does not hold it (any more). */
      prompt: z.string().exactOptional(),
      steps: z.array(z.int()),
      columns: z.array(z.object({ step: z.int(), samples: z.array(Sample) })),
    })
    .exactOptional(),
});
export type SampleList = z.infer<typeof SampleList>;

/** A run as lists show it. */
export const RunSummary = z.object({
  id: z.uuid(),
  name: RunName,
  stage: TrainingStage,
  state: RunState,
  base: z.string(),
  release: z.string(),
  seed: z.int(),
  from: RunName.exactOptional(),
  jobId: z.uuid().exactOptional(),
  error: z.string().exactOptional(),
  createdAt: z.string(),
  finishedAt: z.string().exactOptional(),
  progress: Progress.exactOptional(),
  alarms: z.object({ warn: z.int(), stop: z.int(), unacknowledged: z.int() }),
  /** How many judgments were made of the run's completions; what they cost is in the record of model calls. */
  judgments: z.object({ reward: z.int(), heldOut: z.int(), canary: z.int() }),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const RunSummaries = z.object({ runs: z.array(RunSummary) });
export type RunSummaries = z.infer<typeof RunSummaries>;
