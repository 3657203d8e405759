import { z } from 'zod';
import { QuestionKind } from '../corpus/schema.ts';

export const TrainingStage = z.enum(['sft', 'dpo', 'reward', 'grpo']);
export type TrainingStage = z.infer<typeof TrainingStage>;

/**
 * specified: waits for its job · running · succeeded: its files are there and digested · failed · stopped: on request or
 * by its time limit, at a checkpoint. Started again under its name, a failed or stopped run goes on.
 */
export const RunState = z.enum(['specified', 'running', 'succeeded', 'failed', 'stopped']);
export type RunState = z.infer<typeof RunState>;

export const RunName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, at most 63');

/** Settings of GRPO with their sources: presets.ts. */
export const Preset = z.enum(['paper', 'robust']);
export type Preset = z.infer<typeof Preset>;

/** Relative weights of the kinds of questions; a kind that is not named is left out. */
export const Mixture = z
  .partialRecord(QuestionKind, z.number().min(0).max(1e6))
  .refine((weights) => Object.values(weights).some((weight) => weight > 0), 'at least one weight must be above 0');
export type Mixture = z.infer<typeof Mixture>;

const omitTerm = '(?:edited|panel|kind:(?:knowledge|guard|ethics)|dimension:[A-Za-z0-9.-]+|language:[a-z]{2,3})';

/** Examples left out of the training rows, for ablations: terms with commas between them; one that fits is enough. */
export const Omit = z
  .string()
  .regex(
    new RegExp(`^${omitTerm}(?:,${omitTerm})*$`),
    'edited, panel, kind:guard, dimension:S5, language:zh, or several with commas',
  );

/** What a run is asked to do. Arguments are TRL's names; the worker refuses those it does not know. */
export const StartRun = z.strictObject({
  name: RunName,
  stage: TrainingStage,
  release: z.string().min(1),
  /** The base model: `smollm2` (shipped in a Python package), or the path of a GGUF file or Hugging Face directory. */
  base: z.string().min(1).default('smollm2'),
  /** The run whose adapter is continued; the reference model of DPO and of GRPO's KL term. */
  from: RunName.exactOptional(),
  /** GRPO: the run that trained the reward model. */
  rewardFrom: RunName.exactOptional(),
  seed: z.int().min(0).default(1),
  /** At most so many rows, chosen by the seed; absent = all. */
  rows: z.int().min(1).exactOptional(),
  maxSteps: z.int().min(1).exactOptional(),
  /** GRPO: default paper. What `args` names explicitly wins over the preset. */
  preset: Preset.exactOptional(),
  /** SFT: default all rows. */
  mixture: Mixture.exactOptional(),
  omit: Omit.exactOptional(),
  /** Each start of the run stops at a checkpoint after so many minutes. */
  limits: z.strictObject({ maxMinutes: z.number().positive().max(1e6).exactOptional() }).exactOptional(),
  args: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  lora: z.record(z.string(), z.number()).default({}),
});
export type StartRun = z.infer<typeof StartRun>;

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What the training rows are, counted when they were written: before the engine leaves out those that are too long. */
export const Composition = z.object({
  release: z.string(),
  manifestSha256: z.string(),
  rows: z.int(),
  /** By the kind of their questions. */
  kinds: z.record(z.string(), z.int()),
  /** How many rows each term of `omit` took out. */
  omitted: z.record(z.string(), z.int()).exactOptional(),
});
export type Composition = z.infer<typeof Composition>;

/** What came of a run. Figures are those of the worker's events; null where it reported none. */
export const RunResult = z.object({
  base: z.object({ name: z.string(), sha256: Digest, parameters: z.int(), gguf: z.string().exactOptional() }),
  adapter: z.object({
    directory: z.string(),
    sha256: Digest,
    gguf: z.string().exactOptional(),
    ggufSha256: Digest.exactOptional(),
  }),
  /** The frozen model that DPO and GRPO measure against: `base` or `adapter`, and its digest. */
  reference: z.string().exactOptional(),
  /** The engine's arguments as they were in force: ours, the preset's and those of the run. */
  args: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])).exactOptional(),
  composition: Composition.exactOptional(),
  rows: z.int(),
  tokens: z.int().nullable(),
  /** Rows longer than the limit, left out whole. */
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
