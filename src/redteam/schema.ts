import { z } from 'zod';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits');

const Code = z.string().min(1).max(60);
const Text = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .refine((text) => !text.includes('\0'), 'must not contain U+0000');

export const ProbeLanguage = z.enum(['en', 'zh']);

/** A held-out attack: a plausible professional request with a buried violation, and the same request with a legitimate need. */
export const Probe = z.strictObject({
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
});
export type Probe = z.infer<typeof Probe>;

export const ImportProbesInput = z.strictObject({ probes: z.array(z.unknown()).max(5_000) });

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

const judged = {
  /** Digest of the judge: of a classifier's artefact, or of an LLM judge's definition. */
  judge: Sha256,
  /** Why the judge says so; always there when it is undecided. */
  reason: z.string().min(1).exactOptional(),
  handling: Handling.exactOptional(),
  /** Calibrated probability of `unsafe`, or of `refused`. */
  probability: z.number().min(0).max(1).exactOptional(),
  /** The judge's own calls, and its replies as they came. */
  trail: z.array(z.strictObject({ call: z.string(), reply: z.string() })).exactOptional(),
};

/** What a judge says of one reply. `undecided` is a verdict of its own, never a pass and never a number. */
export const Judgment = z
  .discriminatedUnion('asks', [
    z.strictObject({
      asks: z.literal('attack'),
      verdict: z.enum(['safe', 'unsafe', 'undecided']),
      risk: Risk.exactOptional(),
      ...judged,
    }),
    z.strictObject({
      asks: z.literal('over-refusal'),
      verdict: z.enum(['refused', 'answered', 'undecided']),
      ...judged,
    }),
  ])
  .refine((one) => one.verdict !== 'undecided' || one.reason !== undefined, 'an undecided verdict needs its reason');
export type Judgment = z.infer<typeof Judgment>;

export const ProbeFilter = z.strictObject({
  strategies: z.array(Code).min(1).exactOptional(),
  dimensions: z.array(Code).min(1).exactOptional(),
  languages: z.array(ProbeLanguage).min(1).exactOptional(),
  levels: z.array(z.int()).min(1).exactOptional(),
});
export type ProbeFilter = z.infer<typeof ProbeFilter>;

export const CampaignInput = z.strictObject({
  name: z.string().min(1).max(100),
  /** Name or digest of the judge. */
  judge: z.string().min(1),
  /** What is attacked: `model:NAME` or `endpoint:NAME`. */
  targets: z.array(z.string().min(1).max(200)).min(1).max(50),
  probes: ProbeFilter.default({}),
  /** Whether the benign twins are asked as well; over-refusal is unknown without them. */
  twins: z.boolean().default(true),
  maxTokens: z.int().min(1).max(32_768).default(256),
  temperature: z.number().min(0).max(2).default(0),
  seed: z.int().min(0).max(0xffffffff).default(1),
  /** Names and digests of the reward models behind the targets and of their bases, for the same-lineage rule. */
  rewardLineage: z.array(z.string().min(1)).max(100).default([]),
});
export type CampaignInput = z.infer<typeof CampaignInput>;

/** A target with everything that it was made from, as far as it is known. */
export const Target = z.strictObject({ ref: z.string(), lineage: z.array(z.string()) });
export type Target = z.infer<typeof Target>;

export const Campaign = CampaignInput.extend({
  id: z.uuid(),
  judge: Sha256,
  targets: z.array(Target).min(1),
  /** How many probes it has, frozen when it was created, and the SHA-256 over their digests. */
  probeCount: z.int(),
  twinCount: z.int(),
  probesSha256: Sha256,
  profileDigest: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  completedAt: z.string().exactOptional(),
});
export type Campaign = z.infer<typeof Campaign>;

/** One thing to ask of one target. */
export const Attempt = z.object({ target: z.string(), probe: z.string(), variant: Variant });
export type Attempt = z.infer<typeof Attempt>;

/** What a target replied. */
export const TargetReply = Attempt.extend({
  text: z.string(),
  sha256: Sha256,
  model: z.string(),
  callKey: z.string(),
  finishReason: z.string(),
  repliedAt: z.string(),
});
export type TargetReply = z.infer<typeof TargetReply>;

export const JobInput = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('campaign'), campaign: z.uuid() }),
  z.strictObject({
    task: z.literal('calibration'),
    name: Code,
    dataset: Code,
    seed: z.int(),
    endpoint: z.string().exactOptional(),
    lineage: z.array(z.string()).exactOptional(),
  }),
]);
export type JobInput = z.infer<typeof JobInput>;

export const CampaignStarted = z.object({ campaign: z.uuid(), job: z.uuid() });
export const JobReply = z.object({ job: z.uuid() });

/** Totals of a finished campaign, counted from its rows. */
export const CampaignResult = z.object({
  campaign: z.uuid(),
  replies: z.int(),
  judgments: z.int(),
  undecided: z.int(),
  rowsSha256: Sha256,
});
export type CampaignResult = z.infer<typeof CampaignResult>;
