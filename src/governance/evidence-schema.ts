import { z } from 'zod';

/** Where a claim comes from: the rows it was computed from, and the log entries that fix them. */
export const Source = z.strictObject({ rows: z.string(), query: z.string(), leaves: z.array(z.int()) });

export const Claim = z.strictObject({
  id: z.string(),
  section: z.string(),
  text: z.string(),
  /** The figures of the claim as they were measured. */
  figures: z.record(z.string(), z.json()),
  source: Source,
  /** What a reader must know before quoting the claim. */
  caveats: z.array(z.string()),
});
export type Claim = z.infer<typeof Claim>;

export const HumanItem = z.strictObject({ item: z.string(), needs: z.string() });

/** A framework is mapped, with the date of the map; compliance is never claimed. */
export const FrameworkStatus = z.strictObject({ framework: z.string(), status: z.string(), asOf: z.string() });

export const Evidence = z.strictObject({
  version: z.literal('safemed-evidence/1'),
  issuedAt: z.string(),
  system: z.strictObject({ name: z.string(), version: z.string() }),
  demo: z.boolean(),
  log: z.strictObject({
    origin: z.string(),
    key: z.string(),
    size: z.int(),
    rootHash: z.string(),
    checkpoint: z.string(),
  }),
  verify: z.strictObject({ command: z.string(), independence: z.string() }),
  claims: z.array(Claim),
  notClaimed: z.array(z.string()),
  human: z.array(HumanItem),
  frameworks: z.array(FrameworkStatus),
});
export type Evidence = z.infer<typeof Evidence>;

export const BuildEvidence = z.strictObject({
  release: z.string().min(1),
  campaign: z.uuid().exactOptional(),
  evaluation: z.uuid().exactOptional(),
  /** A closed expert study. */
  study: z.uuid().exactOptional(),
  runs: z.array(z.string()).default([]),
});
export type BuildEvidence = z.infer<typeof BuildEvidence>;

export const EvidenceReply = z.object({ sha256: z.string(), directory: z.string(), claims: z.int() });
export type EvidenceReply = z.infer<typeof EvidenceReply>;
