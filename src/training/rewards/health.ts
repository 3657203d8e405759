import { randomInt } from 'node:crypto';
import { requireRole } from '../../context/actor.ts';
import type { Context } from '../../context/context.ts';
import { getTrainingRun } from '../actions.ts';
import { endedElsewhere } from '../external.ts';
import type { RewardHealth } from './schema.ts';
import { scoringOf } from './scoring.ts';

/** A plain question and answer that every judge can score. */
const warmUp = {
  prompt: [{ role: 'user', content: 'Whom do I ask about a dose I am not sure of?' }],
  completion:
    '<think>\n1. A pharmacist checks doses.\n</think>\n<answer>Ask the pharmacist before you give it.</answer>',
};

/**
 * Whether a run gets rewards. With `warm` the judge is asked for one score, which nobody gets and no judgment keeps: a
 * model is loaded, a key is checked, a dead endpoint is found before the first step. It counts for the budget.
 */
export async function rewardHealth(ctx: Context, input: { run?: string; warm?: boolean }): Promise<RewardHealth> {
  requireRole(ctx.actor, 'engineer');
  if (input.run === undefined) return { status: 'ok', queued: 0 };
  const scoring = await scoringOf(ctx, input.run);
  const { run, judge, pending, stopped, budget } = scoring;
  const known = { run: run.name, judge: judge.name, version: judge.version, queued: pending.size };
  const ended = stopped ?? endedElsewhere(await getTrainingRun(ctx, run.id));
  if (ended !== undefined) return { status: 'stopped', ...known, reason: ended.message };
  if (input.warm !== true) return { status: 'ok', ...known };
  const started = performance.now();
  const purpose = 'reward-warm-up';
  await judge.score([warmUp], {
    purpose,
    subject: () => `${run.id}/warm-up`,
    seed: randomInt(2 ** 32 - 1), // a score from the record would say nothing about the judge as it is now
    ...(budget === undefined ? {} : { budget }),
  });
  return { status: 'ready', ...known, warmUpMs: Math.round(performance.now() - started) };
}
