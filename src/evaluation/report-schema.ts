import { z } from 'zod';
import { AnswerState, Evaluation, QuestionProblem, Target } from './schema.ts';

export const Rate = z.number().min(0).max(1);
export const Interval = z.tuple([z.number(), z.number()]).readonly();

/**
 * exact: the same question with its options in the same order · permuted: in another order · near: wording that is at least
 * 80 % the same · translated: declared to be a translation of it.
 */
export const OverlapKind = z.enum(['exact', 'permuted', 'near', 'translated']);
export type OverlapKind = z.infer<typeof OverlapKind>;

/** Which of a set's questions the corpus held for training when the evaluation began; a question may overlap in two ways. */
export const OverlapFigures = z.object({
  /** Questions for training that were compared, excluded ones included. */
  compared: z.int(),
  questions: z.partialRecord(OverlapKind, z.int()),
  /** Of those, how many overlap a question that a frozen release holds. */
  released: z.partialRecord(OverlapKind, z.int()),
});
export type OverlapFigures = z.infer<typeof OverlapFigures>;

const JudgedShare = z
  .object({
    k: z.int(),
    n: z.int(),
    rate: Rate.nullable(),
    /** Wilson, 95 %. */
    ci95: Interval.nullable(),
    /** Replies without a score, and the rate if none of them counted and if all did. */
    undecided: z.int(),
    bounds: Interval.nullable(),
  })
  .nullable();

/** A set whose open replies were scored by judges, on the benchmark's own scale. */
export const JudgedFigures = z.object({
  by: z.string(),
  polarity: z.string(),
  /** What the shares count. */
  counted: z.string(),
  /** Mean over the judges' means; null where one of them has none. */
  mean: z.number().nullable(),
  judges: z.array(
    z.object({
      judge: z.string(),
      n: z.int(),
      undecided: z.int(),
      mean: z.number().nullable(),
      /** t interval, 95 %; null where all scores are equal or there is only one. */
      ci95: Interval.nullable(),
      share: JudgedShare,
    }),
  ),
  /** Shares by the benchmark's first field of grouping. */
  groups: z.array(z.object({ group: z.string(), judge: z.string(), share: JudgedShare })),
});
export type JudgedFigures = z.infer<typeof JudgedFigures>;

/** A set whose questions are asked several times: in several orders of their options, or repeated with other seeds. */
export const VariantFigures = z.object({
  /** How often each question is asked, and how many were asked as often. */
  variants: z.int(),
  questions: z.int(),
  /** What the headline counts: replies, or questions with all replies right. */
  unit: z.enum(['line', 'question']),
  /** Replies right, with a Wilson interval on the effective number of replies. */
  perLine: z.object({ k: z.int(), n: z.int(), rate: Rate.nullable(), ci95: Interval.nullable() }),
  /** Replies per question are alike: variance of the rate over that of independent replies; null where it is not defined. */
  designEffect: z.number().nullable(),
  effectiveN: z.number(),
  /** Questions with more than half of their replies right. */
  perItem: z.object({ k: z.int(), n: z.int(), rate: Rate.nullable(), ci95: Interval.nullable() }),
  /** Questions with every reply right. */
  allOrders: z.object({ k: z.int(), n: z.int(), rate: Rate.nullable(), ci95: Interval.nullable() }),
});
export type VariantFigures = z.infer<typeof VariantFigures>;

/** Accuracy on one set. `rate` counts every unanswered question as not correct; null when nothing was asked yet. */
export const SetFigures = z.object({
  name: z.string(),
  correct: z.int(),
  unanswered: z.int(),
  /** Replies judged so far. */
  n: z.int(),
  rate: Rate.nullable(),
  /** Wilson, 95 %. */
  ci95: Interval.nullable(),
  /** The other convention: accuracy among the answered ones. */
  amongAnswered: z.object({ n: z.int(), rate: Rate.nullable(), ci95: Interval.nullable() }),
  /** The rate if all unanswered questions were wrong, and if all were right. */
  bounds: Interval.nullable(),
  /** The rate that guessing would have: the mean of 1/options. */
  chance: Rate.nullable(),
  states: z.record(AnswerState, z.int()),
  /** How often each rule decided. */
  rules: z.record(z.string(), z.int()),
  /** Replies that ended because of `maxTokens`. */
  truncated: z.int(),
  /** Questions that still wait for a reply. */
  missing: z.int(),
  /** Questions of the set that cannot be scored and were not asked. */
  unscorable: z.partialRecord(QuestionProblem, z.int()),
  /** How many of the set's questions are in the releases the model was trained on; null where no training row is known. */
  contamination: z.object({ releases: z.array(z.string()), questions: z.int() }).nullable(),
  /** The same for all questions of the corpus and for all releases; null before the evaluation began. */
  overlap: OverlapFigures.nullable().default(null),
  /** Near-duplicates in what the model and its line were trained on, as they are now; null where no training row is known. */
  nearDuplicates: z.int().nullable().default(null),
  /** The benchmark that the set is, its licence, and which way its figures point. */
  benchmark: z.object({ id: z.string(), licence: z.string(), polarity: z.string() }).exactOptional(),
  /** Present where questions are asked more than once; then the interval is not that of independent replies. */
  variants: VariantFigures.exactOptional(),
  /** Present where judges score the replies; then there is no right or wrong, and no rate. */
  judged: JudgedFigures.exactOptional(),
});
export type SetFigures = z.infer<typeof SetFigures>;

export const TargetReport = z.object({
  /** Unweighted mean over the sets, with its own standard error; null with the reason where it is not defined. */
  macro: Rate.nullable(),
  macroReason: z.string().exactOptional(),
  macroSe: z.number().exactOptional(),
  macroCi95: Interval.exactOptional(),
  macroMethod: z.string().exactOptional(),
  sets: z.array(SetFigures),
  identity: Target.shape.identity,
});
export type TargetReport = z.infer<typeof TargetReport>;

export const EvaluationReport = z.object({
  evaluation: Evaluation,
  complete: z.boolean(),
  models: z.record(z.string(), TargetReport),
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** So many questions of a part are needed before its rate is more than an indication: at 30 Wilson's interval spans 34 points. */
export const fewQuestions = 30;

/** How one target did in one part of all its questions; asked several times, a question is right when all its replies are. */
export const SliceFigures = z.object({
  target: z.string(),
  /** language, specialty, dimension, or a field by which the benchmark is grouped. */
  by: z.string(),
  value: z.string(),
  correct: z.int(),
  /** Questions with a reply that is no answer; they count as not correct. */
  unanswered: z.int(),
  n: z.int(),
  rate: Rate.nullable(),
  /** Wilson, 95 %. */
  ci95: Interval.nullable(),
  /** Fewer than 30 questions. */
  few: z.boolean(),
});
export type SliceFigures = z.infer<typeof SliceFigures>;

export const EvaluationSlices = z.object({ few: z.int(), slices: z.array(SliceFigures) });
export type EvaluationSlices = z.infer<typeof EvaluationSlices>;

/** What a summary needs of a report: one entry per model. */
export const SummaryModels = z.record(
  z.string(),
  z.object({
    macro: Rate.nullable(),
    sets: z.array(SetFigures.pick({ name: true, correct: true, unanswered: true, n: true, rate: true, ci95: true })),
  }),
);
export type SummaryModels = z.infer<typeof SummaryModels>;
