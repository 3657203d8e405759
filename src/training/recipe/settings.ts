import { AppError } from '../../core/error.ts';
import { presets } from '../presets.ts';
import type { TrainingStage } from '../schema.ts';
import { type ExportRecipe, RecipeArguments } from './schema.ts';

/** A recipe's settings after defaults, preset and its own arguments, by TRL's names. */
export type Settings = Required<
  Pick<
    RecipeArguments,
    | 'learning_rate'
    | 'num_train_epochs'
    | 'per_device_train_batch_size'
    | 'gradient_accumulation_steps'
    | 'weight_decay'
    | 'max_grad_norm'
    | 'save_steps'
  >
> &
  RecipeArguments;

/** What is set for GRPO alone, all of it present there. */
export type GrpoSettings = Settings &
  Required<
    Pick<
      RecipeArguments,
      | 'beta'
      | 'max_prompt_length'
      | 'max_completion_length'
      | 'num_generations'
      | 'temperature'
      | 'top_p'
      | 'epsilon'
      | 'loss_type'
      | 'scale_rewards'
      | 'mask_truncated_completions'
    >
  >;

const common = {
  num_train_epochs: 1,
  per_device_train_batch_size: 1,
  gradient_accumulation_steps: 4,
  weight_decay: 0,
  max_grad_norm: 1,
  save_steps: 20,
} as const;

/** A GPU node's sizes and LoRA's learning rates; the engines' own examples for 32B models are of this order. */
const defaults: { readonly [stage in TrainingStage]: Settings } = {
  sft: { ...common, learning_rate: 1e-4, num_train_epochs: 2, max_length: 8192 },
  dpo: { ...common, learning_rate: 1e-5, max_length: 8192, beta: 0.1 },
  reward: { ...common, learning_rate: 1e-4, max_length: 8192 },
  grpo: {
    ...common,
    learning_rate: 1e-5,
    gradient_accumulation_steps: 8, // with one completion a pass, a process holds whole groups
    max_prompt_length: 2048,
    max_completion_length: 4096,
    num_generations: 8,
    temperature: 1,
    top_p: 1,
  },
};

/** Sizes of a preset are a laptop's; all else of it holds on GPUs too. */
const laptopSizes = new Set([
  'num_generations',
  'max_completion_length',
  'learning_rate',
  'per_device_train_batch_size',
]);

const byStage: { readonly [name in keyof RecipeArguments]?: readonly TrainingStage[] } = {
  max_length: ['sft', 'dpo', 'reward'],
  beta: ['dpo', 'grpo'],
};
const grpoOnly = new Set(
  Object.keys(RecipeArguments.shape).slice(Object.keys(RecipeArguments.shape).indexOf('max_prompt_length')),
);

/** The settings in force; `invalid_input` for one of another stage, or sizes that do not make whole groups. */
export function settingsOf(input: ExportRecipe): Settings {
  const { stage, args } = input;
  for (const name of Object.keys(args) as (keyof RecipeArguments)[]) {
    // keys of a strict object
    const stages = grpoOnly.has(name) ? ['grpo'] : byStage[name];
    if (stages !== undefined && !stages.includes(stage))
      throw new AppError(
        'invalid_input',
        `"${name}" is a setting of ${stages.join(' and ')}; leave it out for ${stage}.`,
      );
  }
  const preset = stage === 'grpo' ? presets[input.preset ?? 'paper'].args : {};
  const fromPreset = Object.fromEntries(Object.entries(preset).filter(([name]) => !laptopSizes.has(name)));
  const settings = { ...defaults[stage], ...RecipeArguments.parse(fromPreset), ...args };
  if (stage === 'grpo') requireWholeGroups(input, grpoSettings(settings));
  return settings;
}

/** The settings of a GRPO recipe, whose defaults and presets name all of them. */
export function grpoSettings(settings: Settings): GrpoSettings {
  return settings as GrpoSettings; // defaults.grpo and both presets
}

function requireWholeGroups(input: ExportRecipe, settings: GrpoSettings): void {
  const { per_device_train_batch_size: batch, gradient_accumulation_steps: passes, num_generations: size } = settings;
  if ((batch * passes) % size !== 0)
    throw new AppError(
      'invalid_input',
      `A process takes ${batch} × ${passes} completions a step, which is no multiple of num_generations ${size}: groups would be torn. Set gradient_accumulation_steps to a multiple of ${size / gcd(size, batch)}.`,
    );
  if (mixesKinds(input) && promptsPerStep(input, settings) < 2)
    throw new AppError(
      'invalid_input',
      `A step has one prompt, which cannot be benign and harmful as the preset robust asks: set gradient_accumulation_steps to ${2 * passes}, or more GPUs.`,
    );
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Whether every batch is to hold benign prompts beside harmful ones. */
export function mixesKinds({ stage, preset }: Pick<ExportRecipe, 'stage' | 'preset'>): boolean {
  return stage === 'grpo' && presets[preset ?? 'paper'].mixKinds;
}

/** Rows, pairs or completions in one step over all GPUs. */
export function batchSize({ nodes, gpus }: Pick<ExportRecipe, 'nodes' | 'gpus'>, settings: Settings): number {
  return nodes * gpus * settings.per_device_train_batch_size * settings.gradient_accumulation_steps;
}

export function promptsPerStep(input: Pick<ExportRecipe, 'nodes' | 'gpus'>, settings: GrpoSettings): number {
  return batchSize(input, settings) / settings.num_generations;
}
