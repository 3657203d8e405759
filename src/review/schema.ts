import { z } from 'zod';
import { Signature } from '../accounts/schema.ts';

export const Verdict = z.enum(['accept', 'accept-with-edits', 'regenerate', 'reject', 'escalate']);
export type Verdict = z.infer<typeof Verdict>;

const Code = z.string().min(1).max(60);
const Text = z.string().trim().min(1).max(20_000);

/** Scores by criterion, 1 (worst) to 5 (best). */
export const Scores = z.record(Code, z.int().min(1).max(5));
export type Scores = z.infer<typeof Scores>;

/** A mark on a step, or a missing step after one (`after: 0` = before the first). An unmarked step is no mark at all. */
export const StepMark = z.union([
  z.strictObject({ step: z.int().min(1), mark: z.enum(['correct', 'neutral']) }),
  z.strictObject({ step: z.int().min(1), mark: z.literal('wrong'), error: Code, severity: Code }),
  z.strictObject({ after: z.int().min(0), mark: z.literal('missing'), error: Code, severity: Code }),
]);
export type StepMark = z.infer<typeof StepMark>;

/** An edit of the trace with the reason for it. Step numbers refer to the text before any edit. */
export const Edit = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('replace'),
    step: z.int().min(1),
    text: Text,
    reason: Code,
    note: z.string().exactOptional(),
  }),
  z.strictObject({ op: z.literal('delete'), step: z.int().min(1), reason: Code, note: z.string().exactOptional() }),
  z.strictObject({
    op: z.literal('insert'),
    after: z.int().min(0),
    text: Text,
    reason: Code,
    note: z.string().exactOptional(),
  }),
  z.strictObject({ op: z.literal('answer'), text: Text, reason: Code, note: z.string().exactOptional() }),
]);
export type Edit = z.infer<typeof Edit>;

export const Violation = z.strictObject({ dimension: Code, severity: Code });
export type Violation = z.infer<typeof Violation>;

/** What a reviewer submits for one round of an instance. */
export const ReviewInput = z.strictObject({
  scores: Scores,
  steps: z.array(StepMark).default([]),
  violations: z.array(Violation).default([]),
  edits: z.array(Edit).default([]),
  /** The scores of the text after the edits; the scores above stay those of the original. */
  editedScores: Scores.exactOptional(),
  verdict: Verdict,
  comment: z.string().trim().min(1).max(5_000).exactOptional(),
  /** The question does not say enough to judge the trace. */
  insufficientContext: z.boolean().exactOptional(),
  /** The version of the reviewers' guideline in force when the review was made. */
  guidelineVersion: z.int().min(1).exactOptional(),
  /** Active time spent, in seconds. */
  seconds: z.int().min(0).exactOptional(),
});
export type ReviewInput = z.infer<typeof ReviewInput>;

export const Review = ReviewInput.extend({
  id: z.uuid(),
  instanceId: z.uuid(),
  traceId: z.uuid(),
  round: z.int().min(1),
  reviewer: z.string(),
  track: z.string(),
  rubricVersion: z.string(),
  profileDigest: z.string(),
  resultSha256: z.string().exactOptional(),
  importedBy: z.string().exactOptional(),
  submittedAt: z.string(),
  eventSeq: z.int(),
});
export type Review = z.infer<typeof Review>;

export const Confirmation = z.object({
  reviewId: z.uuid(),
  reviewer: z.string(),
  resultSha256: z.string(),
  scores: Scores,
  confirmedAt: z.string(),
  eventSeq: z.int(),
});
export type Confirmation = z.infer<typeof Confirmation>;

/** adjudicator: one person settles what reviewers disagree about · panel: several vote. */
export const Board = z.enum(['adjudicator', 'panel']);
export type Board = z.infer<typeof Board>;

export const PanelTrigger = z.enum([
  'five-strikes',
  'critical',
  'escalated',
  'conflicting-edits',
  'split-verdict',
  'referred',
  'guideline-amended',
]);
export type PanelTrigger = z.infer<typeof PanelTrigger>;

/**
 * accept, accept-edited, reject: final · regenerate: the round counts as a strike (adjudicators) · refer: on to the panel
 * (adjudicators) · return-batch: everything that the same run of the teacher wrote is written anew · amend-guideline: the
 * guideline does not cover it; reviewed again under the next version.
 */
export const PanelVote = z.enum([
  'accept',
  'accept-edited',
  'reject',
  'regenerate',
  'refer',
  'return-batch',
  'amend-guideline',
]);
export type PanelVote = z.infer<typeof PanelVote>;

/** voting: first ballot, blind · second-vote: members saw the first ballot · decided: signed by the chair. */
export const PanelState = z.enum(['voting', 'second-vote', 'decided']);
export type PanelState = z.infer<typeof PanelState>;

export const CastVote = z.object({
  ballot: z.int().min(1).max(2),
  member: z.string(),
  vote: PanelVote,
  castAt: z.string(),
});
export type CastVote = z.infer<typeof CastVote>;

export const DecisionInput = z.strictObject({
  decision: PanelVote,
  edits: z.array(Edit).default([]),
  scores: Scores.default({}),
  rationale: Text,
});
export type DecisionInput = z.infer<typeof DecisionInput>;

export const PanelDecision = DecisionInput.extend({
  chair: z.string(),
  resultSha256: z.string().exactOptional(),
  /** How the decision was signed; absent where it was made elsewhere and imported. */
  signature: Signature.exactOptional(),
  decidedAt: z.string(),
  eventSeq: z.int(),
});
export type PanelDecision = z.infer<typeof PanelDecision>;

export const PanelCase = z.object({
  id: z.uuid(),
  instanceId: z.uuid(),
  traceId: z.uuid(),
  board: Board,
  trigger: PanelTrigger,
  state: PanelState,
  openedAt: z.string(),
  /** The newest guideline version when the panel asked for another; votes are taken when it is there. */
  waitsForGuideline: z.int().exactOptional(),
  votes: z.array(CastVote),
  decision: PanelDecision.exactOptional(),
});
export type PanelCase = z.infer<typeof PanelCase>;
