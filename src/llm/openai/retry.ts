import { setTimeout as sleep } from 'node:timers/promises';

/** Retry-After asking for more than this is an answer for the operator, not a pause. */
export const longestWaitMs = 120_000;
const firstWaitMs = 500;
const longestBackoffMs = 30_000;

/** True for HTTP statuses that the same request may survive: time-outs, conflicts, rate limits, server failures. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || (status >= 500 && status !== 501);
}

/**
 * Milliseconds that a server asks to wait: `retry-after-ms`, else Retry-After in seconds or as a date (RFC 9110 §10.2.3).
 * Undefined when it asks for nothing readable.
 */
export function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const exact = headers.get('retry-after-ms')?.trim();
  if (exact !== undefined && /^\d+(\.\d+)?$/.test(exact)) return Number(exact);
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * Milliseconds before attempt `attempt + 1`: doubling from 0.5 s to 30 s, of which a random half is taken off so that
 * clients spread out. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(longestBackoffMs, firstWaitMs * 2 ** (attempt - 1));
  return full * (1 - random / 2);
}

/** Waits; an abort rejects with the signal's reason. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Refusals in a row after which the server is taken to mean everybody, not just one unlucky call. */
const refusalsThatMeanAll = 3;

/** A pause shared by all calls of an endpoint: when the server refuses several in a row, the others wait as well. */
export type SharedPause = {
  refused(waitMs: number): void;
  answered(): void;
  passed(signal?: AbortSignal): Promise<void>;
};

export function createSharedPause(): SharedPause {
  let until = 0;
  let refusals = 0;
  return {
    refused: (waitMs) => {
      refusals++;
      if (refusals >= refusalsThatMeanAll) until = Math.max(until, performance.now() + waitMs);
    },
    answered: () => {
      refusals = 0;
    },
    passed: async (signal) => {
      for (let left = until - performance.now(); left > 0; left = until - performance.now()) await wait(left, signal);
    },
  };
}
