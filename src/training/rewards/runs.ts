import type { Context } from '../../context/context.ts';
import { registerExternal } from '../external.ts';
import { externalLauncher } from '../launch/schema.ts';
import { StartRun, type TrainingRun } from '../schema.ts';
import type { OpenRewardRun } from './schema.ts';

/** A GRPO run whose engine runs elsewhere and has its data already: only its reward is defined here. */
export function openRewardRun(ctx: Context, input: OpenRewardRun): Promise<TrainingRun> {
  return registerExternal(ctx, StartRun.parse({ ...input, stage: 'grpo', launcher: externalLauncher }));
}
