import { z } from 'zod';
import { Interval, Rate } from '../report-schema.ts';
import { AnswerState, Target } from '../schema.ts';

/** Paired counts and tests on the questions that both targets were asked. The difference is that of b minus that of a. */
export const PairedFigures = z.object({
  n: z.int(),
  both: z.int(),
  onlyA: z.int(),
  onlyB: z.int(),
  neither: z.int(),
  rateA: Rate.nullable(),
  rateB: Rate.nullable(),
  difference: z.number().nullable(),
  /** Tango score interval, 95 %. */
  ci95: Interval.nullable(),
  /** McNemar, exact, two-sided; null where no pair differs. */
  p: z.number().nullable(),
  reason: z.string().exactOptional(),
  /** p adjusted by Holm over the sets. */
  pHolm: z.number().exactOptional(),
  finding: z.enum(['b better', 'a better', 'not distinguishable']),
});
export type PairedFigures = z.infer<typeof PairedFigures>;

export const Flip = z.object({
  question: z.string(),
  set: z.string(),
  direction: z.enum(['gained', 'lost']),
  expected: z.string(),
  a: z.object({ state: AnswerState, answer: z.string().exactOptional() }),
  b: z.object({ state: AnswerState, answer: z.string().exactOptional() }),
});
export type Flip = z.infer<typeof Flip>;

const Side = z.object({ evaluation: z.uuid(), target: z.string(), identity: Target.shape.identity });

export const ComparisonReport = z.object({
  a: Side,
  b: Side,
  test: z.string(),
  ciMethod: z.string(),
  overall: PairedFigures,
  sets: z.array(PairedFigures.extend({ name: z.string() })),
  /** By language, specialty, dimension and the benchmarks' own fields, with p adjusted over all of them. */
  slices: z.array(
    PairedFigures.extend({
      by: z.string(),
      value: z.string(),
      /** Fewer than 30 questions. */
      few: z.boolean(),
    }),
  ),
  /** Both evaluations are complete and have questions in common: only then is a missing regression a finding. */
  complete: z.boolean(),
  /** Where b is significantly worse. */
  regressions: z.array(z.string()),
  /** Questions that only one of the two was asked; they are in no figure. */
  unpaired: z.object({ a: z.int(), b: z.int() }),
  /** What makes the two hard to compare, such as different settings. */
  warnings: z.array(z.string()),
  flips: z.array(Flip),
  /** Where the next page of flips begins; absent on the last one. */
  next: z.string().exactOptional(),
});
export type ComparisonReport = z.infer<typeof ComparisonReport>;

export const HistoryPoint = z.object({
  evaluation: z.uuid(),
  completedAt: z.string(),
  ref: z.string(),
  /** Questions with every reply right. */
  correct: z.int(),
  n: z.int(),
  rate: Rate.nullable(),
  ci95: Interval.nullable(),
});
export type HistoryPoint = z.infer<typeof HistoryPoint>;

/** Evaluations of one target in one set over time; changes are those of the latest, with p adjusted over all series. */
export const EvaluationHistory = z.object({
  series: z.array(
    z.object({
      target: z.string(),
      set: z.string(),
      points: z.array(HistoryPoint),
      sincePrevious: PairedFigures.exactOptional(),
      sinceFirst: PairedFigures.exactOptional(),
    }),
  ),
});
export type EvaluationHistory = z.infer<typeof EvaluationHistory>;
