import { z } from 'zod';

/** Why contents are erased; part of the signed record, so codes only and no free text. */
export const ErasureReason = z.enum(['data-subject-request', 'consent-withdrawn', 'legal-order', 'imported-in-error']);
export type ErasureReason = z.infer<typeof ErasureReason>;

/** An erased chain. */
export const Erasure = z.object({
  subject: z.uuid(),
  /** The id of the question it was about. */
  record: z.string(),
  reason: ErasureReason,
  /** Models that were trained on it, or descend from one that was, when it was erased. */
  models: z.array(z.string()),
  eventSeq: z.int(),
  erasedBy: z.string(),
  erasedAt: z.string(),
});
export type Erasure = z.infer<typeof Erasure>;
