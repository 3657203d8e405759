import type { Context } from '../context/context.ts';
import { messageOf } from '../core/error.ts';
import { deliverDue } from './deliver.ts';

const everyMs = 1_000;

/**
 * Serves the webhooks for as long as the process lives. Several processes may do it: each takes what no other has.
 * Returns what stops it; a message under way is given up and told again.
 */
export function startDelivering(ctx: Context): () => Promise<void> {
  const ended = new AbortController();
  let running: Promise<void> | undefined;
  const turn = async (): Promise<void> => {
    try {
      await deliverDue(ctx, ended.signal);
    } catch (error) {
      ctx.log('error', `Webhooks could not be served: ${messageOf(error)}`);
    }
    running = undefined;
  };
  const timer = setInterval(() => {
    running ??= turn();
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    ended.abort();
    await running;
  };
}
