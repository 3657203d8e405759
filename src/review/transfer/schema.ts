import { z } from 'zod';
import { DecisionInput, PanelTrigger, PanelVote, ReviewInput, Scores } from '../schema.ts';

/** One line of a review file: a review done elsewhere, by an enrolled reviewer, of one round of a question's instance. */
export const ReviewLine = ReviewInput.extend({
  question: z.string().min(1),
  round: z.int().min(1),
  reviewer: z.string().min(1),
  track: z.string().exactOptional(),
  /** Scores for the text that a peer's edit produced; where there is no edit of one's own, `editedScores` says the same. */
  confirmedScores: Scores.exactOptional(),
  /** The text that was reviewed; a review of another text is refused. */
  traceSha256: z.string().exactOptional(),
  /** Where and when it was made, as an export of another workspace says it. Kept in the record, not taken for our own. */
  instance: z.uuid().exactOptional(),
  kind: z.string().exactOptional(),
  resultSha256: z.string().exactOptional(),
  submittedAt: z.string().exactOptional(),
  importedBy: z.string().exactOptional(),
  eventSeq: z.int().exactOptional(),
});
export type ReviewLine = z.infer<typeof ReviewLine>;

const MemberVote = z.strictObject({ member: z.string().min(1), vote: PanelVote });

/** One line of a file of cases: the votes and the decision on one round of a question's instance. */
export const PanelLine = z.strictObject({
  question: z.string().min(1),
  trigger: PanelTrigger,
  round: z.int().min(1),
  /** None where an adjudicator decided alone. */
  votes: z.array(MemberVote),
  secondVotes: z.array(MemberVote).exactOptional(),
  chair: z.string().exactOptional(),
  ...DecisionInput.shape,
});
export type PanelLine = z.infer<typeof PanelLine>;

/** taken: recorded now · already: recorded before · waiting: its round or case is not there yet · refused: with the reason. */
export const LineOutcome = z.object({
  line: z.int(),
  question: z.string(),
  outcome: z.enum(['taken', 'already', 'waiting', 'refused']),
  reason: z.string().exactOptional(),
});
export type LineOutcome = z.infer<typeof LineOutcome>;

export const TransferReport = z.object({
  taken: z.int(),
  already: z.int(),
  waiting: z.int(),
  refused: z.int(),
  /** Everything but the lines taken. */
  lines: z.array(LineOutcome),
});
export type TransferReport = z.infer<typeof TransferReport>;

export const ImportReviewsInput = z.strictObject({ reviews: z.array(ReviewLine).max(5_000) });
export const ImportPanelsInput = z.strictObject({ panels: z.array(PanelLine).max(5_000) });

/** One line of an export: everything said about one round, with the position of each statement in the instance's chain. */
export const ExportedReview = ReviewLine.extend({
  instance: z.uuid(),
  kind: z.string(),
  traceSha256: z.string(),
  submittedAt: z.string(),
  eventSeq: z.int(),
});
export type ExportedReview = z.infer<typeof ExportedReview>;
