import type { Retry } from '../endpoint.ts';
import type { OpenAiConfig } from '../schema.ts';
import { AttemptFailure, finalError } from './attempt.ts';
import { backoffMs, longestWaitMs, type SharedPause, wait } from './retry.ts';

/** One configured server with what its calls share. */
export type Server = { id: string; config: OpenAiConfig; key: string | undefined; pause: SharedPause };

export type Calling = { signal?: AbortSignal | undefined; onRetry?: ((retry: Retry) => void) | undefined };

/**
 * Makes attempts until one succeeds, none is left, or the failure is final; then throws an AppError for operators. An
 * abort ends it with the signal's reason. When the server asks for a pause, all its calls keep it.
 */
export async function repeated<T>(server: Server, attempt: () => Promise<T>, calling: Calling): Promise<T> {
  const { config, pause, id, key } = server;
  const { signal, onRetry } = calling;
  for (let attempts = 1; ; attempts++) {
    await pause.passed(signal);
    signal?.throwIfAborted();
    try {
      const result = await attempt();
      pause.answered();
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AttemptFailure)) throw error;
      const waitMs = Math.max(error.waitMs ?? 0, backoffMs(attempts, Math.random()));
      if (!error.retryable || attempts > config.maxRetries || waitMs > longestWaitMs)
        throw finalError(error, attempts, { config, id, key });
      if (error.waitMs !== undefined) pause.refused(waitMs);
      onRetry?.({ attempt: attempts, waitMs, reason: error.message });
      await wait(waitMs, signal);
    }
  }
}
