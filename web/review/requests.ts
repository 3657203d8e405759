import { ApiError } from '../app/api.ts';

/** A reply of the server. `status` 0: none came, so that nobody knows whether the request arrived. */
export type Reply = { status: number; body: unknown; message: string; details: Record<string, unknown> };
export type Send = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Longer than any reply takes: a connection that hangs counts as none. */
const patienceMs = 20_000;

let skewMs = 0;

/** The server's time, as its last reply told it: leases and deadlines are the server's, and clocks differ. */
export function serverNow(): number {
  return Date.now() + skewMs;
}

/** Sends a request and never throws: what went wrong is in the reply. */
export const send: Send = async (method, path, body) => {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  let response: Response;
  try {
    response = await fetch(path, { method, ...json, signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    return { status: 0, body: undefined, message: String(error), details: {} };
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(date)) skewMs = date - Date.now();
  const parsed: unknown = await response.json().catch(() => undefined);
  if (response.ok && parsed === undefined) return { status: 0, body: undefined, message: 'cut off', details: {} };
  const error = (parsed as { error?: { message?: string; details?: Record<string, unknown> } } | undefined)?.error; // the form of every refusal
  return {
    status: response.status,
    body: parsed,
    message: error?.message ?? response.statusText,
    details: error?.details ?? {},
  };
};

/** The body of a reply to `send`, as its route's schema has it; throws `ApiError` where the server refused. */
export async function ask<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const reply = await send(method, path, body);
  if (reply.status < 200 || reply.status >= 300) throw new ApiError(reply.status, reply.message, reply.details);
  return reply.body as T; // the routes parse their replies with the schemas that these types come from
}

/** The address of an assignment's part. */
export function assignmentPath(id: string, part = ''): string {
  return `/v1/reviews/assignments/${encodeURIComponent(id)}${part}`;
}

/** The address at which a lease is prolonged or given back. */
export function leasePath(id: string, part: 'heartbeat' | 'release'): string {
  return `/v1/assignments/${encodeURIComponent(id)}/${part}`;
}
