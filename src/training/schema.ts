import { z } from 'zod';
import { Watch } from './watch/rule-schema.ts';

export const TrainingStage = z.enum(['sft', 'reward', 'grpo']);
export type TrainingStage = z.infer<typeof TrainingStage>;

/** specified: waits for its job · running · succeeded: its files are there and digested · failed, stopped. */
export const RunState = z.enum(['specified', 'running', 'succeeded', 'failed', 'stopped']);
export type RunState = z.infer<typeof RunState>;

export const RunName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, at most 63');

/** What a run is asked to do. Arguments are TRL's names; the worker refuses those it does not know. */
export const StartRun = z.strictObject({
  name: RunName,
  stage: TrainingStage,
  release: z.string().min(1),
  /** The base model: `smollm2` (shipped in a Python package), or the path of a GGUF file or Hugging Face directory. */
  base: z.string().min(1).default('smollm2'),
  /** The run whose adapter is continued; GRPO's reference model for the KL term. */
  from: RunName.exactOptional(),
  /** GRPO: the run that trained the reward model. */
  rewardFrom: RunName.exactOptional(),
  seed: z.int().min(0).default(1),
  /** At most so many rows, chosen by the seed; absent = all. */
  rows: z.int().min(1).exactOptional(),
  maxSteps: z.int().min(1).exactOptional(),
  args: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  lora: z.record(z.string(), z.number()).default({}),
  /** Stop rules of the run beside the default ones. */
  watch: Watch.exactOptional(),
});
export type StartRun = z.infer<typeof StartRun>;

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What came of a run. Figures are those of the worker's events; null where it reported none. */
export const RunResult = z.object({
  base: z.object({ name: z.string(), sha256: Digest, parameters: z.int(), gguf: z.string().exactOptional() }),
  adapter: z.object({
    directory: z.string(),
    sha256: Digest,
    gguf: z.string().exactOptional(),
    ggufSha256: Digest.exactOptional(),
  }),
  reference: z.string().exactOptional(),
  rows: z.int(),
  tokens: z.int().nullable(),
  truncated: z.int(),
  steps: z.int(),
  seconds: z.number(),
  metrics: z.record(z.string(), z.number().nullable()),
  trainedOn: z.array(z.string()),
});
export type RunResult = z.infer<typeof RunResult>;

export const TrainingRun = z.object({
  id: z.uuid(),
  name: RunName,
  stage: TrainingStage,
  release: z.string(),
  base: z.string(),
  input: StartRun,
  state: RunState,
  jobId: z.uuid().exactOptional(),
  result: RunResult.exactOptional(),
  error: z.string().exactOptional(),
  createdAt: z.string(),
  finishedAt: z.string().exactOptional(),
});
export type TrainingRun = z.infer<typeof TrainingRun>;

const Message = z.object({ role: z.string(), content: z.string() });

/** What a training engine sends to have its samples scored (docs/reference/reward-service.md). */
export const RewardRequest = z.object({
  run_id: z.uuid(),
  engine: z.string(),
  step: z.int().min(0),
  rank: z.int().min(0).default(0),
  samples: z
    .array(
      z.object({
        id: z.string().min(1).max(200),
        group: z.string().min(1).max(200),
        prompt: z.union([z.string(), z.array(Message)]),
        completion: z.string(),
        meta: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .min(1)
    .max(1024),
});
export type RewardRequest = z.infer<typeof RewardRequest>;

/** `rewards` and `scores` (mapped to 0..1) hold null where a sample could not be scored. */
export const RewardReply = z.object({
  rewards: z.array(z.number().nullable()),
  scores: z.array(z.number().nullable()),
  extra: z.array(z.record(z.string(), z.number())),
  usage: z.object({ judged: z.int(), cached: z.int(), unscored: z.int() }),
});
export type RewardReply = z.infer<typeof RewardReply>;
