import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sha256Hex } from '../../core/hash.ts';
import type { ChosenLines } from '../data.ts';
import { trainerDirectory } from '../engine/environment.ts';
import type { TrainingRun } from '../schema.ts';
import { type Engine, type Plan, serverVariable, type TextFile, tokenFile, tokenVariable, usesRay } from './engine.ts';
import { readme } from './readme.ts';
import type { RecipeArguments, RecipeFileFacts, RecipeHead } from './schema.ts';
import { grpoSettings, promptsPerStep } from './settings.ts';

/** A file in parts, so that no single text has to hold all rows. */
export type RecipeFile = { readonly path: string; readonly parts: readonly string[] };

export type Recipe = { readonly head: RecipeHead; readonly files: readonly RecipeFile[] };

const linesPerPart = 256;

type Choice = {
  readonly lines: ChosenLines;
  readonly run: TrainingRun | undefined;
  /** What the engine does otherwise than the preset says, and the settings without that. */
  readonly notes: string[];
  readonly inForce: RecipeArguments;
};

/** All files of a recipe: data, the engine's own, the reward function, requirements, README and checksums. */
export async function writeRecipe(plan: Plan, engine: Engine, { lines, run, notes, inForce }: Choice): Promise<Recipe> {
  const { input } = plan;
  const { train, validation, composition } = lines;
  const known = {
    engine: input.engine,
    stage: input.stage,
    release: composition.release,
    base: input.base,
    ...(run === undefined ? {} : { run: { id: run.id, name: run.name } }),
    composition,
    settings: { ...inForce },
    notes: [...engine.notes(plan), ...notes],
  };
  const files: RecipeFile[] = [
    inParts(
      'data/train.jsonl',
      train.map(({ text }) => text),
    ),
    ...(plan.hasValidation
      ? [
          inParts(
            'data/validation.jsonl',
            validation.map(({ text }) => text),
          ),
        ]
      : []),
    inParts(
      'ids/train.txt',
      train.map(({ question }) => question),
    ),
    ...engine.files(plan).map(whole),
    whole({ path: 'requirements.txt', text: `${engine.requirements.join('\n')}\n` }),
    ...(await rewardFiles(plan, engine, run)),
    ...(run === undefined ? [] : await resultFiles()),
    whole({ path: 'recipe.yaml', text: stringify({ ...known, input: withoutReward(plan) }) }),
    whole({ path: 'README.md', text: readme(plan, engine, { ...known, notes }) }),
  ];
  const facts = files.map(factsOf).sort((a, b) => (a.path < b.path ? -1 : 1));
  const sums = whole({ path: 'SHA256SUMS', text: facts.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('') });
  return { head: { ...known, files: [...files, sums].map(factsOf) }, files: [...files, sums] };
}

/** Who judges is the server's affair: an engine neither knows nor chooses it. */
function withoutReward({ input }: Plan): object {
  const { reward: _, ...rest } = input;
  return rest;
}

function inParts(path: string, lines: readonly string[]): RecipeFile {
  const parts: string[] = [];
  for (let first = 0; first < lines.length; first += linesPerPart)
    parts.push(
      lines
        .slice(first, first + linesPerPart)
        .map((line) => `${line}\n`)
        .join(''),
    );
  return { path, parts };
}

function whole({ path, text }: TextFile): RecipeFile {
  return { path, parts: [text] };
}

function factsOf({ path, parts }: RecipeFile): RecipeFileFacts {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return { path, bytes: bytes.length, sha256: sha256Hex(bytes) };
}

/** The reward function with what it asks with, and what it is told of the run. */
async function rewardFiles(plan: Plan, { shim }: Engine, run: TrainingRun | undefined): Promise<RecipeFile[]> {
  if (plan.input.stage !== 'grpo' || shim === undefined || run === undefined) return [];
  const grpo = grpoSettings(plan.settings);
  const settings = {
    run_id: run.id,
    ...(plan.input.server === undefined ? {} : { url: plan.input.server }),
    url_env: serverVariable,
    token_env: tokenVariable,
    token_file: tokenFile,
    generations: grpo.num_generations,
    prompts_per_step: promptsPerStep(plan.input, grpo),
    timeout_s: 180,
    max_retries: 6,
    deadline_s: 480, // below the 10 minutes after which processes on GPUs take one that waits for dead
    abort_after_unscored_calls: usesRay.has(plan.input.engine) ? 0 : 3, // they ask for one completion a call,
  };
  return [
    await copied('safemed_reward.py', join('recipes', shim)),
    await copied('safemed_recipe.py', join('recipes', 'safemed_recipe.py')),
    await copied('safemed_http.py', join('safemed_trainer', 'reward_http.py')),
    whole({ path: 'reward.json', text: `${JSON.stringify(settings, null, 2)}\n` }),
  ];
}

async function resultFiles(): Promise<RecipeFile[]> {
  return [
    await copied('safemed_result.py', join('recipes', 'safemed_result.py')),
    await copied('safemed_digest.py', join('safemed_trainer', 'digest.py')),
  ];
}

async function copied(path: string, from: string): Promise<RecipeFile> {
  return whole({ path, text: await readFile(join(trainerDirectory, from), 'utf8') });
}
