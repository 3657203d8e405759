import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { parseYamlFile } from '../../profile/load.ts';
import { RewardDefinition } from '../../training/rewards/schema.ts';

export type RewardOptions = { reward?: string | undefined; rewardFrom?: string | undefined };

/** Adds the options that say who judges a GRPO run. */
export function rewardOptions(command: Command): Command {
  return command
    .option('--reward-from <run>', 'the run of the reward model (grpo)')
    .option('--reward <file>', 'who judges, a definition in YAML (grpo)');
}

/** Who judges: a definition from a file, or the reward model of a run. */
export function rewardOf({ reward, rewardFrom }: RewardOptions): { reward?: RewardDefinition } {
  if (reward !== undefined && rewardFrom !== undefined)
    throw new AppError('invalid_input', 'Give either --reward FILE or --reward-from RUN, not both.');
  if (reward !== undefined) return { reward: parseYamlFile(reward, RewardDefinition).value };
  return rewardFrom === undefined ? {} : { reward: RewardDefinition.parse({ kind: 'reward-model', run: rewardFrom }) };
}
