import { randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { getTrainingRun, requireJudges, takeBudget } from './actions.ts';
import { externalLauncher } from './launch/schema.ts';
import type { StartRun, TrainingRun } from './schema.ts';
import { insertTrainingRun, readTrainingRun } from './store.ts';

/**
 * A run whose engine runs elsewhere: it has no job here. Specified, it is running from its first reward on, and over when
 * its result is told. The same name with the same settings is the same run.
 */
export async function registerExternal(ctx: Context, input: StartRun): Promise<TrainingRun> {
  requireRole(ctx.actor, 'engineer');
  if (input.reward !== undefined) await requireJudges(ctx, input.reward);
  return transact(ctx, async (ctx) => {
    const known = await readTrainingRun(ctx.tx, input.name);
    if (known === undefined)
      await insertTrainingRun(ctx.tx, { id: randomUUID(), input, by: ctx.actor.id, at: ctx.clock.now() });
    else await takeBudget(ctx, known, input);
    return getTrainingRun(ctx, input.name);
  });
}

/** Why a run gets no more rewards; undefined while it does. Runs of this program end with their workers. */
export function endedElsewhere({ name, state, input }: TrainingRun): AppError | undefined {
  if (input.launcher !== externalLauncher || state === 'specified' || state === 'running') return undefined;
  return new AppError(
    'conflict',
    `The run "${name}" is over (${state}): its result was told, and it gets no more rewards. Train on under another name.`,
  );
}
