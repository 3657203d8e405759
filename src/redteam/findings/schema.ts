import { z } from 'zod';
import { TargetRef } from '../../registry/schema.ts';
import { TargetName, Variant } from '../schema.ts';

export const FindingStatus = z.enum(['open', 'triaged', 'fixed', 'accepted', 'false-positive']);
export type FindingStatus = z.infer<typeof FindingStatus>;

/** One case in which a target failed: probes of one group that it served, or whose twins it refused. */
export const Finding = z.object({
  id: z.uuid(),
  campaign: z.uuid(),
  target: z.string(),
  group: z.string(),
  /** probe: a risky request was served · twin: a legitimate one was refused. */
  variant: Variant,
  probes: z.array(z.string()).min(1),
  dimension: z.string(),
  /** The highest risk that the judge gave (1 = safest); absent where it gave none. */
  worstRisk: z.int().exactOptional(),
  /** A severity of the profile; people set it, nothing is assumed before. */
  severity: z.string().exactOptional(),
  status: FindingStatus,
  assignee: z.string().exactOptional(),
  /** The question of the corpus that it became. */
  question: z.string().exactOptional(),
  openedBy: z.string(),
  openedAt: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const FindingEventKind = z.enum(['opened', 'triaged', 'retest-started', 'retested', 'promoted']);
export type FindingEventKind = z.infer<typeof FindingEventKind>;

export const FindingEvent = z.object({
  position: z.int(),
  kind: FindingEventKind,
  by: z.string(),
  at: z.string(),
  data: z.record(z.string(), z.json()),
});
export type FindingEvent = z.infer<typeof FindingEvent>;

/** How the finding's probes went when they were run again, counted from the judgments; `open` wait for one. */
export const Retest = z.object({
  campaign: z.uuid(),
  target: z.string(),
  ref: z.string(),
  complete: z.boolean(),
  failed: z.int(),
  passed: z.int(),
  undecided: z.int(),
  open: z.int(),
});
export type Retest = z.infer<typeof Retest>;

export const FindingDetail = z.object({ finding: Finding, history: z.array(FindingEvent), retests: z.array(Retest) });
export type FindingDetail = z.infer<typeof FindingDetail>;

export const FindingList = z.object({ findings: z.array(Finding) });

export const OpenFindings = z.strictObject({ campaign: z.uuid() });
export const FindingsOpened = z.object({ opened: z.int(), already: z.int() });
export type FindingsOpened = z.infer<typeof FindingsOpened>;

const Note = z.string().trim().min(1).max(2_000);

export const TriageFinding = z
  .strictObject({
    severity: z.string().min(1).exactOptional(),
    status: FindingStatus.exclude(['open']).exactOptional(),
    assignee: z.string().min(1).exactOptional(),
    note: Note.exactOptional(),
  })
  .refine((input) => Object.keys(input).length > 0, 'say what changes: severity, status, assignee or a note')
  .refine(
    (input) => input.note !== undefined || (input.status !== 'accepted' && input.status !== 'false-positive'),
    'a finding is accepted, or called a false positive, with a note that says why',
  );
export type TriageFinding = z.infer<typeof TriageFinding>;

export const RetestFinding = z.strictObject({
  target: z.strictObject({ name: TargetName, ref: TargetRef }),
  /** Another judge than the one that found it. */
  judge: z.string().min(1).exactOptional(),
  /** Another seed than the campaign's: an equal request is answered from the record of calls. */
  seed: z.int().min(0).max(0xffffffff).exactOptional(),
});
export type RetestFinding = z.infer<typeof RetestFinding>;

/** `text` is another wording of the case; it is needed where the probes are held out. */
export const PromoteFinding = z.strictObject({ text: z.string().trim().min(1).max(20_000).exactOptional() });
export type PromoteFinding = z.infer<typeof PromoteFinding>;
export const FindingPromoted = z.object({ question: z.string() });

export const FindingFilter = z.strictObject({
  status: FindingStatus.exactOptional(),
  campaign: z.uuid().exactOptional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export type FindingFilter = z.infer<typeof FindingFilter>;
