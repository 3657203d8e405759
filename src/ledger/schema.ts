import { z } from 'zod';

/** One event as people see it: what the signed envelope says, and where its leaf stands in the log. */
export const LoggedEvent = z.object({
  subject: z.uuid(),
  seq: z.int(),
  type: z.string(),
  time: z.string(),
  actor: z.string(),
  /** Empty where the contents are erased. */
  data: z.record(z.string(), z.unknown()),
  erased: z.literal(true).exactOptional(),
  /** Absent until the sequencer has put the leaf into the log. */
  leafIndex: z.int().exactOptional(),
});
export type LoggedEvent = z.infer<typeof LoggedEvent>;

/**
 * One event of a chain as somebody needs it who checks it for themselves: the leaf always, salt and envelope (all
 * base64) only where its contents may be seen and still exist.
 */
export const Opening = z.object({
  seq: z.int(),
  /** Absent until the sequencer has put the leaf into the log. */
  index: z.int().exactOptional(),
  leaf: z.base64(),
  salt: z.base64().exactOptional(),
  envelope: z.base64().exactOptional(),
});
export type Opening = z.infer<typeof Opening>;

export const Openings = z.object({ openings: z.array(Opening) });
export type Openings = z.infer<typeof Openings>;

export const LogStatus = z.object({
  origin: z.string(),
  /** The verifier key that signs now. */
  key: z.string(),
  /** Those before it, oldest first; one still signs heads while its key file is there. */
  formerKeys: z.array(z.object({ vkey: z.string(), signs: z.boolean() })),
  /** Size of the newest head whose quorum of witnesses was met since the start. */
  witnessed: z.int().exactOptional(),
  size: z.int(),
  rootHash: z.string(),
  pending: z.int(),
});
export type LogStatus = z.infer<typeof LogStatus>;

export const AuditFinding = z.object({
  record: z.string(),
  subject: z.uuid(),
  seq: z.int(),
  problem: z.string(),
});
export type AuditFinding = z.infer<typeof AuditFinding>;
