import { engines } from '../../../release/export/engines.ts';
import {
  type Engine,
  fileWord,
  type Limit,
  launchScript,
  orElse,
  type Plan,
  type TextFile,
  type Word,
} from '../engine.ts';
import { promptOf } from '../prompt-line.ts';
import { batchSize, grpoSettings, mixesKinds, promptsPerStep, type Settings } from '../settings.ts';

export const openrlhf: Engine = {
  requirements: ['openrlhf[vllm]==0.11.2'],
  stages: ['sft', 'dpo', 'reward', 'grpo'],
  shim: 'openrlhf.py',
  line: (stage, row, place) => {
    if (stage === 'sft') return engines['openrlhf-sft'].line(row, place);
    if (stage !== 'grpo') return engines['openrlhf-dpo'].line(row, place);
    const { case: name, messages, meta } = promptOf(row);
    return { messages, label: JSON.stringify({ case: name, meta, prompt: messages }) };
  },
  limits: ({ input, settings }) => (input.stage === 'grpo' ? grpoLimits(input, settings) : []),
  files: (plan) => [plan.input.stage === 'grpo' ? grpoLaunch(plan) : supervisedLaunch(plan)],
  notes: ({ input }) => [
    'To go on from a checkpoint add --ckpt.load_enable.',
    ...(input.stage === 'grpo'
      ? [
          'OpenRLHF cannot leave a completion out. One that could not be scored counts as the mean of the scored ones of its prompt: its advantage is zero, and the others of its prompt weigh a little more, since their spread is taken over all. A prompt without one scored completion stops the run; its reason stands in the log of the vLLM engine.',
          'OpenRLHF does not tell a reward function its step: all judgments of the run stand under step 0.',
          'Rewards outside −10..10 are clipped by OpenRLHF (--reward.clip_range); a rubric gives 1 to 5.',
          'Starting needs a Ray cluster: ray start --head on the first node, ray start --address on the others, and this directory under the same path on all.',
        ]
      : []),
  ],
};

function grpoLimits(input: Plan['input'], settings: Settings): Limit[] {
  const { mask_truncated_completions, scale_rewards } = grpoSettings(settings);
  const limits: Limit[] = [];
  if (mask_truncated_completions)
    limits.push({
      setting: 'mask_truncated_completions',
      why: 'OpenRLHF has no setting that leaves truncated completions out of the loss; they count like all others',
    });
  if (scale_rewards !== 'group')
    limits.push({ setting: 'scale_rewards', why: 'with group_norm OpenRLHF scales rewards within a group' });
  if (mixesKinds(input))
    limits.push({
      setting: 'preset',
      why: 'OpenRLHF shuffles its prompts, so that benign ones are in every batch on average only, not in each',
    });
  return limits;
}

/** Options that all of OpenRLHF's programs have, with the names of the one at hand. */
function common({ input, settings }: Plan, model: string, optimizer: string): Word[] {
  return [
    ...[`--${model}.model_name_or_path`, input.base],
    `--${model}.gradient_checkpointing_enable`,
    ...[`--${optimizer}adam.lr`, String(settings.learning_rate)],
    ...[`--${optimizer}adam.weight_decay`, String(settings.weight_decay)],
    ...[`--${optimizer}max_norm`, String(settings.max_grad_norm)],
    ...['--ds.lora.rank', String(input.lora.r), '--ds.lora.alpha', String(input.lora.alpha)],
    ...['--ds.zero_stage', '3', '--ds.param_dtype', 'bf16', '--ds.attn_implementation', 'flash_attention_2'],
    ...['--train.micro_batch_size', String(settings.per_device_train_batch_size)],
    ...['--train.batch_size', String(batchSize(input, settings)), '--train.seed', String(input.seed)],
    '--ckpt.output_dir',
    fileWord('output'),
    '--ckpt.path',
    fileWord('checkpoints'),
    ...['--ckpt.save_steps', String(settings.save_steps)],
    ...['--logger.logging_steps', '1'],
  ];
}

function supervisedLaunch(plan: Plan): TextFile {
  const { input, settings, hasValidation } = plan;
  const { stage, nodes, gpus } = input;
  const program = { sft: 'train_sft', dpo: 'train_dpo', reward: 'train_rm', grpo: '' }[stage];
  const pairs = ['--data.chosen_key', 'chosen', '--data.rejected_key', 'rejected'];
  const gathering = nodes === 1 ? ['--num_gpus', String(gpus)] : ['--hostfile', 'hostfile', '--num_gpus', String(gpus)];
  return launchScript(plan, [
    ...['deepspeed', ...gathering],
    ...['--module', `openrlhf.cli.${program}`],
    ...common(plan, 'model', ''),
    ...['--train.max_epochs', String(settings.num_train_epochs)],
    ...(stage === 'dpo' ? ['--model.beta', String(settings.beta)] : []),
    ...['--data.dataset', 'data/train.jsonl', '--data.max_len', String(settings.max_length)],
    ...(hasValidation ? ['--eval.dataset', 'data/validation.jsonl'] : []),
    ...(stage === 'sft' ? ['--data.input_key', 'input', '--data.output_key', 'output'] : pairs),
    '--data.apply_chat_template',
  ]);
}

function grpoLaunch(plan: Plan): TextFile {
  const { input, settings } = plan;
  const { nodes, gpus } = input;
  const grpo = grpoSettings(settings);
  const parallel = Math.min(2, gpus);
  const onGpus = ['actor', 'ref'].flatMap((part) => [
    ...[`--${part}.num_nodes`, String(nodes), `--${part}.num_gpus_per_node`, String(gpus)],
  ]);
  return launchScript(plan, [
    ...['ray', 'job', 'submit', '--address', orElse('RAY_ADDRESS', 'http://127.0.0.1:8265')],
    ...['--', 'python3', '-m', 'openrlhf.cli.train_ppo_ray'],
    ...common(plan, 'actor', 'actor.'),
    ...onGpus,
    ...['--vllm.num_engines', String((nodes * gpus) / parallel), '--vllm.tensor_parallel_size', String(parallel)],
    ...['--train.colocate_all', '--vllm.enable_sleep', '--ds.enable_sleep', '--vllm.gpu_memory_utilization', '0.5'],
    ...['--algo.advantage.estimator', 'group_norm'],
    ...['--algo.kl.use_loss', '--algo.kl.estimator', 'k3', '--algo.kl.init_coef', String(grpo.beta)],
    ...['--actor.eps_clip_low_high', String(grpo.epsilon), String(grpo.epsilon_high ?? grpo.epsilon)],
    ...['--actor.loss_agg_mode', grpo.loss_type === 'grpo' ? 'seq-mean-token-mean' : 'token-mean'],
    ...['--rollout.batch_size', String(promptsPerStep(input, grpo))],
    ...['--rollout.n_samples_per_prompt', String(grpo.num_generations)],
    ...['--rollout.max_new_tokens', String(grpo.max_completion_length)],
    ...['--rollout.temperature', String(grpo.temperature), '--rollout.top_p', String(grpo.top_p)],
    ...['--data.max_len', String(grpo.max_prompt_length + grpo.max_completion_length)],
    ...['--train.num_episodes', String(settings.num_train_epochs)],
    ...['--reward.remote_url', fileWord('safemed_reward.py')],
    ...[
      '--data.prompt_dataset',
      fileWord('data/train.jsonl'),
      '--data.input_key',
      'messages',
      '--data.label_key',
      'label',
    ],
    '--data.apply_chat_template',
  ]);
}
