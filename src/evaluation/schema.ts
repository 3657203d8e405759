import { z } from 'zod';
import { FinishReason } from '../llm/schema.ts';
import { Headline, Scoring } from '../profile/benchmark-schema.ts';
import { Bilingual } from '../profile/words-schema.ts';
import { ModelIdentity, TargetRef } from '../registry/schema.ts';

/** What became of one reply. Only an answer can be right or wrong; an open one is for judges; the others are unanswered. */
export const AnswerState = z.enum([
  'answered-correct',
  'answered-wrong',
  'abstained',
  'unparsable',
  'out-of-range',
  'open',
]);
export type AnswerState = z.infer<typeof AnswerState>;

/** generation: the model writes and the answer is read from its reply · logprob: the likeliest option letter as the next token. */
export const EvaluationMethod = z.enum(['generation', 'logprob']);
export type EvaluationMethod = z.infer<typeof EvaluationMethod>;

/** Why a question of a set cannot be scored as a choice with one right answer. */
export const QuestionProblem = z.enum(['no-options', 'no-answer', 'several-answers']);
export type QuestionProblem = z.infer<typeof QuestionProblem>;

export const TargetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dots, hyphens and underscores, at most 63');

/** How the questions are asked; equal for all targets of an evaluation. */
export const EvaluationSettings = z.strictObject({
  method: EvaluationMethod.default('generation'),
  /** Whether the profile's system prompt stands before each question. */
  systemPrompt: z.boolean().default(false),
  /** Most tokens a reply may have. */
  maxTokens: z.int().min(1).max(65_536).default(512),
  seed: z.int().min(0).max(0xffffffff).default(1),
  /** At most so many questions of each set, drawn by the seed; without it all of them. */
  limit: z.int().min(1).exactOptional(),
  temperature: z.number().min(0).max(2).exactOptional(),
  /** Instead of what the benchmarks say: orders of the options, repeats with other seeds, solved examples. */
  orders: z.int().min(1).max(10).exactOptional(),
  repeats: z.int().min(1).max(100).exactOptional(),
  examples: z.strictObject({ set: z.string().min(1), shots: z.int().min(1).max(20) }).exactOptional(),
  /** References of the models that judge open replies. */
  judges: z.array(TargetRef).min(1).max(9).exactOptional(),
});
export type EvaluationSettings = z.infer<typeof EvaluationSettings>;

export const StartEvaluation = EvaluationSettings.extend({
  targets: z
    .array(z.strictObject({ name: TargetName, ref: TargetRef }))
    .min(1)
    .max(50),
  /** Names of benchmark sets; without it all that the corpus holds. */
  sets: z.array(z.string().min(1)).min(1).exactOptional(),
}).superRefine((input, check) => {
  if (new Set(input.targets.map((target) => target.name)).size !== input.targets.length)
    check.addIssue({ code: 'custom', path: ['targets'], message: 'two targets have the same name' });
});
export type StartEvaluation = z.infer<typeof StartEvaluation>;

/** How one set is asked and scored, settled at the start. Without a benchmark of its name it is an exam set, asked once. */
export const SetPlan = z.strictObject({
  benchmark: z.string().exactOptional(),
  licence: z.string().exactOptional(),
  prompt: Bilingual.exactOptional(),
  scoring: Scoring.prefault({ by: 'key' }),
  headline: Headline.default('line'),
  orders: z.int().min(1).default(1),
  repeats: z.int().min(1).default(1),
  examples: z.strictObject({ set: z.string(), shots: z.int() }).exactOptional(),
  grouping: z.array(z.string()).default([]),
  polarity: z.enum(['higher-is-better', 'lower-is-better']).default('higher-is-better'),
});
export type SetPlan = z.infer<typeof SetPlan>;

export const SealSet = z.strictObject({ set: z.string().min(1), budget: z.int().min(1).max(1000) });
export type SealSet = z.infer<typeof SealSet>;

/** A set that may be used only so often; each target of each evaluation is one use. */
export const SealedSet = z.object({
  set: z.string(),
  budget: z.int(),
  used: z.int(),
  sealedBy: z.string(),
  sealedAt: z.string(),
  eventSeq: z.int(),
});
export type SealedSet = z.infer<typeof SealedSet>;

export const SealedSets = z.object({ sets: z.array(SealedSet) });
export type SealedSets = z.infer<typeof SealedSets>;

export const StartedEvaluation = z.object({ evaluation: z.uuid(), job: z.uuid() });
export type StartedEvaluation = z.infer<typeof StartedEvaluation>;

export const EvaluationJobInput = z.strictObject({ evaluation: z.uuid() });

export const Target = z.object({ name: TargetName, identity: ModelIdentity });
export type Target = z.infer<typeof Target>;

export const Evaluation = z.object({
  id: z.uuid(),
  settings: EvaluationSettings,
  profileDigest: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  completedAt: z.string().exactOptional(),
  /** Position of its `eval.completed` event in the system chain. */
  eventSeq: z.int().exactOptional(),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** An evaluation in a list, with what it asks whom and how far it is. */
export const ListedEvaluation = Evaluation.extend({
  targets: z.array(TargetName),
  sets: z.array(z.string()),
  /** Replies stored, and how many there will be. */
  done: z.int(),
  total: z.int(),
});
export type ListedEvaluation = z.infer<typeof ListedEvaluation>;

export const EvaluationList = z.object({ evaluations: z.array(ListedEvaluation) });
export type EvaluationList = z.infer<typeof EvaluationList>;

export const EvaluationResult = z.object({ evaluation: z.uuid(), targets: z.int(), questions: z.int() });
export type EvaluationResult = z.infer<typeof EvaluationResult>;

/** A benchmark set of the corpus. */
export const BenchmarkSet = z.object({
  name: z.string(),
  questions: z.int(),
  languages: z.array(z.string()),
  problems: z.partialRecord(QuestionProblem, z.int()),
});
export type BenchmarkSet = z.infer<typeof BenchmarkSet>;

export const BenchmarkSets = z.object({ sets: z.array(BenchmarkSet) });

/** The verdict on one reply. `rule` names what decided it, `quote` the words it was read from. */
export type Verdict = { state: AnswerState; rule: string; answer?: string; quote?: string };

/** One reply with its verdict: a row that nothing changes any more. */
export const Answer = z.object({
  target: TargetName,
  question: z.string(),
  /** Which of the set's variants: orders of the options × repeats, from 0. */
  variant: z.int().min(0).default(0),
  state: AnswerState,
  rule: z.string(),
  answer: z.string().exactOptional(),
  quote: z.string().exactOptional(),
  reply: z.string(),
  finishReason: FinishReason,
  logProbs: z.record(z.string(), z.number()).exactOptional(),
  /** The model as its endpoint named it. */
  model: z.string(),
  callKey: z.string(),
  answeredAt: z.string(),
});
export type Answer = z.infer<typeof Answer>;

export const EvaluationItem = Answer.extend({
  position: z.int(),
  set: z.string(),
  /** SHA-256 that the question has in every import. */
  questionIdentity: z.string(),
  expected: z.string(),
  /** The question as it was imported. */
  language: z.string(),
  text: z.string(),
  options: z.array(z.object({ label: z.string(), text: z.string() })),
  /** What judges said of an open reply; without a score where none could be read. */
  judgments: z.array(z.object({ judge: z.string(), score: z.number().nullable(), reason: z.string() })).exactOptional(),
});
export type EvaluationItem = z.infer<typeof EvaluationItem>;

export const ItemPage = z.object({
  items: z.array(EvaluationItem),
  /** Where the next page begins; absent on the last one. */
  next: z.int().exactOptional(),
});
export type ItemPage = z.infer<typeof ItemPage>;
