import { randomUUID } from 'node:crypto';
import { requireRole } from '../../context/actor.ts';
import { type Context, transact } from '../../context/context.ts';
import { getTrainingRun, requireJudges, takeBudget } from '../actions.ts';
import { StartRun, type TrainingRun } from '../schema.ts';
import { insertTrainingRun, readTrainingRun } from '../store.ts';
import type { OpenRewardRun } from './schema.ts';

/**
 * A GRPO run whose engine runs elsewhere: it has no job here, only a definition of its reward, so that its engine can ask
 * for rewards in its name. The same name with the same settings is the same run.
 */
export async function openRewardRun(
  ctx: Context,
  { name, release, base, reward }: OpenRewardRun,
): Promise<TrainingRun> {
  requireRole(ctx.actor, 'engineer');
  await requireJudges(ctx, reward);
  const input = StartRun.parse({ name, stage: 'grpo', release, base, reward });
  return transact(ctx, async (ctx) => {
    const known = await readTrainingRun(ctx.tx, name);
    if (known === undefined)
      await insertTrainingRun(ctx.tx, { id: randomUUID(), input, by: ctx.actor.id, at: ctx.clock.now() });
    else await takeBudget(ctx, known, input);
    return getTrainingRun(ctx, name);
  });
}
