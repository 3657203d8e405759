import { stringify } from 'yaml';
import { engines } from '../../../release/export/engines.ts';
import type { JsonObject } from '../../../verify/fields.ts';
import { type Engine, launchScript, nodeRank, nodeZero, orElse, type Plan, type TextFile } from '../engine.ts';
import { promptOf } from '../prompt-line.ts';
import { grpoSettings, mixesKinds } from '../settings.ts';

const nowhere = { release: '', index: 0 };

/** TRL's own scripts on `accelerate launch` with DeepSpeed ZeRO-3; versions as in trainer/requirements.txt. */
export const trl: Engine = {
  requirements: [
    'torch==2.13.0',
    'transformers==5.18.0',
    'trl==1.13.0',
    'peft==0.21.0',
    'datasets==5.0.1',
    'accelerate==1.15.0',
    'deepspeed==0.19.6',
  ],
  stages: ['sft', 'dpo', 'reward', 'grpo'],
  shim: 'trl.py',
  line: (stage, row) => (stage === 'grpo' ? grpoLine(row) : engines[`trl-${stage}`].line(row, nowhere)),
  limits: () => [],
  files: (plan) => [config(plan), accelerate(plan), launch(plan)],
  notes: ({ input }) => [
    'TRL’s scripts begin anew at every start; they do not go on from a checkpoint. Checkpoints are kept so that a run can be judged at each.',
    ...(input.stage === 'grpo'
      ? [
          'vLLM generates on the GPUs that train (vllm_mode colocate); install it in the version that TRL 1.13 supports.',
        ]
      : []),
  ],
};

function grpoLine(row: JsonObject): JsonObject {
  const { case: name, messages, meta } = promptOf(row);
  return { prompt: messages, case: name, meta: JSON.stringify(meta) };
}

function config(plan: Plan): TextFile {
  const { input, settings, hasValidation } = plan;
  const { stage, base, lora, seed } = input;
  const { loss_type, ...rest } = settings;
  const measured = hasValidation && stage !== 'grpo';
  const values = {
    model_name_or_path: base,
    dtype: 'bfloat16',
    bf16: true,
    dataset_name: 'data',
    output_dir: 'output',
    use_peft: true,
    lora_r: lora.r,
    lora_alpha: lora.alpha,
    lora_target_modules: ['all-linear'],
    ...(stage === 'reward' ? { lora_task_type: 'SEQ_CLS' } : {}),
    ...(stage === 'sft' ? { completion_only_loss: true } : {}),
    ...rest,
    ...(loss_type === undefined ? {} : { loss_type }),
    seed,
    gradient_checkpointing: true,
    save_strategy: 'steps',
    ...(measured ? { eval_strategy: 'epoch', dataset_test_split: 'validation', per_device_eval_batch_size: 1 } : {}),
    logging_steps: 1,
    report_to: 'none',
    ...(stage === 'grpo' ? grpoValues(plan) : {}),
  };
  return { path: 'config.yaml', text: stringify(values) };
}

function grpoValues(plan: Plan): object {
  const { max_prompt_length: prompt, max_completion_length: completion } = grpoSettings(plan.settings);
  return {
    max_prompt_length: undefined, // TRL has none; what vLLM takes together is bounded instead
    reward_funcs: ['safemed_reward.safemed'],
    ...(mixesKinds(plan.input) ? { shuffle_dataset: false } : {}),
    use_vllm: true,
    vllm_mode: 'colocate',
    vllm_tensor_parallel_size: Math.min(4, plan.input.gpus),
    vllm_gpu_memory_utilization: 0.3,
    vllm_max_model_length: prompt + completion,
  };
}

function accelerate({ input: { nodes, gpus }, settings }: Plan): TextFile {
  const values = {
    compute_environment: 'LOCAL_MACHINE',
    distributed_type: 'DEEPSPEED',
    deepspeed_config: {
      zero_stage: 3,
      zero3_init_flag: true,
      zero3_save_16bit_model: true,
      gradient_accumulation_steps: settings.gradient_accumulation_steps,
      gradient_clipping: settings.max_grad_norm,
      offload_optimizer_device: 'none',
      offload_param_device: 'none',
      ...(nodes > 1 ? { deepspeed_multinode_launcher: 'standard' } : {}),
    },
    mixed_precision: 'bf16',
    num_machines: nodes,
    num_processes: nodes * gpus,
    main_training_function: 'main',
  };
  return { path: 'accelerate.yaml', text: stringify(values) };
}

function launch(plan: Plan): TextFile {
  const place =
    plan.input.nodes === 1
      ? []
      : [
          ...['--machine_rank', nodeRank],
          ...['--main_process_ip', nodeZero],
          ...['--main_process_port', orElse('MASTER_PORT', '29500')],
        ];
  const script = `trl.scripts.${plan.input.stage}`;
  return launchScript(plan, [
    ...['accelerate', 'launch', '--config_file', 'accelerate.yaml', ...place],
    ...['-m', script, '--config', 'config.yaml'],
  ]);
}
