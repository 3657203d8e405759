import { engines } from '../../../release/export/engines.ts';
import {
  type Engine,
  fileWord,
  type Limit,
  launchScript,
  nodeRank,
  nodeZero,
  type Plan,
  type TextFile,
  type Word,
} from '../engine.ts';
import { promptOf } from '../prompt-line.ts';
import { batchSize, type GrpoSettings, grpoSettings, mixesKinds, promptsPerStep } from '../settings.ts';

export const verl: Engine = {
  requirements: ['verl==0.9.1'],
  stages: ['sft', 'grpo'],
  shim: 'verl.py',
  line: (stage, row, place) => {
    if (stage === 'sft') return engines['verl-sft'].line(row, place);
    const { case: name, messages, meta } = promptOf(row);
    const known = { case: name, prompt: JSON.stringify(messages), meta: JSON.stringify(meta) };
    return {
      data_source: place.release,
      prompt: messages,
      ability: meta.question ?? '',
      reward_model: { style: 'rule', ground_truth: meta.expected ?? '' },
      extra_info: { index: place.index, ...known },
    };
  },
  limits: ({ input, settings }) => (input.stage === 'grpo' ? grpoLimits(grpoSettings(settings)) : []),
  files: (plan) => (plan.input.stage === 'sft' ? [prepare, sftLaunch(plan)] : [grpoLaunch(plan)]),
  notes: ({ input }) => [
    'verl goes on from its last checkpoint when it is started again (trainer.resume_mode=auto).',
    ...(input.stage === 'grpo'
      ? [
          'verl cannot leave a completion out. One that could not be scored counts as the mean of the scored ones of its prompt: its advantage is zero, and the others of its prompt weigh a little more, since their spread is taken over all. A prompt without one scored completion stops the run. For that, all rewards go through one worker (reward.num_workers=1).',
          'verl does not tell a reward function its step: it is counted from the start of the process. After a resume set SAFEMED_FIRST_STEP to the step it goes on from.',
        ]
      : ['verl reads Parquet for SFT: prepare.py writes it from the JSON lines before the start.']),
  ],
};

function grpoLimits({ mask_truncated_completions, scale_rewards }: GrpoSettings): Limit[] {
  const limits: Limit[] = [];
  if (mask_truncated_completions)
    limits.push({
      setting: 'mask_truncated_completions',
      why: 'verl has no setting that leaves truncated completions out of the loss; they count like all others',
    });
  if (scale_rewards === 'batch')
    limits.push({ setting: 'scale_rewards', why: 'verl scales rewards within a group or not at all' });
  return limits;
}

const prepare: TextFile = {
  path: 'prepare.py',
  text: `"""Writes data/*.parquet from data/*.jsonl: verl's SFT reads no other form."""

import json
from pathlib import Path

import pandas

for source in sorted(Path(__file__).with_name("data").glob("*.jsonl")):
    with source.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    pandas.DataFrame(rows).to_parquet(source.with_suffix(".parquet"))
`,
};

/** PyTorch's words for where the nodes of a run find each other. */
function torchrun({ nodes, gpus }: Plan['input']): Word[] {
  const gathering = nodes === 1 ? ['--standalone'] : [...['--node_rank', nodeRank], ...['--master_addr', nodeZero]];
  return ['torchrun', '--nnodes', String(nodes), '--nproc_per_node', String(gpus), ...gathering];
}

function sftLaunch(plan: Plan): TextFile {
  const { input, settings, hasValidation } = plan;
  const longest = settings.max_length ?? 0;
  return launchScript(
    plan,
    [
      ...torchrun(input),
      ...['-m', 'verl.trainer.sft_trainer'],
      'data.train_files=data/train.parquet',
      ...(hasValidation ? ['data.val_files=data/validation.parquet', 'trainer.test_freq=after_each_epoch'] : []),
      'data.messages_key=messages',
      `data.train_batch_size=${batchSize(input, settings)}`,
      `data.micro_batch_size_per_gpu=${settings.per_device_train_batch_size}`,
      `data.max_length=${longest}`,
      `data.max_token_len_per_gpu=${longest}`,
      'data.ignore_input_ids_mismatch=True',
      'engine=fsdp',
      `model.path=${input.base}`,
      `model.lora_rank=${input.lora.r}`,
      `model.lora_alpha=${input.lora.alpha}`,
      'model.target_modules=all-linear',
      'model.enable_gradient_checkpointing=True',
      `optim.lr=${settings.learning_rate}`,
      `optim.weight_decay=${settings.weight_decay}`,
      `optim.clip_grad=${settings.max_grad_norm}`,
      `trainer.total_epochs=${settings.num_train_epochs}`,
      `trainer.save_freq=${settings.save_steps}`,
      `trainer.seed=${input.seed}`,
      `trainer.nnodes=${input.nodes}`,
      `trainer.n_gpus_per_node=${input.gpus}`,
      'trainer.project_name=safemed',
      `trainer.experiment_name=${input.name ?? `${input.release}-sft`}`,
      'trainer.default_local_dir=output',
      'trainer.logger=[console,file]',
    ],
    ['python3 prepare.py'],
  );
}

function grpoLaunch(plan: Plan): TextFile {
  const { input, settings, hasValidation } = plan;
  const grpo = grpoSettings(settings);
  const prompts = promptsPerStep(input, grpo);
  const actor = 'actor_rollout_ref.actor';
  const rollout = 'actor_rollout_ref.rollout';
  return launchScript(plan, [
    ...['python3', '-m', 'verl.trainer.main_ppo'],
    'algorithm.adv_estimator=grpo',
    'algorithm.use_kl_in_reward=False',
    `algorithm.norm_adv_by_std_in_grpo=${grpo.scale_rewards === 'none' ? 'False' : 'True'}`,
    fileWord('data/train.jsonl', 'data.train_files='),
    fileWord(`data/${hasValidation ? 'validation' : 'train'}.jsonl`, 'data.val_files='),
    `data.train_batch_size=${prompts}`,
    `data.max_prompt_length=${grpo.max_prompt_length}`,
    `data.max_response_length=${grpo.max_completion_length}`,
    'data.filter_overlong_prompts=True',
    `data.shuffle=${mixesKinds(input) ? 'False' : 'True'}`,
    `data.seed=${input.seed}`,
    `actor_rollout_ref.model.path=${input.base}`,
    `actor_rollout_ref.model.lora_rank=${input.lora.r}`,
    `actor_rollout_ref.model.lora_alpha=${input.lora.alpha}`,
    'actor_rollout_ref.model.target_modules=all-linear',
    'actor_rollout_ref.model.enable_gradient_checkpointing=True',
    `${actor}.optim.lr=${settings.learning_rate}`,
    `${actor}.optim.weight_decay=${settings.weight_decay}`,
    `${actor}.grad_clip=${settings.max_grad_norm}`,
    `${actor}.ppo_mini_batch_size=${prompts}`,
    `${actor}.ppo_micro_batch_size_per_gpu=${settings.per_device_train_batch_size}`,
    `${actor}.use_kl_loss=True`,
    `${actor}.kl_loss_coef=${grpo.beta}`,
    `${actor}.kl_loss_type=low_var_kl`,
    `${actor}.clip_ratio=${grpo.epsilon}`,
    `${actor}.clip_ratio_low=${grpo.epsilon}`,
    `${actor}.clip_ratio_high=${grpo.epsilon_high ?? grpo.epsilon}`,
    `${actor}.loss_agg_mode=${grpo.loss_type === 'grpo' ? 'seq-mean-token-mean' : 'token-mean'}`,
    `${actor}.fsdp_config.param_offload=True`,
    `${actor}.fsdp_config.optimizer_offload=True`,
    'actor_rollout_ref.ref.fsdp_config.param_offload=True',
    `actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu=${settings.per_device_train_batch_size}`,
    `${rollout}.name=vllm`,
    `${rollout}.load_format=safetensors`,
    `${rollout}.n=${grpo.num_generations}`,
    `${rollout}.temperature=${grpo.temperature}`,
    `${rollout}.top_p=${grpo.top_p}`,
    `${rollout}.tensor_model_parallel_size=${Math.min(4, input.gpus)}`,
    `${rollout}.gpu_memory_utilization=0.5`,
    `${rollout}.log_prob_micro_batch_size_per_gpu=${settings.per_device_train_batch_size}`,
    fileWord('safemed_reward.py', 'reward.custom_reward_function.path='),
    'reward.custom_reward_function.name=compute_score',
    'reward.reward_manager.name=naive',
    'reward.num_workers=1',
    `trainer.total_epochs=${settings.num_train_epochs}`,
    `trainer.save_freq=${settings.save_steps}`,
    'trainer.test_freq=-1',
    'trainer.val_before_train=False',
    `trainer.nnodes=${input.nodes}`,
    `trainer.n_gpus_per_node=${input.gpus}`,
    'trainer.project_name=safemed',
    `trainer.experiment_name=${input.name ?? ''}`,
    fileWord('output', 'trainer.default_local_dir='),
    'trainer.logger=[console,file]',
  ]);
}
