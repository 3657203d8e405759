import type { Command } from 'commander';
import { z } from 'zod';
import { pythonEnvironment, readConfig } from '../../server/config.ts';
import { ensureEnvironment } from '../../training/engine/environment.ts';
import { TrainingRun } from '../../training/schema.ts';
import { AlarmList } from '../../training/watch/schema.ts';
import { argumentsOf } from '../arguments.ts';
import { invocation, withClient } from '../command.ts';
import { ablateCommands } from './ablate.ts';
import { environmentProgress } from './environment.ts';
import { recipeCommands } from './recipe.ts';
import { type RewardOptions, rewardOf, rewardOptions } from './reward.ts';
import { runLines } from './run-lines.ts';
import { rulesFrom, watchCommand } from './watch.ts';

type TrainOptions = RewardOptions & {
  release: string;
  name: string;
  base: string;
  from?: string;
  seed: number;
  launcher: string;
  rows?: number;
  maxSteps?: number;
  preset?: string;
  mixture?: string[];
  omit?: string;
  maxMinutes?: number;
  set?: string[];
  stopRule?: string[];
  warnRule?: string[];
  defaultRules: boolean;
  acknowledgeAlarm?: string;
};

export function trainCommands(program: Command): void {
  const train = program.command('train').description('alignment training on a release');
  for (const [stage, what] of [
    ['sft', 'supervised fine-tuning on the accepted traces'],
    ['dpo', 'preference training on edited over original answers'],
    ['reward', 'a reward model from edited and regenerated pairs'],
    ['grpo', 'GRPO with the reward service and KL to the SFT model'],
  ] as const)
    rewardOptions(train.command(stage))
      .requiredOption('--release <name>', 'a frozen release')
      .requiredOption('--name <name>', 'name of the run')
      .option('--base <model>', 'smollm2, or the path of a GGUF file or Hugging Face directory', 'smollm2')
      .option('--from <run>', 'the SFT run that is continued (dpo, grpo)')
      .option('--seed <n>', 'seed', Number, 1)
      .option('--launcher <name>', 'where it is trained: local, or a launcher of safemed.yaml', 'local')
      .option('--rows <n>', 'at most so many rows', Number)
      .option('--max-steps <n>', 'at most so many steps', Number)
      .option('--max-minutes <n>', 'stop at a checkpoint after so many minutes; the same command goes on', Number)
      .option('--preset <name>', 'paper or robust (grpo)')
      .option('--mixture <kind=weight...>', 'relative weights of knowledge, guard and ethics (sft); default: all rows')
      .option('--omit <what>', 'leave out for an ablation: edited, panel, kind:K, dimension:D, language:L, with commas')
      .option('--set <argument=value...>', 'arguments of the engine, for example learning_rate=2e-4')
      .option('--stop-rule <rule...>', 'stop at a checkpoint when it holds, for example kl>10:5')
      .option('--warn-rule <rule...>', 'raise an alarm when it holds')
      .option('--no-default-rules', 'only the rules given here')
      .option('--acknowledge-alarm <reason>', 'let a run go on that a stop rule stopped')
      .description(what)
      .action((options: TrainOptions, command: Command) =>
        withClient(command, async (client, { terminal }) => {
          const { set, mixture, maxMinutes, reward, rewardFrom, ...watched } = options;
          const { stopRule, warnRule, defaultRules, acknowledgeAlarm, ...rest } = watched;
          const watch = rulesFrom({ stopRule, warnRule, defaultRules });
          if (acknowledgeAlarm !== undefined)
            await client.post(AlarmList, `/v1/training/runs/${rest.name}/acknowledgement`, {
              reason: acknowledgeAlarm,
            });
          const run = await client.post(TrainingRun, '/v1/training/runs', {
            ...rest,
            ...rewardOf({ reward, rewardFrom }),
            stage,
            args: argumentsOf(set ?? []),
            ...(mixture === undefined ? {} : { mixture: argumentsOf(mixture) }),
            ...(maxMinutes === undefined ? {} : { limits: { maxMinutes } }),
            ...(watch === undefined ? {} : { watch }),
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
    .command('elsewhere')
    .requiredOption('--name <name>', 'name of the run')
    .requiredOption('--release <name>', 'the frozen release that its engine trains on')
    .requiredOption('--base <model>', 'the model it trains')
    .requiredOption('--reward <file>', 'who judges, a definition in YAML')
    .description('a GRPO run whose engine runs elsewhere and asks this server for rewards')
    .action((options: { name: string; release: string; base: string; reward: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { name, release, base } = options;
        const input = { name, release, base, ...rewardOf({ reward: options.reward }) };
        const run = await client.post(TrainingRun, '/v1/rewards/runs', input);
        terminal.result(run, [
          `${run.name} (${run.id}) gets rewards at /v1/rewards, and at /v1/rewards/openrlhf/${run.name} for OpenRLHF.`,
        ]);
      }),
    );
  train
    .command('status')
    .description('all training runs')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { runs } = await client.get(z.object({ runs: z.array(TrainingRun) }), '/v1/training/runs');
        terminal.result({ runs }, runs.flatMap(runLines));
      }),
    );

  train
    .command('stop')
    .argument('<run>', 'name of the run')
    .description('stop a run at a checkpoint; the command that started it goes on from there')
    .action((name: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const run = await client.post(TrainingRun, `/v1/training/runs/${name}/stop`, {});
        terminal.result(run, [
          run.state === 'stopped' ? `${run.name} is stopped.` : `${run.name} stops when its step is done.`,
        ]);
      }),
    );
  recipeCommands(train);
  watchCommand(train);
  ablateCommands(train);
}
