import { z } from 'zod';
import { QuestionKind } from '../../profile/schema.ts';
import { WorkItem } from '../../review/drafts/schema.ts';
import { ReviewInput, StepMark, Verdict } from '../../review/schema.ts';

/** training: shown as such, with the rationale after each · hidden: mixed into the queue, looks like any other item. */
export const GoldUse = z.enum(['training', 'hidden']);
export type GoldUse = z.infer<typeof GoldUse>;

const Point = z.int().min(1).max(5);

/** The right review of a gold item: for each criterion the scores that are right, lowest and highest. */
export const GoldExpectation = z.strictObject({
  scores: z.record(z.string(), z.tuple([Point, Point])),
  /** Any of these is right. */
  verdicts: z.array(Verdict).min(1),
  /** Errors known to be in the trace: steps marked wrong, or missing after a step. */
  errors: z
    .array(StepMark)
    .refine((marks) => marks.every((mark) => 'error' in mark), 'only marks "wrong" and "missing" are errors')
    .default([]),
  rationale: z.string().trim().min(1).max(10_000),
});
export type GoldExpectation = z.infer<typeof GoldExpectation>;

/** Makes a decided instance gold. */
export const RegisterGold = z.strictObject({ instance: z.uuid(), use: GoldUse, expected: GoldExpectation });
export type RegisterGold = z.infer<typeof RegisterGold>;

/** The question as the review screen shows it; what is the same for all items of a workspace is added there. */
const GoldQuestion = WorkItem.shape.question;

/** One line of a file of gold items with questions and traces of their own. */
export const GoldLine = z.strictObject({
  use: GoldUse,
  question: GoldQuestion.extend({ kind: QuestionKind }).partial({
    context: true,
    options: true,
    answer: true,
    dimensions: true,
  }),
  steps: z.array(z.string().trim().min(1)).min(1),
  answer: z.string().trim().min(1),
  expected: GoldExpectation,
});
export type GoldLine = z.infer<typeof GoldLine>;
export const ImportGold = z.strictObject({ items: z.array(GoldLine).min(1).max(1_000) });

/** What a reviewer gets of a gold item: nothing of what is expected. */
export const GoldItem = z.object({
  id: z.uuid(),
  use: GoldUse,
  kind: QuestionKind,
  language: z.string(),
  specialty: z.string().exactOptional(),
  question: GoldQuestion,
  trace: z.object({ sha256: z.string(), steps: z.array(z.string()), answer: z.string() }),
});
export type GoldItem = z.infer<typeof GoldItem>;

/** How an answer compares with what is expected. */
export const GoldOutcome = z.object({
  scoresRight: z.int(),
  scores: z.int(),
  verdictRight: z.boolean(),
  errorsFound: z.int(),
  errors: z.int(),
  /** All scores in their ranges, a right verdict and every planted error found. */
  right: z.boolean(),
});
export type GoldOutcome = z.infer<typeof GoldOutcome>;

export const AnswerGold = z.strictObject({ item: z.uuid(), review: ReviewInput });
export type AnswerGold = z.infer<typeof AnswerGold>;

/** After a training item: how the answer compares, and why. */
export const TrainingReply = z.object({ outcome: GoldOutcome, expected: GoldExpectation });
export type TrainingReply = z.infer<typeof TrainingReply>;

/** The next training item of the actor; none when the set is done or empty. */
export const TrainingState = z.object({ done: z.int(), size: z.int(), next: GoldItem.exactOptional() });
export type TrainingState = z.infer<typeof TrainingState>;

export const Rate = z.object({
  k: z.number(),
  n: z.number(),
  rate: z.number().nullable(),
  ci95: z.tuple([z.number(), z.number()]).nullable(),
});

/** A reviewer's answers to gold items. Hidden ones are told to the reviewer in tens, so that none gives itself away. */
export const GoldStanding = z.object({
  training: z.int(),
  hidden: z.int(),
  right: Rate,
  verdicts: Rate,
  scores: Rate,
  errors: Rate,
});
export type GoldStanding = z.infer<typeof GoldStanding>;

export const GoldSettingInput = z.strictObject({ share: z.number().min(0).max(0.5) });

/** How little a rule "at least k of n right" tells of a reviewer with a true accuracy. */
export const PassRule = z.object({
  k: z.int(),
  n: z.int(),
  passes: z.array(z.object({ accuracy: z.number(), probability: z.number() })),
});

export const GoldSummary = z.object({
  id: z.uuid(),
  use: GoldUse,
  kind: QuestionKind,
  language: z.string(),
  instance: z.uuid().exactOptional(),
  registeredBy: z.string(),
  registeredAt: z.string(),
  retired: z.string().exactOptional(),
  answers: z.int(),
  right: z.int(),
});
export type GoldSummary = z.infer<typeof GoldSummary>;

export const GoldReport = z.object({
  share: z.number(),
  trainingSize: z.int(),
  items: z.array(GoldSummary),
  passRules: z.array(PassRule),
});
export type GoldReport = z.infer<typeof GoldReport>;

export const RetireGold = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });
export const Registered = z.object({ ids: z.array(z.uuid()) });
