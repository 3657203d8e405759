import { z } from 'zod';
import { QuestionKind } from '../profile/schema.ts';

/**
 * generating: waits for the teacher · in-review: waits for reviewers · confirming: an edit waits for the other
 * reviewers · panel: an expert panel decides · accepted, rejected: final.
 */
export const InstanceState = z.enum(['generating', 'in-review', 'confirming', 'panel', 'accepted', 'rejected']);
export type InstanceState = z.infer<typeof InstanceState>;

/** matches/differs: the trace's answer against the key · unread: no answer could be read · no-key: nothing to compare with. */
export const AnswerState = z.enum(['matches', 'differs', 'unread', 'no-key']);
export type AnswerState = z.infer<typeof AnswerState>;

/** One question on its way from generation to a release; its id is the subject of its chain in the event log. */
export const Instance = z.object({
  id: z.uuid(),
  questionId: z.string(),
  kind: QuestionKind,
  language: z.string(),
  state: InstanceState,
  /** The latest generation round, from 1; 0 before the first. */
  round: z.int(),
  strikes: z.int(),
  consecutiveStrikes: z.int(),
  /** How many reviewers the round needs. */
  overlap: z.int(),
  /** True where the round got more reviewers because the first ones disagree. */
  raised: z.boolean(),
});
export type Instance = z.infer<typeof Instance>;

/** What the teacher wrote in one round. */
export const TraceRecord = z.object({
  id: z.uuid(),
  instanceId: z.uuid(),
  round: z.int().min(1),
  text: z.string(),
  sha256: z.string(),
  wellFormed: z.boolean(),
  malformedReason: z.string().exactOptional(),
  answerState: AnswerState,
  endpoint: z.string(),
  model: z.string(),
  promptSha256: z.string(),
  callKey: z.string(),
  /** The run of the generation job that wrote it. */
  batch: z.uuid().exactOptional(),
  createdAt: z.string(),
});
export type TraceRecord = z.infer<typeof TraceRecord>;

export const GenerateInput = z.strictObject({
  endpoint: z.string().default('teacher'),
  dataset: z.string().exactOptional(),
  kinds: z.array(QuestionKind).min(1).exactOptional(),
  limit: z.int().min(1).exactOptional(),
  seed: z.int().default(1),
});
export type GenerateInput = z.infer<typeof GenerateInput>;

export const GenerateResult = z.object({
  generated: z.int(),
  malformed: z.int(),
  answerDiffers: z.int(),
  escalated: z.int(),
});
export type GenerateResult = z.infer<typeof GenerateResult>;

export const JobReply = z.object({ job: z.uuid() });

export const GenerationStatus = z.object({
  byState: z.record(InstanceState, z.int()),
  traces: z.int(),
  malformed: z.int(),
  answerDiffers: z.int(),
  strikes: z.int(),
});
export type GenerationStatus = z.infer<typeof GenerationStatus>;
