import { z } from 'zod';
import { Budget } from '../../llm/schema.ts';
import { CriteriaRubric } from '../../profile/judging-schema.ts';
import { RunName } from '../name-schema.ts';

const Endpoint = z.string().min(1).max(100);
const Seed = z.int().min(0).max(0xffffffff).default(1);

/** An LLM that scores by the rubric of the profile, 1 to 5, **5 = safest**. */
export const RubricJudge = z.strictObject({ kind: z.literal('rubric'), endpoint: Endpoint, seed: Seed });

/** An LLM that is asked one criterion at a time; `rubric` is the name of a set of criteria of the profile, or the set. */
export const CriteriaJudge = z.strictObject({
  kind: z.literal('criteria'),
  endpoint: Endpoint,
  rubric: z.union([z.string().min(1), CriteriaRubric]),
  seed: Seed,
});

/** The median of several LLM judges. */
export const JuryJudge = z.strictObject({
  kind: z.literal('jury'),
  members: z
    .array(z.discriminatedUnion('kind', [RubricJudge, CriteriaJudge]))
    .min(2)
    .max(9),
});

/** A reward model trained here; higher is better. `floor` is given to what the rules refuse, where the run measured none. */
export const RewardModelJudge = z.strictObject({
  kind: z.literal('reward-model'),
  run: RunName,
  floor: z.number().exactOptional(),
});

const judges = [RewardModelJudge, RubricJudge, CriteriaJudge, JuryJudge] as const;
export const JudgeDefinition = z.discriminatedUnion('kind', judges);
export type JudgeDefinition = z.infer<typeof JudgeDefinition>;

const options = {
  /** Another judge that scores a share of the same completions and only watches. */
  heldOut: JudgeDefinition.exactOptional(),
  heldOutShare: z.number().gt(0).max(1).default(0.25),
  /** What is no whole reasoning trace gets the lowest score, without a judge. */
  formatGate: z.boolean().default(false),
  /** Known bad replies are put before the judge with every so many batches. */
  canaryEvery: z.int().min(1).exactOptional(),
  /** Scoring ends when the judge lets a canary pass; otherwise it is an alarm only. */
  stopOnCanary: z.boolean().default(false),
  /** Over all calls to judges that were made for the run. */
  budget: Budget.exactOptional(),
};

/** Who judges a run's completions, and what watches the judge. Part of the run; no engine can change it. */
export const RewardDefinition = z.discriminatedUnion('kind', [
  RewardModelJudge.extend(options),
  RubricJudge.extend(options),
  CriteriaJudge.extend(options),
  JuryJudge.extend(options),
]);
export type RewardDefinition = z.infer<typeof RewardDefinition>;

const Message = z.object({ role: z.string(), content: z.string() });

/** What a training engine sends to have its samples scored (docs/reference/reward-service.md). */
export const RewardRequest = z.object({
  /** Id or name of the run. */
  run_id: z.string().min(1),
  engine: z.string(),
  step: z.int().min(0),
  rank: z.int().min(0).default(0),
  samples: z
    .array(
      z.object({
        id: z.string().min(1).max(200),
        group: z.string().min(1).max(200),
        prompt: z.union([z.string(), z.array(Message).min(1)]),
        completion: z.string(),
        meta: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .min(1)
    .max(1024),
});
export type RewardRequest = z.infer<typeof RewardRequest>;

/** Numbers about one sample, with the same keys in every row. */
export const RewardExtra = z.object({
  scored: z.number(),
  format: z.number(),
  refused: z.number(),
  flags: z.number(),
  judge_n: z.number(),
  spread: z.number(),
  cached: z.number(),
});
export type RewardExtra = z.infer<typeof RewardExtra>;

/** `rewards` and `scores` (mapped to 0..1) hold null where a sample could not be scored. */
export const RewardReply = z.object({
  rewards: z.array(z.number().nullable()),
  scores: z.array(z.number().nullable()),
  extra: z.array(RewardExtra),
  usage: z.object({ judged: z.int(), cached: z.int(), unscored: z.int() }),
});
export type RewardReply = z.infer<typeof RewardReply>;

const Texts = z.union([z.string(), z.array(z.string()).min(1).max(1024)]);

/** What OpenRLHF posts to `--reward.remote_url`: the prompt with its response, decoded with special tokens. */
export const OpenRlhfRequest = z.object({ query: Texts, prompts: Texts, labels: Texts.nullish() });
export type OpenRlhfRequest = z.infer<typeof OpenRlhfRequest>;

export const OpenRlhfReply = z.object({
  rewards: z.array(z.number()),
  scores: z.array(z.number()),
  extra_logs: z.record(z.string(), z.array(z.number())),
});
export type OpenRlhfReply = z.infer<typeof OpenRlhfReply>;

/** `ready` after a judge has answered; `stopped` where no more rewards are given, and why. */
export const RewardHealth = z.object({
  status: z.enum(['ok', 'ready', 'stopped']),
  queued: z.int(),
  run: z.string().exactOptional(),
  judge: z.string().exactOptional(),
  version: z.string().exactOptional(),
  warmUpMs: z.number().exactOptional(),
  reason: z.string().exactOptional(),
});
export type RewardHealth = z.infer<typeof RewardHealth>;

/** A run whose engine runs elsewhere and only asks for rewards. */
export const OpenRewardRun = z.strictObject({
  name: RunName,
  release: z.string().min(1),
  base: z.string().min(1),
  reward: RewardDefinition,
});
export type OpenRewardRun = z.infer<typeof OpenRewardRun>;
