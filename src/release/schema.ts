import { z } from 'zod';
import { SignatureProof } from '../accounts/schema.ts';
import { AuditFinding } from '../ledger/schema.ts';

export const ReleaseName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'small letters, digits, dots and hyphens, at most 63')
  .refine((name) => name !== 'exports', 'this name is taken by the directory of exports');

export const CreateRelease = z.strictObject({
  name: ReleaseName,
  /** Only questions of this dataset; absent = of all. */
  dataset: z.string().min(1).exactOptional(),
  /** SPDX identifiers that may go in; absent = every stated licence that allows changed copies. */
  licences: z.array(z.string().min(1)).min(1).exactOptional(),
  /**
   * What the export shows of the log: `all` = the leaves of every chain (kinds, times and random ids, no content), so
   * that anyone can count that no history was cut; `own` = only those of its own records.
   */
  leaves: z.enum(['all', 'own']).default('all'),
});
export type CreateRelease = z.infer<typeof CreateRelease>;

/** An API token needs no proof; what it approves says that nobody was asked for one. */
export const ApproveRelease = z.strictObject({ proof: SignatureProof.exactOptional() });

/** Why an accepted instance is not in a release: what its replay finds, then what the rules on questions find. */
export const ExclusionCode = z.enum([
  'incomplete-history',
  'not-approved',
  'reopened',
  'altered-text',
  'edit-mismatch',
  'unconfirmed-edit',
  'too-few-reviewers',
  'not-credentialed',
  'not-entitled',
  'rubric-changed',
  'verdict',
  'score-below-minimum',
  'violation',
  'panel-missing',
  'panel-invalid',
  'adjudication-invalid',
  'licence-unknown',
  'licence-forbidden',
  'excluded-question',
  'held-out',
]);
export type ExclusionCode = z.infer<typeof ExclusionCode>;

export const ExclusionReason = z.strictObject({ code: ExclusionCode, text: z.string() });
export type ExclusionReason = z.infer<typeof ExclusionReason>;

export const Exclusion = z.object({
  question: z.string(),
  instance: z.uuid(),
  reasons: z.array(ExclusionReason).min(1),
});
export type Exclusion = z.infer<typeof Exclusion>;

const count = z.int().nonnegative();
const root = z.base64().length(44);

export const Counts = z.object({ rows: count, train: count, validation: count, preferences: count });
export type Counts = z.infer<typeof Counts>;

/** What a draft would release: its roots are over the very lines that are written when it is approved. */
export const Summary = z.object({
  candidates: count,
  counts: Counts,
  roots: z.object({ dataset: root, records: root, preferences: root }),
  byKind: z.record(z.string(), count),
  byLanguage: z.record(z.string(), count),
  byDimension: z.record(z.string(), count),
  byLicence: z.record(z.string(), count),
  groups: count,
  edited: count,
  panel: count,
  /** Records judged by people enrolled for a demonstration. */
  demo: count,
  heldOut: count,
  excluded: z.record(z.string(), count),
});
export type Summary = z.infer<typeof Summary>;

/** Where the sealed release stands in the log. */
export const Anchor = z.object({
  sealIndex: count,
  size: count,
  root,
  /** The signed checkpoint of the export, verbatim. */
  checkpoint: z.string(),
});
export type Anchor = z.infer<typeof Anchor>;

/** draft: gate evaluated · sealed: approved and in the log, its export not yet verified · frozen: verified and final. */
export const ReleaseState = z.enum(['draft', 'sealed', 'frozen']);
export type ReleaseState = z.infer<typeof ReleaseState>;

export const Release = z.object({
  name: ReleaseName,
  state: ReleaseState,
  input: CreateRelease,
  profileDigest: z.string(),
  summary: Summary,
  createdBy: z.string(),
  createdAt: z.string(),
  approvedBy: z.string().exactOptional(),
  approvedAt: z.string().exactOptional(),
  manifestSha256: z.string().exactOptional(),
  sealSeq: z.int().exactOptional(),
  anchor: Anchor.exactOptional(),
  /** What its approver signs, while it is a draft. */
  approvalDigest: z.string().exactOptional(),
  /** The export directory, once frozen. */
  path: z.string().exactOptional(),
});
export type Release = z.infer<typeof Release>;

export const ExportFormat = z.enum([
  'trl-sft',
  'trl-reward',
  'trl-dpo',
  'trl-grpo',
  'ms-swift-sft',
  'ms-swift-dpo',
  'ms-swift-grpo',
  'llama-factory-sft',
  'llama-factory-dpo',
  'verl-sft',
  'verl-grpo',
  'openrlhf-sft',
  'openrlhf-dpo',
  'openrlhf-grpo',
]);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const ExportedFile = z.object({ name: z.string(), sha256: z.string(), bytes: count, lines: count });
export type ExportedFile = z.infer<typeof ExportedFile>;

export const ExportReply = z.object({
  release: ReleaseName,
  format: ExportFormat,
  path: z.string(),
  files: z.array(ExportedFile),
});
export type ExportReply = z.infer<typeof ExportReply>;

/** What an audit of the database against the signed events and the log went through, and what does not fit. */
export const AuditReport = z.object({ events: count, rows: count, pending: count, findings: z.array(AuditFinding) });
export type AuditReport = z.infer<typeof AuditReport>;
