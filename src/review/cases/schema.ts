import { z } from 'zod';
import { WorkItem } from '../drafts/schema.ts';
import { Edit, PanelCase, Scores, StepMark, Verdict, Violation } from '../schema.ts';

/** What one reviewer said, under a letter: who it was is shown to nobody who decides, unless they unmask it. */
export const MaskedStatement = z.object({
  /** A, B, C … in an order of chance that is the same for everybody who looks at this case. */
  label: z.string(),
  scores: Scores,
  steps: z.array(StepMark),
  violations: z.array(Violation),
  edits: z.array(Edit),
  editedScores: Scores.exactOptional(),
  verdict: Verdict,
  insufficientContext: z.boolean(),
  comment: z.string().exactOptional(),
});
export type MaskedStatement = z.infer<typeof MaskedStatement>;

/** A failed round before the one in question: what was written, and what became of it. */
export const EarlierRound = z.object({
  round: z.int(),
  steps: z.array(z.string()),
  answer: z.string(),
  reasons: z.array(z.string()),
  remarks: z.array(z.string()),
  struckAt: z.string(),
});

export const CaseMessage = z.object({ member: z.string(), name: z.string(), text: z.string(), at: z.string() });
export type CaseMessage = z.infer<typeof CaseMessage>;

/** A case as one of its deciders sees it. Discussion opens when the first ballot is closed. */
export const CaseView = z.object({
  case: PanelCase,
  question: WorkItem.shape.question,
  trace: WorkItem.shape.trace,
  rubric: WorkItem.shape.rubric,
  reasons: WorkItem.shape.reasons,
  severities: WorkItem.shape.severities,
  minimumScore: z.int(),
  statements: z.array(MaskedStatement),
  earlier: z.array(EarlierRound),
  strikes: z.int(),
  strikeLimit: z.int(),
  messages: z.array(CaseMessage),
  quorum: z.int(),
  cast: z.int(),
  /** What the actor may do now. */
  can: z.object({ vote: z.boolean(), discuss: z.boolean(), decide: z.boolean(), unmask: z.boolean() }),
  /** Why the actor may not take part, if so. */
  barred: z.enum(['reviewed-it', 'conflict-of-interest', 'role']).exactOptional(),
  /** The vote that a decision must follow, once there is one. */
  binding: z.string().exactOptional(),
  /** Who is behind the letters; only after the actor unmasked them. */
  unmasked: z.record(z.string(), z.string()).exactOptional(),
});
export type CaseView = z.infer<typeof CaseView>;

export const MessageInput = z.strictObject({ text: z.string().trim().min(1).max(5_000) });
export const UnmaskInput = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });
