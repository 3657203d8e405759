import { stringify } from 'yaml';
import { engines } from '../../../release/export/engines.ts';
import { type Engine, launchScript, type Plan, type TextFile, torchrunVariables } from '../engine.ts';
import { promptOf } from '../prompt-line.ts';
import { grpoSettings, mixesKinds } from '../settings.ts';

const nowhere = { release: '', index: 0 };

export const msSwift: Engine = {
  requirements: ['ms-swift==4.6.0', 'deepspeed==0.19.6'],
  stages: ['sft', 'dpo', 'reward', 'grpo'],
  shim: 'ms_swift.py',
  line: (stage, row) => {
    if (stage === 'sft') return engines['ms-swift-sft'].line(row, nowhere);
    if (stage !== 'grpo') return engines['ms-swift-dpo'].line(row, nowhere);
    const { case: name, messages, meta } = promptOf(row);
    return { messages, case: name, meta: JSON.stringify(meta) };
  },
  limits: () => [],
  files: (plan) => [config(plan), launch(plan)],
  notes: ({ input }) => [
    'Start again with --resume_from_checkpoint DIR (in config.yaml: resume_from_checkpoint) to go on from a checkpoint.',
    ...(input.stage === 'grpo'
      ? [
          'ms-swift cannot leave a completion out. One that could not be scored counts as the mean of the scored ones of its prompt: its advantage is zero, and the others of its prompt weigh a little more, since their spread is taken over all. A prompt without one scored completion stops the run.',
        ]
      : []),
  ],
};

function config(plan: Plan): TextFile {
  const { input, settings, hasValidation } = plan;
  const { stage, base, lora, seed } = input;
  const { max_prompt_length, max_length, mask_truncated_completions, num_generations, ...rest } = settings;
  const longest = max_length ?? max_prompt_length;
  const measured = hasValidation && stage !== 'grpo';
  const values = {
    model: base,
    ...(stage === 'sft' ? {} : { rlhf_type: stage === 'reward' ? 'rm' : stage }),
    tuner_type: 'lora',
    torch_dtype: 'bfloat16',
    dataset: ['data/train.jsonl'],
    ...(measured ? { val_dataset: ['data/validation.jsonl'], eval_strategy: 'epoch' } : {}),
    split_dataset_ratio: 0,
    output_dir: 'output',
    add_version: false,
    lora_rank: lora.r,
    lora_alpha: lora.alpha,
    target_modules: ['all-linear'],
    ...rest,
    seed,
    max_length: longest,
    truncation_strategy: 'delete',
    gradient_checkpointing: true,
    attn_impl: 'flash_attn',
    deepspeed: 'zero3',
    logging_steps: 1,
    report_to: ['tensorboard'],
    ...(stage === 'grpo' ? grpoValues(plan) : {}),
  };
  return { path: 'config.yaml', text: stringify(values) };
}

function grpoValues({ input, settings }: Plan): object {
  const grpo = grpoSettings(settings);
  return {
    num_generations: grpo.num_generations,
    overlong_filter: grpo.mask_truncated_completions,
    external_plugins: ['safemed_reward.py'],
    reward_funcs: ['safemed'],
    ...(mixesKinds(input) ? { dataset_shuffle: false, train_dataloader_shuffle: false } : {}),
    log_completions: false, // they would lie as text beside the checkpoints; the reward service keeps them
    use_vllm: true,
    vllm_mode: 'colocate',
    vllm_tensor_parallel_size: Math.min(4, input.gpus),
    vllm_gpu_memory_utilization: 0.3,
    vllm_max_model_len: grpo.max_prompt_length + grpo.max_completion_length,
    sleep_level: 1,
    ddp_timeout: 3600, // a slow judge is no dead process
  };
}

function launch(plan: Plan): TextFile {
  const { stage } = plan.input;
  return launchScript(plan, ['swift', stage === 'sft' ? 'sft' : 'rlhf', 'config.yaml'], torchrunVariables(plan.input));
}
