import type { Command } from 'commander';
import { z } from 'zod';
import { pythonEnvironment, readConfig } from '../server/config.ts';
import { ensureEnvironment } from '../training/engine/environment.ts';
import { TrainingRun } from '../training/schema.ts';
import { invocation, withClient } from './command.ts';
import { environmentProgress } from './environment.ts';

type TrainOptions = {
  release: string;
  name: string;
  base: string;
  from?: string;
  rewardFrom?: string;
  seed: number;
  rows?: number;
  maxSteps?: number;
  set?: string[];
};

export function trainCommands(program: Command): void {
  const train = program.command('train').description('alignment training on a release');
  for (const [stage, what] of [
    ['sft', 'supervised fine-tuning on the accepted traces'],
    ['reward', 'a reward model from edited and regenerated pairs'],
    ['grpo', 'GRPO with the reward service and KL to the SFT model'],
  ] as const)
    train
      .command(stage)
      .requiredOption('--release <name>', 'a frozen release')
      .requiredOption('--name <name>', 'name of the run')
      .option('--base <model>', 'smollm2, or the path of a GGUF file or Hugging Face directory', 'smollm2')
      .option('--from <run>', 'the SFT run that is continued (grpo)')
      .option('--reward-from <run>', 'the run of the reward model (grpo)')
      .option('--seed <n>', 'seed', Number, 1)
      .option('--rows <n>', 'at most so many rows', Number)
      .option('--max-steps <n>', 'at most so many steps', Number)
      .option('--set <argument=value...>', 'arguments of the engine, for example learning_rate=2e-4')
      .description(what)
      .action((options: TrainOptions, command: Command) =>
        withClient(command, async (client, { terminal }) => {
          const { set, ...rest } = options;
          const run = await client.post(TrainingRun, '/v1/training/runs', {
            ...rest,
            stage,
            args: argumentsOf(set ?? []),
          });
          if (run.state !== 'succeeded' && run.jobId !== undefined)
            await client.wait(run.jobId, terminal.progress(run.name));
          const done = await client.get(TrainingRun, `/v1/training/runs/${run.name}`);
          terminal.result(done, runLines(done));
        }),
      );
  train
    .command('setup')
    .description('install the Python environment of the training engine (about 2 GB), or complete it')
    .action(async (_: unknown, command: Command) => {
      const { terminal, workspace } = invocation(command);
      const directory = pythonEnvironment(workspace(), readConfig(workspace()));
      const python = await ensureEnvironment({ directory, onProgress: environmentProgress(terminal) });
      terminal.result({ directory, python }, [`The training engine is ready: ${python}`]);
    });
  train
    .command('status')
    .description('all training runs')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { runs } = await client.get(z.object({ runs: z.array(TrainingRun) }), '/v1/training/runs');
        terminal.result({ runs }, runs.flatMap(runLines));
      }),
    );
}

/** `name=value` pairs; values that are numbers or booleans become such. */
function argumentsOf(pairs: string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (value === 'true' || value === 'false') return [name, value === 'true'];
      return [name, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
    }),
  );
}

function runLines(run: TrainingRun): string[] {
  const { result } = run;
  if (result === undefined)
    return [`${run.name}\t${run.stage}\t${run.state}${run.error === undefined ? '' : `: ${run.error}`}`];
  const metrics = Object.entries(result.metrics).map(
    ([name, value]) => `${name} ${value === null ? '–' : Number(value.toPrecision(4))}`,
  );
  return [
    `${run.name}\t${run.stage}\t${run.state}\t${result.rows} rows, ${result.steps} steps, ${result.seconds.toFixed(0)} s`,
    `  ${metrics.join(', ')}`,
    `  adapter ${result.adapter.sha256}`,
  ];
}
