import type { Context } from '../context/context.ts';
import type { AppError } from '../core/error.ts';
import type { RunSpec } from './engine/worker-process-schema.ts';
import type { Chosen } from './launch/choose.ts';
import { listenForRewards } from './rewards/listener.ts';
import type { TrainingRun } from './schema.ts';

/** Where the worker asks for rewards, and how it is told that there will be no more. */
export type RewardsOfRun = {
  readonly rewards: RunSpec['reward'];
  /** Aborts once rewards have ended for good. */
  readonly ended: AbortSignal;
  /** Why they have. */
  why(): AppError | undefined;
  close(): Promise<void>;
};

/** The service of a run with judges: the launcher's where the worker runs elsewhere, else a port of this machine. */
export async function rewardsFor(ctx: Context, run: TrainingRun, launcher: Chosen): Promise<RewardsOfRun | undefined> {
  if (run.input.reward === undefined) return undefined;
  const none = new AbortController();
  const elsewhere = launcher.rewards?.();
  if (elsewhere !== undefined)
    return { rewards: elsewhere, ended: none.signal, why: () => undefined, close: async () => {} };
  const listener = await listenForRewards(ctx, run.id, () => none.abort());
  return { rewards: { url: listener.url }, ended: none.signal, why: listener.ended, close: listener.close };
}
