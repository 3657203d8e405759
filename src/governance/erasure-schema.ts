import { z } from 'zod';
import { Erasure, ErasureReason } from '../ledger/erasure/schema.ts';

export const EraseInput = z.strictObject({
  /** The id of the question, or of its instance. */
  record: z.string().min(1),
  reason: ErasureReason,
});
export type EraseInput = z.infer<typeof EraseInput>;

/** What was erased, and what was made of it before: people decide what becomes of that. */
export const EraseReply = Erasure.extend({
  /** Releases whose files now hold a tombstone in its place. Copies that were handed out before hold the contents. */
  releases: z.array(z.string()),
  /** Training runs on those releases. */
  runs: z.array(z.string()),
});
export type EraseReply = z.infer<typeof EraseReply>;
