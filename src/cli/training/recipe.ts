import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError, messageOf } from '../../core/error.ts';
import { TrainingRun } from '../../training/schema.ts';
import { argumentsOf } from '../arguments.ts';
import { withClient } from '../command.ts';
import { receiveRecipe, refuseUsed } from './recipe-files.ts';
import { type RewardOptions, rewardOf, rewardOptions } from './reward.ts';

type RecipeOptions = RewardOptions & {
  engine: string;
  stage: string;
  release: string;
  out: string;
  base?: string;
  name?: string;
  seed?: number;
  rows?: number;
  preset?: string;
  mixture?: string[];
  omit?: string;
  set?: string[];
  loraRank?: number;
  loraAlpha?: number;
  nodes?: number;
  gpus?: number;
  rewardServer?: string;
};

export function recipeCommands(train: Command): void {
  const recipe = train
    .command('export-recipe')
    .requiredOption('--engine <name>', 'trl, ms-swift, verl, openrlhf or llama-factory')
    .requiredOption('--stage <stage>', 'sft, dpo, reward or grpo, as far as the engine has it')
    .requiredOption('--release <name>', 'a frozen release')
    .requiredOption('--out <dir>', 'a directory to write, new or empty')
    .option('--base <model>', 'hub name or absolute path of the model where it is trained (default: Qwen/Qwen3-32B)')
    .option('--name <run>', 'register the run under this name (needed for grpo)')
    .option('--seed <n>', 'seed', Number)
    .option('--rows <n>', 'at most so many rows', Number)
    .option('--preset <name>', 'paper or robust (grpo)')
    .option('--mixture <kind=weight...>', 'relative weights of knowledge, guard and ethics (sft); default: all rows')
    .option('--omit <what>', 'leave out: edited, panel, kind:K, dimension:D, language:L, with commas')
    .option('--set <argument=value...>', 'settings by TRL’s names, for example num_generations=16')
    .option('--lora-rank <n>', 'rank of the adapter', Number)
    .option('--lora-alpha <n>', 'alpha of the adapter', Number)
    .option('--nodes <n>', 'nodes', Number)
    .option('--gpus <n>', 'GPUs of each node', Number)
    .option('--reward-server <url>', 'where the engine reaches this server; without it, told where it is started');
  rewardOptions(recipe)
    .description(
      'what an engine elsewhere needs to train on a release: data, configuration, reward function, launch script',
    )
    .action((options: RecipeOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const out = resolve(options.out);
        await refuseUsed(out);
        const head = await receiveRecipe(await client.stream('/v1/training/recipes', requestOf(options)), out);
        const name = head.run?.name;
        terminal.result({ ...head, path: out }, [
          `${out}: ${head.engine} ${head.stage}, ${head.composition.rows} lines of ${head.release}, ${head.files.length} files`,
          ...(name === undefined ? [] : [`run ${name} (${head.run?.id}) waits for its engine`]),
          ...head.notes.map((note) => `note: ${note}`),
          `next: read ${join(out, 'README.md')}, then sh launch.sh where the GPUs are`,
        ]);
      }),
    );
  train
    .command('result')
    .argument('<run>', 'name of a run that was trained elsewhere')
    .argument('<file>', 'what came of it, as safemed_result.py of its recipe writes it')
    .description('end a run that was trained elsewhere with its result; it gets no more rewards')
    .action((name: string, file: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const run = await client.post(TrainingRun, `/v1/training/runs/${name}/result`, await jsonOf(file));
        terminal.result(run, [
          `${run.name} is ${run.state}.`,
          ...(run.result === undefined
            ? []
            : [`next: safemed model add NAME --run ${run.name} --file WEIGHTS --base M …`]),
        ]);
      }),
    );
}

function requestOf(options: RecipeOptions): object {
  const { out: _, set, mixture, loraRank, loraAlpha, rewardServer, reward, rewardFrom, ...rest } = options;
  const lora = {
    ...(loraRank === undefined ? {} : { r: loraRank }),
    ...(loraAlpha === undefined ? {} : { alpha: loraAlpha }),
  };
  return {
    ...rest,
    ...rewardOf({ reward, rewardFrom }),
    args: argumentsOf(set ?? []),
    lora,
    ...(mixture === undefined ? {} : { mixture: argumentsOf(mixture) }),
    ...(rewardServer === undefined ? {} : { server: rewardServer }),
  };
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read as JSON: ${messageOf(error)}.`, { cause: error });
  }
}
