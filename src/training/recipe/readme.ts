import type { Engine, Plan } from './engine.ts';
import { serverVariable, tokenFile, tokenVariable, usesRay } from './engine.ts';
import type { RecipeHead } from './schema.ts';

const names = {
  trl: 'TRL',
  'ms-swift': 'ms-swift',
  verl: 'verl',
  openrlhf: 'OpenRLHF',
  'llama-factory': 'LLaMA-Factory',
} as const;
const stages = {
  sft: 'supervised fine-tuning',
  dpo: 'preference training (DPO) on edited over original answers',
  reward: 'a reward model from preference pairs',
  grpo: 'GRPO with rewards of the SafeMed server',
} as const;

/** The recipe's README: what it is, how it is started, what its engine does otherwise, what becomes of the result. */
export function readme(plan: Plan, engine: Engine, head: Omit<RecipeHead, 'files'>): string {
  const { input } = plan;
  const { composition, settings, notes, run } = head;
  const kinds = Object.entries(composition.kinds).map(([kind, count]) => `${count} ${kind}`);
  const omitted = Object.entries(composition.omitted ?? {}).map(([term, count]) => `${count} left out by ${term}`);
  return [
    `# ${names[input.engine]}: ${stages[input.stage]}`,
    '',
    `Base model ${input.base}, LoRA of rank ${input.lora.r}, ${input.nodes} × ${input.gpus} GPUs. Written by \`safemed train export-recipe\`; the training itself was never run where this was written.`,
    '',
    '## Data',
    '',
    `Release ${composition.release}, manifest ${composition.manifestSha256}: ${composition.rows} lines (${[...kinds, ...omitted].join(', ')}). \`ids/train.txt\` names the question of each line of \`data/train.jsonl\`, in order.`,
    '',
    'These are copies of reviewed clinical texts. Keep them where the release may be kept, and delete them when the training is over: an example that is erased in SafeMed is not erased here.',
    '',
    '`sha256sum -c SHA256SUMS` checks that nothing was changed.',
    '',
    '## Start',
    '',
    '```sh',
    'pip install -r requirements.txt',
    ...(input.stage === 'grpo' ? secrets(input) : []),
    'sh launch.sh',
    '```',
    ...(input.nodes > 1 ? ['', multipleNodes(input.engine, input.stage)] : []),
    '',
    '## What to know',
    '',
    ...[...engine.notes(plan), ...notes].map((note) => `- ${note}`),
    `- The reference of ${input.stage === 'grpo' || input.stage === 'dpo' ? 'the KL term' : 'a later GRPO'} is the base model with the adapter switched off. To continue a trained adapter, merge it into its base and give the merged model as --base.`,
    '- Sizes are a place to begin. What was measured for this model on your GPUs is worth more.',
    '',
    '## Settings',
    '',
    ...Object.entries(settings).map(([name, value]) => `- ${name}: ${value}`),
    ...(run === undefined ? [] : ['', ...resultLines(run)]),
    '',
  ].join('\n');
}

function secrets({ engine, server }: Plan['input']): string[] {
  if (usesRay.has(engine))
    return [`umask 077; cat > ${tokenFile}     # paste the output of: safemed account token ID (role engineer)`];
  const token = `export ${tokenVariable}=…    # safemed account token ID, role engineer`;
  if (server !== undefined) return [token];
  return [token, `export ${serverVariable}=…      # where this machine reaches the SafeMed server`];
}

function multipleNodes(engine: string, stage: string): string {
  if (engine === 'openrlhf' && stage !== 'grpo')
    return 'Several nodes: write `hostfile` (one line a node: `NAME slots=GPUS`) beside launch.sh, and start on the first.';
  if (stage === 'grpo' && (engine === 'verl' || engine === 'openrlhf'))
    return 'Several nodes: start a Ray cluster over them (`ray start`), with this directory under the same path on all, and start on its head.';
  return 'Several nodes: start on each, with NODE_RANK (from 0) and MASTER_ADDR (the address of node 0) set, and this directory on all.';
}

function resultLines(run: { name: string }): string[] {
  return [
    '## The result',
    '',
    `The run "${run.name}" is known to the server. Tell it what came of it; after that it gets no more rewards:`,
    '',
    '```sh',
    `python3 safemed_result.py --base BASE_DIR --adapter ADAPTER_DIR --steps N --seconds S > result.json`,
    `safemed train result ${run.name} result.json`,
    '```',
    '',
    'BASE_DIR and ADAPTER_DIR are directories of model files; their digests and the number of parameters are computed there. Then `safemed model add --run` registers the model.',
  ];
}
