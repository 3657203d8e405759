import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginesEnvironment } from '../../../scripts/engines.ts';
import { sidePython } from '../../../scripts/side-environment.ts';
import { captureLaunch, type EngineReading, readByEngine } from '../../../test/engine-check.ts';
import { askRecipe, type ReceivedRecipe, unpack } from '../../../test/recipe.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { environmentPython, environmentState } from '../engine/environment.ts';
import { recipeEngines } from './engines.ts';
import type { RecipeEngine } from './schema.ts';

const trainer =
  (await environmentState(resolve('.venv'))) === 'ready' ? environmentPython(resolve('.venv')) : undefined;
const engines = sidePython(enginesEnvironment);
/** Which Python holds an engine: TRL is the training engine itself. */
const pythonOf = (engine: RecipeEngine): string | undefined => (engine === 'trl' ? trainer : engines);
const present = (Object.keys(recipeEngines) as RecipeEngine[]).filter((engine) => pythonOf(engine) !== undefined);
const absent = (Object.keys(recipeEngines) as RecipeEngine[]).filter((engine) => pythonOf(engine) === undefined);

const judge = {
  type: 'openai',
  baseUrl: 'http://127.0.0.1:9/v1',
  model: 'judge-model',
  concurrency: 1,
  timeoutMs: 1000,
  maxRetries: 0,
} as const;

let sealed: SealedRelease | undefined;
let scratch = '';
beforeAll(async () => {
  if (present.length === 0) return;
  sealed = await sealRelease(['knowledge', 'guard'], {}, { judge });
  scratch = await mkdtemp(join(tmpdir(), 'engine-check-'));
}, 240_000);
afterAll(async () => {
  await sealed?.close();
  await rm(scratch, { recursive: true, force: true });
});

if (absent.length > 0)
  test.skip(`${absent.join(', ')} read their recipes (needs: node scripts/setup.mjs --python --engines)`, () =>
    undefined);

type Read = { recipe: ReceivedRecipe; found: EngineReading };

/** The recipes of an engine's stages, read by the engine itself in one process. */
async function readAll(engine: RecipeEngine): Promise<Map<string, Read>> {
  const app = sealed?.app;
  if (app === undefined) throw new Error('no application');
  const directories = new Map<string, { directory: string; recipe: ReceivedRecipe }>();
  for (const stage of recipeEngines[engine].stages) {
    const reward = { kind: 'rubric', endpoint: 'judge' };
    const grpo = { name: `${engine}-grpo`, reward, preset: 'robust', server: 'https://safemed.example.org' };
    const input = { engine, stage, release: 'one', lora: { r: 24, alpha: 48 }, args: { learning_rate: 3e-5 } };
    const recipe = await askRecipe(app, { ...input, ...(stage === 'grpo' ? grpo : {}) });
    const directory = await unpack(recipe, join(scratch, `${engine}-${stage}`));
    await writeFile(join(directory, 'token'), 'none');
    await captureLaunch(directory, { SAFEMED_TOKEN: 'none' });
    directories.set(stage, { directory, recipe });
  }
  const all = [...directories.values()].map(({ directory }) => directory);
  const found = readByEngine(pythonOf(engine) ?? '', { engine, model: join(scratch, `${engine}-model`) }, all);
  return new Map(
    [...directories].map(([stage, { directory, recipe }]) => [stage, { recipe, found: found(directory) }]),
  );
}

/** What the engine understood under a dotted name, wherever its parser keeps it. */
type Expected = Record<string, unknown>;

const grpo: { readonly [engine in RecipeEngine]?: Expected } = {
  trl: {
    'training.learning_rate': 3e-5,
    'training.num_generations': 8,
    'training.gradient_accumulation_steps': 8,
    'training.max_completion_length': 4096,
    'training.beta': 0.04,
    'training.epsilon': 0.2,
    'training.epsilon_high': 0.28,
    'training.loss_type': 'dapo',
    'training.scale_rewards': 'group',
    'training.mask_truncated_completions': true,
    'training.shuffle_dataset': false,
    'training.vllm_mode': 'colocate',
    rewards: ['safemed_reward.safemed'],
    lora: [24, 48, 'all-linear'],
  },
  'ms-swift': {
    'training.learning_rate': 3e-5,
    'training.lora_rank': 24,
    'training.lora_alpha': 48,
    'training.tuner_type': 'lora',
    'training.num_generations': 8,
    'training.max_completion_length': 4096,
    'training.beta': 0.04,
    'training.epsilon_high': 0.28,
    'training.loss_type': 'dapo',
    'training.scale_rewards': 'group',
    'training.overlong_filter': true,
    'training.reward_funcs': ['safemed'],
    'training.dataset_shuffle': false,
    'training.train_dataloader_shuffle': false,
  },
  verl: {
    'config.algorithm.adv_estimator': 'grpo',
    'config.data.train_batch_size': 8,
    'config.data.shuffle': false,
    'config.actor_rollout_ref.model.lora_rank': 24,
    'config.actor_rollout_ref.actor.optim.lr': 3e-5,
    'config.actor_rollout_ref.actor.kl_loss_coef': 0.04,
    'config.actor_rollout_ref.actor.clip_ratio_high': 0.28,
    'config.actor_rollout_ref.actor.loss_agg_mode': 'token-mean',
    'config.actor_rollout_ref.rollout.n': 8,
    'config.reward.num_workers': 1,
    'config.reward.reward_manager.name': 'naive',
    reward: true,
  },
  openrlhf: {
    'config.actor.adam.lr': 3e-5,
    'config.ds.lora.rank': 24,
    'config.algo.kl.init_coef': 0.04,
    'config.algo.kl.use_loss': true,
    'config.algo.kl.estimator': 'k3',
    'config.algo.advantage.estimator': 'group_norm',
    'config.actor.eps_clip_low_high': [0.2, 0.28],
    'config.actor.loss_agg_mode': 'token-mean',
    'config.rollout.n_samples_per_prompt': 8,
    'config.rollout.batch_size': 8,
    'config.train.batch_size': 64,
  },
};

const supervised: { readonly [engine in RecipeEngine]: Expected } = {
  trl: { 'training.learning_rate': 3e-5, 'training.max_length': 8192, lora: [24, 48, 'all-linear'] },
  'ms-swift': { 'training.learning_rate': 3e-5, 'training.max_length': 8192, 'training.lora_rank': 24 },
  verl: { 'config.optim.lr': 3e-5, 'config.data.max_length': 8192, 'config.model.lora_rank': 24 },
  openrlhf: { 'config.adam.lr': 3e-5, 'config.data.max_len': 8192, 'config.ds.lora.rank': 24 },
  'llama-factory': {
    'training.learning_rate': 3e-5,
    'data.cutoff_len': 8192,
    'data.template': 'qwen3',
    'finetuning.lora_rank': 24,
    'finetuning.lora_alpha': 48,
  },
};

/** The text an engine read in a row, wherever it keeps it. */
function firstAnswer(recipe: ReceivedRecipe): string {
  const [line = ''] = recipe.files.get('data/train.jsonl')?.split('\n') ?? [];
  return /<think>.*?(?:<\/think>|$)/u.exec(JSON.stringify(JSON.parse(line)))?.[0].slice(0, 60) ?? '<none>';
}

describe.each(present)('%s reads its recipes', (engine) => {
  let read: Map<string, Read>;
  beforeAll(async () => {
    read = await readAll(engine);
  }, 600_000);

  test('its own parser understands every argument as it was meant', () => {
    for (const [stage, { found }] of read) {
      const expected = stage === 'grpo' ? grpo[engine] : supervised[engine];
      const seen = Object.fromEntries(Object.keys(expected ?? {}).map((name) => [name, found.at(name)]));
      expect({ stage, ...seen }).toEqual({ stage, ...expected });
    }
  });

  test('its own loader reads every row, with its text', () => {
    for (const [stage, { recipe, found }] of read) {
      expect(found.rows, stage).toHaveLength(recipe.head.composition.rows);
      const text = JSON.stringify(found.rows[0]);
      if (engine === 'verl' && stage === 'sft') {
        for (const one of found.rows as { tokens: number; learned: number }[]) {
          expect(one.learned).toBeGreaterThan(20);
          expect(one.learned).toBeLessThan(one.tokens);
        }
      } else expect(text, stage).toContain(firstAnswer(recipe));
    }
  });
});
