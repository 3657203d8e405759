import { z } from 'zod';

/** One event as people see it: what the signed envelope says, and where its leaf stands in the log. */
export const LoggedEvent = z.object({
  subject: z.uuid(),
  seq: z.int(),
  type: z.string(),
  time: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
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
  key: z.string(),
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
