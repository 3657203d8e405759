import type { Context } from '../../context/context.ts';
import { messageOf } from '../../core/error.ts';
import { signDue } from './submit.ts';

const everyMs = 2_000;

/**
 * Signs submissions whose undo time is over, for as long as the process lives. Several processes may do it: each
 * submission is signed under the lock of its instance. Returns what stops it.
 */
export function startSigning(ctx: Context): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(async () => {
      try {
        await signDue(ctx);
      } catch (error) {
        ctx.log('error', `Submitted reviews could not be signed yet: ${messageOf(error)}`);
      }
    });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
