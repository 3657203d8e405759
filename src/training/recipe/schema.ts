import { z } from 'zod';
import { RunName } from '../name-schema.ts';
import { RewardDefinition } from '../rewards/schema.ts';
import { Composition, Mixture, Omit, Preset, TrainingStage } from '../schema.ts';

export const RecipeEngine = z.enum(['trl', 'ms-swift', 'verl', 'openrlhf', 'llama-factory']);
export type RecipeEngine = z.infer<typeof RecipeEngine>;

/** The stages a recipe can be for; which engine has which: engines/. */
export const RecipeStage = TrainingStage;

/** A model on the machine that trains: a name on the Hugging Face hub or an absolute path, in words no shell would split. */
export const BaseModel = z
  .string()
  .max(500)
  .regex(
    /^(?:(?:[A-Za-z0-9][\w.-]*\/)?[A-Za-z0-9][\w.-]*|(?:\/[\w.+-]+)+)$/,
    'a hub name such as Qwen/Qwen3-32B, or an absolute path of letters, digits and . _ + - only',
  )
  .refine((text) => !text.split('/').includes('..'), 'without ".."');

const Positive = z.number().positive();
const Count = z.int().min(1).max(1_000_000);

/** Settings by TRL's names, which every engine's recipe translates. */
export const RecipeArguments = z.strictObject({
  learning_rate: Positive.exactOptional(),
  num_train_epochs: Count.exactOptional(),
  per_device_train_batch_size: Count.exactOptional(),
  gradient_accumulation_steps: Count.exactOptional(),
  weight_decay: z.number().min(0).exactOptional(),
  max_grad_norm: Positive.exactOptional(),
  save_steps: Count.exactOptional(),
  max_length: Count.exactOptional(),
  beta: Positive.exactOptional(),
  max_prompt_length: Count.exactOptional(),
  max_completion_length: Count.exactOptional(),
  num_generations: z.int().min(2).max(1024).exactOptional(),
  temperature: Positive.exactOptional(),
  top_p: z.number().gt(0).max(1).exactOptional(),
  epsilon: Positive.exactOptional(),
  epsilon_high: Positive.exactOptional(),
  loss_type: z.enum(['grpo', 'dapo']).exactOptional(),
  scale_rewards: z.enum(['group', 'batch', 'none']).exactOptional(),
  mask_truncated_completions: z.boolean().exactOptional(),
});
export type RecipeArguments = z.infer<typeof RecipeArguments>;

export const Lora = z.strictObject({
  r: z.int().min(1).max(1024).default(32),
  alpha: z.int().min(1).max(4096).default(64),
});

/** What a recipe is made from. Without a name nothing is registered, and GRPO has a reward, so it needs one. */
export const ExportRecipe = z.strictObject({
  engine: RecipeEngine,
  stage: RecipeStage,
  release: z.string().min(1),
  base: BaseModel.default('Qwen/Qwen3-32B'),
  name: RunName.exactOptional(),
  reward: RewardDefinition.exactOptional(),
  seed: z.int().min(0).max(0x7fffffff).default(1),
  rows: z.int().min(1).exactOptional(),
  preset: Preset.exactOptional(),
  mixture: Mixture.exactOptional(),
  omit: Omit.exactOptional(),
  args: RecipeArguments.default({}),
  lora: Lora.prefault({}),
  nodes: z.int().min(1).max(64).default(1),
  /** GPUs of each node. */
  gpus: z.int().min(1).max(16).default(8),
  /** Where the engine reaches this program; absent: set where it runs. */
  server: z.url({ protocol: /^https?$/ }).exactOptional(),
});
export type ExportRecipe = z.infer<typeof ExportRecipe>;

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

export const RecipeFileFacts = z.object({ path: z.string(), bytes: z.int(), sha256: Digest });
export type RecipeFileFacts = z.infer<typeof RecipeFileFacts>;

/** The recipe's first line: what follows, and what its engine cannot do of what was asked. */
export const RecipeHead = z.object({
  engine: RecipeEngine,
  stage: RecipeStage,
  release: z.string(),
  base: z.string(),
  run: z.object({ id: z.uuid(), name: RunName }).exactOptional(),
  composition: Composition,
  settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  files: z.array(RecipeFileFacts),
  /** What the engine does otherwise than the same run here would. */
  notes: z.array(z.string()),
});
export type RecipeHead = z.infer<typeof RecipeHead>;

/** A line after the first: the next part of a file. Files come in the order of the head. */
export const RecipePart = z.object({ path: z.string(), text: z.string() });
export type RecipePart = z.infer<typeof RecipePart>;

/** What came of a run that was trained elsewhere, as safemed_result.py of the recipe writes it. */
export const ExternalResult = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('succeeded'),
    base: z.strictObject({ sha256: Digest, parameters: z.int().min(1) }),
    adapter: z.strictObject({ directory: z.string().min(1).max(1000), sha256: Digest }),
    steps: z.int().min(1),
    seconds: z.number().min(0),
    tokens: z.int().min(0).nullable().default(null),
    metrics: z.record(z.string().max(100), z.number().nullable()).default({}),
    /** Questions whose rows the engine left out, for example for their length. */
    leftOut: z.array(z.string()).default([]),
    /** Ids of the questions it trained on, where it was not given its data by a recipe. */
    trainedOn: z.array(z.string().min(1)).min(1).exactOptional(),
  }),
  z.strictObject({ state: z.enum(['failed', 'stopped']), error: z.string().min(1).max(2000) }),
]);
export type ExternalResult = z.infer<typeof ExternalResult>;
