import { z } from 'zod';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Source = z.object({ path: z.string(), sha256: Digest.optional() });

/** The run file of the training worker (trainer/README.md). Arguments are TRL's; the worker refuses unknown ones. */
export const RunSpec = z.object({
  run_id: z.string().min(1),
  stage: z.enum(['sft', 'dpo', 'reward', 'grpo']),
  seed: z.int(),
  base: Source,
  /** An adapter to go on training; DPO's rewards and GRPO's KL are measured against it. */
  adapter: Source.optional(),
  data: z.object({
    train: z.string(),
    eval: z.string().optional(),
    /** What the rows are and how they were chosen; the worker keeps it in the manifest. */
    composition: z.record(z.string(), z.json()).optional(),
  }),
  lora: z
    .object({
      r: z.int().optional(),
      alpha: z.int().optional(),
      dropout: z.number().optional(),
      target_modules: z.array(z.string()).optional(),
    })
    .optional(),
  args: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  reward: z
    .object({
      url: z.url(),
      /** Name of the environment variable with the service's token. */
      token_env: z.string().optional(),
      timeout_s: z.number().optional(),
      /** For one batch with all its repetitions. */
      deadline_s: z.number().optional(),
      max_retries: z.int().optional(),
      abort_after_unscored_steps: z.int().optional(),
    })
    .optional(),
  limits: z
    .object({ max_steps: z.int().optional(), max_minutes: z.number().optional(), threads: z.int().optional() })
    .optional(),
  device: z.enum(['auto', 'cpu', 'cuda']).optional(),
  dtype: z.enum(['auto', 'float32', 'bfloat16']).optional(),
  /** How many completions of each GRPO step are reported with their text. */
  samples_per_step: z.int().optional(),
  /** GRPO: every generation batch holds prompts whose `meta.kind` is benign and others, where there are both. */
  mix_kinds: z.boolean().optional(),
});
export type RunSpec = z.input<typeof RunSpec>;

/** A figure the worker reported; null where it was not a finite number. */
const Figure = z.number().nullable();

const DataFile = z.object({
  sha256: Digest,
  rows: z.int(),
  used: z.int(),
  /** Ids of rows longer than the limit; they are left out whole, never cut. */
  overlong: z.array(z.string()),
  tokens: z.int(),
});

const Metrics = z.record(z.string(), z.json());

/** One line of the worker's event file. */
export const WorkerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('heartbeat'), time: z.string(), step: z.int(), phase: z.string(), idle_s: z.number() }),
  z.object({
    type: z.literal('data'),
    time: z.string(),
    max_length: z.int(),
    train: DataFile,
    eval: DataFile.nullable(),
  }),
  z.object({
    type: z.literal('start'),
    time: z.string(),
    run_id: z.string(),
    stage: RunSpec.shape.stage,
    versions: z.record(z.string(), z.string()),
    device: z.string(),
    dtype: z.string(),
    threads: z.int(),
    /** Processes that train side by side. */
    world: z.int().default(1),
    parameters: z.int(),
    trainable_parameters: z.int(),
    reference: z.object({ kind: z.enum(['base', 'adapter']), sha256: Digest }).nullable(),
    /** Everything that a run file may set, with the values in force. */
    args: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])).default({}),
    /** Step of the checkpoint the run goes on from; null for a fresh start. */
    resumed_from: z.int().nullable(),
  }),
  z.object({
    type: z.literal('log'),
    time: z.string(),
    step: z.int(),
    total: z.int(),
    /** Training time so far, over all processes that worked on the run. */
    seconds: z.number(),
    metrics: z.record(z.string(), Figure),
  }),
  z.object({
    type: z.literal('sample'),
    time: z.string(),
    step: z.int(),
    id: z.string(),
    case: z.string(),
    completion: z.string(),
    reward: Figure,
  }),
  z.object({ type: z.literal('checkpoint'), time: z.string(), step: z.int(), path: z.string() }),
  z.object({
    type: z.literal('reward_error'),
    time: z.string(),
    step: z.int(),
    attempt: z.int(),
    message: z.string(),
    wait_s: z.number(),
  }),
  z.object({
    type: z.literal('stopped'),
    time: z.string(),
    step: z.int(),
    reason: z.enum(['request', 'time-limit']).default('request'),
  }),
  z.object({ type: z.literal('done'), time: z.string(), adapter: z.string(), sha256: Digest, metrics: Metrics }),
  z.object({ type: z.literal('error'), time: z.string(), error: z.string(), message: z.string() }),
]);
export type WorkerEvent = z.infer<typeof WorkerEvent>;

export const SftMetrics = z.object({
  steps: z.int(),
  seconds: z.number(),
  rows: z.int(),
  tokens: z.int(),
  loss_first: Figure,
  loss_last: Figure,
  token_accuracy_last: Figure,
});

/** Pairs the model did not train on; a tie counts as wrong. Each pair's scores are in the run's `eval.jsonl`. */
const HeldOut = z
  .object({
    pairs: z.int(),
    correct: z.int(),
    ties: z.int(),
    accuracy: z.number(),
    margin_mean: z.number(),
    chosen_mean: z.number(),
    rejected_mean: z.number(),
  })
  .nullable();

export const RewardMetrics = z.object({
  steps: z.int(),
  seconds: z.number(),
  pairs: z.int(),
  loss_first: Figure,
  loss_last: Figure,
  held_out: HeldOut,
});

/** Scores and margins are implicit rewards: beta × (log-probability now − by the reference). */
export const DpoMetrics = z.object({
  ...RewardMetrics.shape,
  margin_last: Figure,
  accuracy_last: Figure,
});

export const GrpoMetrics = z.object({
  steps: z.int(),
  seconds: z.number(),
  prompts: z.int(),
  prompts_benign: z.int(),
  generations: z.int(),
  completions: z.int(),
  reward_first: Figure,
  reward_last: Figure,
  reward_first_quarter: Figure,
  reward_last_quarter: Figure,
  kl_last: Figure,
  kl_max: Figure,
  zero_std_share: z.number(),
  unscored_share: z.number(),
  length_first: Figure,
  length_last: Figure,
  clipped_share_last: Figure,
});
