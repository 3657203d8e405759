import { z } from 'zod';
import { GuidelineContent } from '../profile/guideline-schema.ts';

/** A published version without its text. Versions are numbered from 1 and never change. */
export const GuidelineSummary = z.object({
  version: z.int().min(1),
  /** SHA-256 (hex) of the canonical JSON (RFC 8785) of the content; it stands in the log. */
  sha256: z.string(),
  note: z.string(),
  publishedBy: z.string(),
  publishedAt: z.string(),
  eventSeq: z.int(),
});
export type GuidelineSummary = z.infer<typeof GuidelineSummary>;

export const GuidelineVersion = GuidelineSummary.extend({ content: GuidelineContent });
export type GuidelineVersion = z.infer<typeof GuidelineVersion>;

/** The version in force, and what the actor may do about it. */
export const CurrentGuideline = GuidelineVersion.extend({
  can: z.object({ publish: z.boolean(), report: z.boolean() }),
});
export type CurrentGuideline = z.infer<typeof CurrentGuideline>;

export const GuidelineVersions = z.object({ versions: z.array(GuidelineSummary) });

/** Why a reader of the guideline was left without an answer. */
export const GapCause = z.enum(['ambiguous-text', 'guideline-gap', 'annotator-error', 'edge-case', 'subjective']);
export type GapCause = z.infer<typeof GapCause>;

const Remark = z.string().trim().min(1).max(5_000);

export const GapInput = z.strictObject({
  cause: GapCause,
  text: Remark,
  /** The section in question, by its id. */
  section: z.string().min(1).max(100).exactOptional(),
  /** The instance at which it was noticed. */
  instance: z.uuid().exactOptional(),
});
export type GapInput = z.infer<typeof GapInput>;

export const Gap = GapInput.extend({
  id: z.uuid(),
  filedBy: z.string(),
  filedAt: z.string(),
  /** The version that answers it, and in what way; absent while it is open. */
  answer: z.object({ version: z.int(), text: z.string() }).exactOptional(),
});
export type Gap = z.infer<typeof Gap>;

export const GapList = z.object({ gaps: z.array(Gap) });

export const GapState = z.enum(['open', 'answered', 'all']);
export type GapState = z.infer<typeof GapState>;

/** A new version. `base` is the version it was written on, so that nobody publishes over another's work unseen. */
export const PublishInput = z.strictObject({
  base: z.int().min(0),
  content: GuidelineContent,
  /** What changed and why. */
  note: Remark,
  /** Gaps that this version answers. */
  answers: z
    .array(z.strictObject({ gap: z.uuid(), text: Remark }))
    .max(500)
    .default([]),
});
export type PublishInput = z.infer<typeof PublishInput>;
