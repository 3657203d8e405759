import type { JsonObject } from '../../verify/fields.ts';
import type { TrainingStage } from '../schema.ts';
import type { ExportRecipe, RecipeArguments, RecipeEngine } from './schema.ts';
import type { Settings } from './settings.ts';

export type TextFile = { readonly path: string; readonly text: string };

/** What an engine's files are made from. */
export type Plan = {
  readonly input: ExportRecipe;
  readonly settings: Settings;
  readonly hasValidation: boolean;
};

/** What an engine cannot express: refused where it was asked for by name, told where a preset asks for it. */
export type Limit = { readonly setting: keyof RecipeArguments | 'preset'; readonly why: string };

/** How one engine is told what a run is. */
export type Engine = {
  /** The versions its files were written for, as pip takes them. */
  readonly requirements: readonly string[];
  readonly stages: readonly TrainingStage[];
  /** A row, pair or prompt as the engine reads it. */
  line(stage: TrainingStage, row: JsonObject, place: { release: string; index: number }): JsonObject;
  limits(plan: Pick<Plan, 'input' | 'settings'>): Limit[];
  /** Configuration, launch script and what else is the engine's own. */
  files(plan: Plan): TextFile[];
  /** What its user should know, a sentence or two each. */
  notes(plan: Plan): string[];
  /** The reward function in trainer/recipes/; absent where the engine has no GRPO. */
  readonly shim?: string;
};

/** Names of the variables that launch scripts and reward functions read. */
export const tokenVariable = 'SAFEMED_TOKEN';
export const serverVariable = 'SAFEMED_URL';

/** A file beside the reward function with the token, for workers that get no variable of the launch script. */
export const tokenFile = 'token';
/** Engines whose reward functions run in Ray's workers, which a launch script cannot give a variable. */
export const usesRay: ReadonlySet<RecipeEngine> = new Set(['verl', 'openrlhf']);

/** A word of a command, or text that the shell is to read. */
export type Word = string | { readonly shell: string };

/** A variable that the launch script refuses to start without. */
function required(variable: string, what: string): { shell: string } {
  return { shell: `"\${${variable}:?${what}}"` };
}

/** A variable, or what stands in for it. */
export function orElse(variable: string, value: string): Word {
  return { shell: `"\${${variable}:-${value}}"` };
}

/** A word with a file of the recipe by its absolute path. */
export function fileWord(path: string, before = ''): Word {
  return { shell: `${before}"$PWD/${path}"` };
}

export const nodeRank = required('NODE_RANK', 'set it to the number of this node, from 0');
export const nodeZero = required('MASTER_ADDR', 'set it to the address of node 0');

/** The variables by which engines on torchrun find the other nodes. */
export function torchrunVariables({ nodes, gpus }: ExportRecipe): string[] {
  const several = [`export NNODES=${nodes}`, `: ${nodeRank.shell} ${nodeZero.shell}`, 'export NODE_RANK MASTER_ADDR'];
  return [`export NPROC_PER_NODE=${gpus}`, ...(nodes === 1 ? [] : several)];
}

/** A launch script that works in its own directory; words are quoted where a shell would split them. */
export function launchScript(plan: Plan, command: readonly Word[], before: readonly string[] = []): TextFile {
  const needs = plan.input.stage === 'grpo' ? rewardNeeds(plan.input) : [];
  const lines = [
    '#!/bin/sh',
    '# Written by safemed train export-recipe. README.md says what it needs.',
    'set -eu',
    'cd "$(dirname "$0")"',
    'export HF_HUB_DISABLE_TELEMETRY=1 DO_NOT_TRACK=1 TOKENIZERS_PARALLELISM=false',
    ...needs,
    ...before,
    `exec ${wrapped(command)}`,
  ];
  return { path: 'launch.sh', text: `${lines.join('\n')}\n` };
}

/** What a launch script checks before an engine that asks for rewards is started. */
function rewardNeeds({ engine, server }: ExportRecipe): string[] {
  if (usesRay.has(engine))
    return [
      `[ -s ${tokenFile} ] || { echo 'put an API token of the role engineer (safemed account token) into the file ${tokenFile} beside this script, chmod 600' >&2; exit 2; }`,
    ];
  const path = `export PYTHONPATH="$PWD\${PYTHONPATH:+:$PYTHONPATH}"`;
  const token = `: ${required(tokenVariable, 'set it to an API token of the role engineer (safemed account token)').shell}`;
  if (server !== undefined) return [token, `export ${tokenVariable}`, path];
  const address = `: ${required(serverVariable, 'set it to the address of the SafeMed server').shell}`;
  return [token, address, `export ${tokenVariable} ${serverVariable}`, path];
}

/** Words of a command, an option a line with its values. */
function wrapped(words: readonly Word[]): string {
  const lines: string[][] = [[]];
  for (const word of words) {
    const text = typeof word === 'string' ? quoted(word) : word.shell;
    const begins = /^(-|[\w.+]+=)/.test(typeof word === 'string' ? word : text);
    if (begins && lines.at(-1)?.length !== 0) lines.push([]);
    lines.at(-1)?.push(text);
  }
  return lines.map((line) => line.join(' ')).join(' \\\n  ');
}

function quoted(word: string): string {
  if (/^[\w./:=,+@%-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
