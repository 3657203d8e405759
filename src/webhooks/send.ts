import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import type { Message } from './schema.ts';
import { signedHeaders } from './sign.ts';

/** Milliseconds that a receiver has to answer. */
const patienceMs = 10_000;

export type Outcome = { delivered: boolean; status?: number; error?: string };

/**
 * Sends one signed message; delivered means an answer of 2xx in time. Redirects are not followed: nothing goes to an
 * address that nobody configured. Never throws.
 */
export async function send(
  { url, key, message, hook }: { url: string; key: Uint8Array; message: Message; hook: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<Outcome> {
  const body = JSON.stringify(message);
  const timestamp = Math.floor(clock.now().getTime() / 1000);
  const headers = signedHeaders(key, { id: `msg_${hook}_${message.data.leaf}`, timestamp, body });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    await response.body?.cancel();
    const { status } = response;
    return response.ok ? { delivered: true, status } : { delivered: false, status, error: `HTTP status ${status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { delivered: false, error: messageOf(cause) };
  }
}
