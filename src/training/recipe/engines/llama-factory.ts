import { stringify } from 'yaml';
import { engines } from '../../../release/export/engines.ts';
import { type Engine, launchScript, type Plan, type TextFile, torchrunVariables } from '../engine.ts';

/** LLaMA-Factory has no GRPO of its own, and its reward models are not asked for here. */
export const llamaFactory: Engine = {
  requirements: ['llamafactory==0.9.5', 'deepspeed==0.16.9'],
  stages: ['sft', 'dpo'],
  line: (stage, row, place) => engines[stage === 'sft' ? 'llama-factory-sft' : 'llama-factory-dpo'].line(row, place),
  limits: () => [],
  files: (plan) => [config(plan), datasetInfo(plan), deepspeed, launch(plan)],
  notes: ({ input }) => [
    'Add resume_from_checkpoint to config.yaml to go on from a checkpoint.',
    ...(templateOf(input.base) === undefined
      ? [
          `The template of ${input.base} could not be told from its name: config.yaml says "default"; set the one that LLaMA-Factory's documentation names for the model.`,
        ]
      : []),
  ],
};

/** LLaMA-Factory's name for a family's chat template. */
function templateOf(base: string): string | undefined {
  const name = base.toLowerCase();
  if (name.includes('qwen3')) return 'qwen3';
  if (name.includes('qwen')) return 'qwen';
  if (name.includes('llama-3') || name.includes('llama3')) return 'llama3';
  return undefined;
}

function config({ input, settings, hasValidation }: Plan): TextFile {
  const { stage, base, lora, seed } = input;
  const values = {
    model_name_or_path: base,
    stage,
    do_train: true,
    finetuning_type: 'lora',
    lora_rank: lora.r,
    lora_alpha: lora.alpha,
    lora_target: 'all',
    ...(stage === 'dpo' ? { pref_beta: settings.beta, pref_loss: 'sigmoid' } : {}),
    dataset_dir: 'data',
    dataset: 'train',
    ...(hasValidation ? { eval_dataset: 'validation', eval_strategy: 'epoch', per_device_eval_batch_size: 1 } : {}),
    template: templateOf(base) ?? 'default',
    cutoff_len: settings.max_length,
    output_dir: 'output',
    overwrite_cache: true,
    learning_rate: settings.learning_rate,
    num_train_epochs: settings.num_train_epochs,
    per_device_train_batch_size: settings.per_device_train_batch_size,
    gradient_accumulation_steps: settings.gradient_accumulation_steps,
    weight_decay: settings.weight_decay,
    max_grad_norm: settings.max_grad_norm,
    save_steps: settings.save_steps,
    seed,
    bf16: true,
    deepspeed: 'deepspeed.json',
    logging_steps: 1,
    report_to: 'none',
  };
  return { path: 'config.yaml', text: stringify(values) };
}

function datasetInfo({ input: { stage }, hasValidation }: Plan): TextFile {
  const [entry] = Object.values(
    Object(engines[stage === 'sft' ? 'llama-factory-sft' : 'llama-factory-dpo'].extra?.('data')['dataset_info.json']),
  ) as object[]; // both entries of a release are alike but for their file
  const sets = ['train', ...(hasValidation ? ['validation'] : [])];
  const named = Object.fromEntries(sets.map((name) => [name, { ...entry, file_name: `${name}.jsonl` }]));
  return { path: 'data/dataset_info.json', text: `${JSON.stringify(named, null, 2)}\n` };
}

const deepspeed: TextFile = {
  path: 'deepspeed.json',
  text: `${JSON.stringify(
    {
      train_batch_size: 'auto',
      train_micro_batch_size_per_gpu: 'auto',
      gradient_accumulation_steps: 'auto',
      gradient_clipping: 'auto',
      zero_allow_untested_optimizer: true,
      bf16: { enabled: 'auto' },
      zero_optimization: {
        stage: 3,
        overlap_comm: true,
        contiguous_gradients: true,
        reduce_bucket_size: 'auto',
        stage3_prefetch_bucket_size: 'auto',
        stage3_param_persistence_threshold: 'auto',
        stage3_gather_16bit_weights_on_model_save: true,
      },
    },
    null,
    2,
  )}\n`,
};

function launch(plan: Plan): TextFile {
  return launchScript(
    plan,
    ['llamafactory-cli', 'train', 'config.yaml'],
    ['export FORCE_TORCHRUN=1', ...torchrunVariables(plan.input)],
  );
}
