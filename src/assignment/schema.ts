import { z } from 'zod';
import { QuestionKind } from '../profile/schema.ts';

/**
 * leased: the reviewer works on it · submitted: handed in, can still be taken back · done: signed into the log ·
 * released: given back, with a reason · expired: the lease ran out; the draft is kept.
 */
export const AssignmentState = z.enum(['leased', 'submitted', 'done', 'released', 'expired']);
export type AssignmentState = z.infer<typeof AssignmentState>;

/** Why the queue gave an item to this person. Never anything about what others said of it. */
export const Why = z.object({
  code: z.enum(['track', 'language', 'specialty', 'any-specialty', 'overlap', 'raised', 'priority', 'resumed']),
  value: z.string().exactOptional(),
});
export type Why = z.infer<typeof Why>;

/**
 * One item in the hands of one reviewer. Which instance it is is not said: who could look it up would find out which
 * items are hidden gold.
 */
export const Assignment = z.object({
  id: z.uuid(),
  round: z.int().min(1),
  reviewer: z.string(),
  kind: QuestionKind,
  language: z.string(),
  specialty: z.string().exactOptional(),
  state: AssignmentState,
  why: z.array(Why),
  leasedAt: z.string(),
  leaseUntil: z.string(),
  closedAt: z.string().exactOptional(),
});
export type Assignment = z.infer<typeof Assignment>;

/** How many items the reviewer wants in hand: the one on the screen and those loaded ahead. */
export const ClaimInput = z.strictObject({ want: z.int().min(1).max(10).default(1) });

export const ClaimReply = z.object({
  /** All live leases of the reviewer, oldest first. */
  assignments: z.array(Assignment),
  /** Why there are fewer than wanted, if so. */
  none: z.enum(['nothing-waits', 'daily-cap']).exactOptional(),
  doneToday: z.int(),
});
export type ClaimReply = z.infer<typeof ClaimReply>;

export const ReleaseReason = z.enum(['skip', 'conflict-of-interest', 'outside-my-field', 'language']);
export const ReleaseInput = z.strictObject({
  reason: ReleaseReason,
  note: z.string().trim().min(1).max(2_000).exactOptional(),
});
export type ReleaseInput = z.infer<typeof ReleaseInput>;

/** What a person must not review: all of a dataset, everything a model wrote, one question, or an author's questions. */
export const ConflictInput = z.strictObject({
  account: z.string().min(1),
  scope: z.enum(['dataset', 'model', 'question', 'author']),
  target: z.string().min(1).max(200),
  note: z.string().trim().min(1).max(2_000).exactOptional(),
});
export type ConflictInput = z.infer<typeof ConflictInput>;

export const Conflict = ConflictInput.extend({ id: z.uuid(), declaredBy: z.string(), declaredAt: z.string() });
export type Conflict = z.infer<typeof Conflict>;
