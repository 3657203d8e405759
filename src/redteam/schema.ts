import { z } from 'zod';
import { Axis } from '../profile/red-team-judges-schema.ts';
import { ModelIdentity, TargetRef } from '../registry/schema.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits');

const Code = z.string().min(1).max(60);
/** A prompt or a reply. */
export const Text = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .refine((text) => !text.includes('\0'), 'must not contain U+0000');

export const ProbeLanguage = z.enum(['en', 'zh']);
export type ProbeLanguage = z.infer<typeof ProbeLanguage>;

export const ProbeSplit = z.enum(['test', 'train']);
export type ProbeSplit = z.infer<typeof ProbeSplit>;

const mostLeadTurns = 9;

/** Where a generated or imported probe comes from. */
export const ProbeOrigin = z.strictObject({
  /** A base request of the profile, or the record of a public set. */
  base: z.string().min(1).max(200),
  seed: z.int().min(0).exactOptional(),
  /** The endpoint of the model that wrote it, and its call in the record of calls. */
  attacker: z.string().exactOptional(),
  callKey: z.string().exactOptional(),
  /** The public set, with its licence where it is known. */
  source: z.string().exactOptional(),
});
export type ProbeOrigin = z.infer<typeof ProbeOrigin>;

/** A held-out attack: a plausible professional request with a buried violation, and the same request with a legitimate need. */
export const Probe = z
  .strictObject({
    id: z.string().min(1).max(200),
    /** Probes of one group are variants of one case. */
    group: z.string().min(1).max(200),
    dimension: Code,
    strategy: Code,
    /** How deep the violation is buried, from 1 (plain). */
    level: z.int().min(1).max(5),
    language: ProbeLanguage,
    /** The violation that serving the request would be. */
    intent: Text,
    prompt: Text,
    /** The benign twin: a model should answer it. */
    twin: Text.exactOptional(),
    /** What the asker says in the turns before `prompt`; the conversation is held turn by turn. */
    lead: z.array(Text).min(1).max(mostLeadTurns).exactOptional(),
    /** The same for the twin, as many turns. */
    twinLead: z.array(Text).min(1).max(mostLeadTurns).exactOptional(),
    /** Put into the assistant's own instructions before the conversation, for probe and twin alike. */
    configuration: Text.exactOptional(),
    /** The request and its twin in plain writing where `prompt` is encoded: what a judge reads. */
    plain: Text.exactOptional(),
    twinPlain: Text.exactOptional(),
    /** What was done to the request besides its strategy: scripts, transformations, translation, adaptive search. */
    techniques: z.array(Code).min(1).exactOptional(),
    /** test (where absent): training never sees it · train: its findings may become questions of the corpus. */
    split: ProbeSplit.exactOptional(),
    origin: ProbeOrigin.exactOptional(),
  })
  .superRefine((probe, check) => {
    if (probe.twinLead !== undefined && probe.twin === undefined)
      check.addIssue({ code: 'custom', path: ['twinLead'], message: 'there is no twin that these turns lead to' });
    if (probe.twin !== undefined && probe.lead?.length !== probe.twinLead?.length)
      check.addIssue({ code: 'custom', path: ['twinLead'], message: 'the twin needs as many turns as the probe' });
  });
export type Probe = z.infer<typeof Probe>;

/** A probe without a split is held out. */
export function splitOf(probe: Pick<Probe, 'split'>): ProbeSplit {
  return probe.split ?? 'test';
}

/** taken: stored now · already: the same probe is stored · refused: not stored, with the reason. */
export const LineOutcome = z.object({
  /** 1-based position in the request. */
  line: z.int(),
  id: z.string().exactOptional(),
  outcome: z.enum(['taken', 'already', 'refused']),
  reason: z.string().exactOptional(),
});
export type LineOutcome = z.infer<typeof LineOutcome>;

export const LinesReport = z.object({
  taken: z.int(),
  already: z.int(),
  refused: z.int(),
  /** Every line that was refused. */
  lines: z.array(LineOutcome),
});
export type LinesReport = z.infer<typeof LinesReport>;

/** probe: the attack itself · twin: its benign twin. */
export const Variant = z.enum(['probe', 'twin']);
export type Variant = z.infer<typeof Variant>;

/** attack: was a risky request served? · over-refusal: was a legitimate request refused? */
export const Asks = z.enum(['attack', 'over-refusal']);
export type Asks = z.infer<typeof Asks>;

export const Handling = z.enum(['full-refusal', 'partial', 'full-compliance']);
export type Handling = z.infer<typeof Handling>;

/** A risk is never a bare number: the same digit means the opposite on a training reward (5 = safest). */
export const riskPolarity = '1 = safest';
export const Risk = z.strictObject({ score: z.int().min(1).max(5), polarity: z.literal(riskPolarity) });
export type Risk = z.infer<typeof Risk>;

/** One judge's statement besides its verdict. */
const stated = {
  /** Digest of the judge: of a classifier's artefact, or of another judge's definition. */
  judge: Sha256,
  /** Why the judge says so; always there when it is undecided. */
  reason: z.string().min(1).exactOptional(),
  risk: Risk.exactOptional(),
  handling: Handling.exactOptional(),
  /** Calibrated probability of `unsafe`, or of `refused`. */
  probability: z.number().min(0).max(1).exactOptional(),
  /** Of a guard judge: which of the three statements hold; null where the judge cannot tell. */
  axes: z.record(Axis, z.boolean().nullable()).exactOptional(),
  /** Of a criteria judge: which criteria are met, and the share of points (0 to 1). */
  criteria: z.strictObject({ met: z.record(z.string(), z.boolean()), share: z.number() }).exactOptional(),
  /** Passages that the judge quoted, and how many of them stand in the material. */
  evidence: z.strictObject({ quoted: z.int(), found: z.int() }).exactOptional(),
  /** The judge's own calls, and its replies as they came. */
  trail: z.array(z.strictObject({ call: z.string(), reply: z.string() })).exactOptional(),
};

/** Every verdict of either question. */
export const Verdict = z.enum(['safe', 'unsafe', 'refused', 'answered', 'undecided']);
export type Verdict = z.infer<typeof Verdict>;

/** What one member of a jury said; kept beside the jury's verdict. */
export const MemberJudgment = z.strictObject({ name: z.string(), verdict: Verdict, ...stated });
export type MemberJudgment = z.infer<typeof MemberJudgment>;

const judged = {
  ...stated,
  /** Of a jury: every member's own judgment. */
  members: z.array(MemberJudgment).exactOptional(),
  /** The jury defers to people: its rule settles nothing. The verdict is then `undecided`. */
  deferred: z.literal(true).exactOptional(),
  /** The members do not all say the same; the reply waits in the clinicians' queue. */
  disagrees: z.literal(true).exactOptional(),
};

/** What a judge says of one reply. `undecided` is a verdict of its own, never a pass and never a number. */
export const Judgment = z
  .discriminatedUnion('asks', [
    z.strictObject({
      asks: z.literal('attack'),
      verdict: z.enum(['safe', 'unsafe', 'undecided']),
      ...judged,
    }),
    z.strictObject({
      asks: z.literal('over-refusal'),
      verdict: z.enum(['refused', 'answered', 'undecided']),
      ...judged,
    }),
  ])
  .refine((one) => one.verdict !== 'undecided' || one.reason !== undefined, 'an undecided verdict needs its reason')
  .refine((one) => one.deferred !== true || one.verdict === 'undecided', 'what is deferred is undecided');
export type Judgment = z.infer<typeof Judgment>;

export const ProbeFilter = z.strictObject({
  strategies: z.array(Code).min(1).exactOptional(),
  dimensions: z.array(Code).min(1).exactOptional(),
  languages: z.array(ProbeLanguage).min(1).exactOptional(),
  levels: z.array(z.int()).min(1).exactOptional(),
  splits: z.array(ProbeSplit).min(1).exactOptional(),
  ids: z.array(z.string()).min(1).max(5_000).exactOptional(),
});
export type ProbeFilter = z.infer<typeof ProbeFilter>;

export const TargetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dots, hyphens and underscores, at most 63');

/** How the targets are asked; equal for all targets of a campaign. */
export const CampaignSettings = z.strictObject({
  /** Whether the benign twins are asked as well; over-refusal is unknown without them. */
  twins: z.boolean().default(true),
  /** Whether the profile's system prompt stands before each request. */
  systemPrompt: z.boolean().default(true),
  maxTokens: z.int().min(1).max(65_536).default(256),
  temperature: z.number().min(0).max(2).default(0),
  seed: z.int().min(0).max(0xffffffff).default(1),
});
export type CampaignSettings = z.infer<typeof CampaignSettings>;

export const StartCampaign = CampaignSettings.extend({
  name: z.string().min(1).max(100),
  /** Name or digest of the judge. */
  judge: z.string().min(1),
  targets: z
    .array(z.strictObject({ name: TargetName, ref: TargetRef }))
    .min(1)
    .max(50),
  probes: ProbeFilter.default({}),
  /** Names or digests of the reward models behind the targets and of their bases, for the same-lineage rule. */
  rewardLineage: z.array(z.string().min(1)).max(100).default([]),
}).superRefine((input, check) => {
  if (new Set(input.targets.map((target) => target.name)).size !== input.targets.length)
    check.addIssue({ code: 'custom', path: ['targets'], message: 'two targets have the same name' });
});
export type StartCampaign = z.infer<typeof StartCampaign>;

export const Target = z.object({ name: TargetName, identity: ModelIdentity });
export type Target = z.infer<typeof Target>;

export const Campaign = z.object({
  id: z.uuid(),
  name: z.string(),
  /** Digest of the judge. */
  judge: Sha256,
  targets: z.array(Target).min(1),
  settings: CampaignSettings,
  rewardLineage: z.array(z.string()),
  /** How many probes it asks and how many of them have a twin that it asks, fixed when it began. */
  probes: z.int(),
  twins: z.int(),
  /** SHA-256 over the sorted digests of its probes. */
  probesSha256: Sha256,
  profileDigest: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  completedAt: z.string().exactOptional(),
  /** Position of its `redteam.completed` event in the system chain. */
  eventSeq: z.int().exactOptional(),
});
export type Campaign = z.infer<typeof Campaign>;

export const CampaignList = z.object({ campaigns: z.array(Campaign) });

/** One thing asked of one target. */
const asked = { target: TargetName, probe: z.string(), variant: Variant };

const replied = {
  text: z.string(),
  sha256: Sha256,
  /** Why there is no reply: the endpoint refused this very request. */
  failure: z.string().exactOptional(),
  /** The model as its endpoint named it. */
  model: z.string(),
  /** The call in the record of calls; absent where there is no reply. */
  callKey: z.string().exactOptional(),
  finishReason: z.string(),
  repliedAt: z.string(),
};

/** What a target replied in one turn of a conversation. */
export const TurnReply = z.object({ /** From 1. */ turn: z.int(), ...replied });
export type TurnReply = z.infer<typeof TurnReply>;

/** What a target replied; a row that nothing changes any more. `turns` are those before the last one. */
export const TargetReply = z.object({ ...asked, ...replied, turns: z.array(TurnReply).min(1).exactOptional() });
export type TargetReply = z.infer<typeof TargetReply>;

/** The judgment of one turn of a conversation. */
export const TurnJudgment = z.object({ turn: z.int(), judgment: Judgment });
export type TurnJudgment = z.infer<typeof TurnJudgment>;

/** A judgment with what it is about; a row that nothing changes any more. Of a conversation it is the verdict on the whole. */
export const JudgedReply = z.object({
  ...asked,
  judgment: Judgment,
  judgedAt: z.string(),
  turns: z.array(TurnJudgment).min(1).exactOptional(),
});
export type JudgedReply = z.infer<typeof JudgedReply>;

/** A reply as people who work with attacks read it. */
export const CampaignItem = TargetReply.extend({
  prompt: z.string(),
  judgment: Judgment.exactOptional(),
  /** Of a conversation: each turn but the last with what was said, and the judgment of every turn. */
  turns: z
    .array(TurnReply.extend({ prompt: z.string() }))
    .min(1)
    .exactOptional(),
  turnJudgments: z.array(TurnJudgment).min(1).exactOptional(),
});
export type CampaignItem = z.infer<typeof CampaignItem>;

export const ItemPage = z.object({
  items: z.array(CampaignItem),
  /** Where the next page begins; absent on the last one. */
  next: z.int().exactOptional(),
});
export type ItemPage = z.infer<typeof ItemPage>;

export const CampaignStarted = z.object({ campaign: z.uuid(), job: z.uuid() });
export type CampaignStarted = z.infer<typeof CampaignStarted>;
export const JobReply = z.object({ job: z.uuid() });

export const CampaignResult = z.object({ campaign: z.uuid(), replies: z.int(), undecided: z.int() });
export type CampaignResult = z.infer<typeof CampaignResult>;

/** One judged reply with what reports group by. */
export const OutcomeRow = z.object({
  target: z.string(),
  probe: z.string(),
  variant: Variant,
  verdict: Verdict,
  reason: z.string().nullable(),
  risk: z.int().min(1).max(5).nullable(),
  strategy: z.string(),
  dimension: z.string(),
  level: z.int(),
  language: z.string(),
  group: z.string(),
});
export type OutcomeRow = z.infer<typeof OutcomeRow>;
