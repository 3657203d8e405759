import { z } from 'zod';
import { Assignment } from '../../assignment/schema.ts';
import { Named } from '../../profile/schema.ts';
import { Bilingual } from '../../profile/words-schema.ts';
import { Edit, ReviewInput, Scores, StepMark, Verdict, Violation } from '../schema.ts';

/** A review that is being written: everything may still be missing. Scores are those of the original text. */
export const DraftContent = z.strictObject({
  scores: Scores.default({}),
  steps: z.array(StepMark).default([]),
  violations: z.array(Violation).default([]),
  edits: z.array(Edit).default([]),
  editedScores: Scores.default({}),
  verdict: Verdict.exactOptional(),
  insufficientContext: z.boolean().default(false),
  comment: z.string().max(5_000).default(''),
  /** Active time so far, in seconds. */
  seconds: z.int().min(0).default(0),
});
export type DraftContent = z.infer<typeof DraftContent>;

export const Draft = z.object({
  /** From 1; each save makes the next. */
  rev: z.int().min(1),
  content: DraftContent,
  savedAt: z.string(),
});
export type Draft = z.infer<typeof Draft>;

/** Saves on top of revision `base` (0 = there is none yet). The same key again is the same save. */
export const SaveDraft = z.strictObject({ key: z.uuid(), base: z.int().min(0), content: DraftContent });
export type SaveDraft = z.infer<typeof SaveDraft>;

export const SubmitInput = z.strictObject({ key: z.uuid(), review: ReviewInput });
export type SubmitInput = z.infer<typeof SubmitInput>;

/** waiting: can be taken back until `dueAt` · signed: stands in the log · withdrawn: taken back · refused: not counted, with the reason. */
export const SubmissionState = z.enum(['waiting', 'signed', 'withdrawn', 'refused']);

export const Submission = z.object({
  assignment: Assignment,
  state: SubmissionState,
  review: ReviewInput,
  refusal: z.string().exactOptional(),
  submittedAt: z.string(),
  dueAt: z.string(),
});
export type Submission = z.infer<typeof Submission>;

/** The newest submissions of a reviewer, and how many were handed in today (UTC). */
export const OwnSubmissions = z.object({ submissions: z.array(Submission), doneToday: z.int() });
export type OwnSubmissions = z.infer<typeof OwnSubmissions>;

const WorkCriterion = z.object({ id: z.string(), name: Bilingual, veto: z.boolean(), anchors: z.array(Bilingual) });

/** Everything the review screen needs for one item; nothing that peers said. */
export const WorkItem = z.object({
  assignment: Assignment,
  question: z.object({
    id: z.string(),
    kind: z.string(),
    language: z.string(),
    text: z.string(),
    context: z.array(z.object({ label: z.string().exactOptional(), text: z.string() })),
    options: z.array(z.object({ label: z.string(), text: z.string() })),
    answer: z.array(z.string()),
    reference: z.string().exactOptional(),
    explanation: z.string().exactOptional(),
    specialty: z.string().exactOptional(),
    /** Dimensions that the question is about. */
    dimensions: z.array(z.string()),
    citation: z.string(),
  }),
  trace: z.object({ sha256: z.string(), steps: z.array(z.string()), answer: z.string() }),
  rubric: z.object({
    track: z.string(),
    version: z.string(),
    name: Bilingual,
    criteria: z.array(WorkCriterion),
    dimensions: z.array(z.object({ code: z.string(), family: z.string(), name: Bilingual })),
  }),
  reasons: z.array(Named),
  severities: z.array(Named),
  /** The lowest score with which a text can be accepted. */
  minimumScore: z.int(),
  guidelineVersion: z.int().exactOptional(),
  draft: Draft.exactOptional(),
  submission: Submission.exactOptional(),
});
export type WorkItem = z.infer<typeof WorkItem>;

/** A peer's edit that waits for the actor's scores: the actor has reviewed this round and may see it. */
export const ConfirmationTask = z.object({
  instance: z.uuid(),
  round: z.int(),
  question: WorkItem.shape.question,
  trace: WorkItem.shape.trace,
  rubric: WorkItem.shape.rubric,
  reasons: z.array(Named),
  edits: z.array(Edit),
  /** The scores that the actor gave the original. */
  scores: Scores,
});
export type ConfirmationTask = z.infer<typeof ConfirmationTask>;
