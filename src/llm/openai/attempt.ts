import type { IncomingMessage } from 'node:http';
import { AppError, type ErrorCode, messageOf } from '../../core/error.ts';
import type { OpenAiConfig } from '../schema.ts';
import { httpPost } from './http-post.ts';
import { isRetryable, retryAfterMs } from './retry.ts';
import { WireError } from './wire.ts';

/** A reply larger than this is a fault of the server, not an answer. */
const maxReplyBytes = 64 * 1024 * 1024;

/** One attempt that failed. `waitMs` is what the server asked for. */
export class AttemptFailure extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly waitMs: number | undefined;

  constructor(
    message: string,
    options: { code?: ErrorCode; retryable: boolean; waitMs?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'AttemptFailure';
    this.code = options.code ?? 'unavailable';
    this.retryable = options.retryable;
    this.waitMs = options.waitMs;
  }
}

/** The time limit of one attempt together with the caller's signal; `touch` starts the time again. */
export type Deadline = { signal: AbortSignal; touch(): void; end(): void; expired(): boolean };

export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const cancel = (): void => controller.abort(outer?.reason);
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, ms);
  if (outer?.aborted === true) cancel();
  else outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    touch: () => timer.refresh(),
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
    expired: () => expired,
  };
}

/** Sends one request. Resolves with a 2xx response whose body is still unread; throws AttemptFailure for anything else. */
export async function post(
  config: OpenAiConfig,
  key: string | undefined,
  body: Record<string, unknown>,
  deadline: Deadline,
): Promise<IncomingMessage> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== undefined) headers.authorization = `Bearer ${key}`;
  const url = `${config.baseUrl.replace(/\/+$/, '')}/chat/completions`;
  const posting = { url, headers, body: JSON.stringify(body), signal: deadline.signal };
  const response = await httpPost(posting).catch((error: unknown) => {
    throw networkFailure(error, config, deadline);
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  throw await refusal(response, config, deadline);
}

/** The whole body as text; throws AttemptFailure when the connection breaks or the body is unreasonably large. */
export async function readBody(response: IncomingMessage, config: OpenAiConfig, deadline: Deadline): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of bodyChunks(response, config, deadline)) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

/** The body in pieces, with the same care as `readBody`. */
export async function* bodyChunks(
  response: IncomingMessage,
  config: OpenAiConfig,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, void> {
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      // no encoding is set, so that chunks are bytes
      size += chunk.byteLength;
      if (size > maxReplyBytes) throw new AttemptFailure(`sent more than ${maxReplyBytes} bytes`, { retryable: false });
      yield chunk;
    }
  } catch (error) {
    throw error instanceof AttemptFailure ? error : networkFailure(error, config, deadline);
  }
}

function networkFailure(error: unknown, config: OpenAiConfig, deadline: Deadline): AttemptFailure {
  if (deadline.expired())
    return new AttemptFailure(`gave no answer within ${config.timeoutMs} ms`, { retryable: true, cause: error });
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return new AttemptFailure(`could not be reached (${messageOf(cause)})`, { retryable: true, cause: error });
}

async function refusal(response: IncomingMessage, config: OpenAiConfig, deadline: Deadline): Promise<AttemptFailure> {
  const status = response.statusCode ?? 0;
  const text = await readBody(response, config, deadline).catch(() => '');
  const told = errorOf(text);
  const waitMs = retryAfterMs(headersOf(response), new Date());
  const message = `answered ${status}${told.message === '' ? '' : `: ${told.message}`}`;
  if (status === 429) {
    const exhausted = told.code === 'insufficient_quota';
    return new AttemptFailure(message, { code: 'rate_limited', retryable: !exhausted, waitMs });
  }
  const badRequest = status === 400 || status === 413 || status === 422;
  return new AttemptFailure(message, {
    code: badRequest ? 'invalid_input' : 'unavailable',
    retryable: isRetryable(status),
    waitMs,
  });
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return headers;
}

function errorOf(text: string): { message: string; code?: string } {
  const short = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  try {
    const { error } = WireError.parse(JSON.parse(text));
    if (typeof error === 'string') return { message: error.slice(0, 300) };
    return { message: error.message.slice(0, 300), code: String(error.code ?? error.type ?? '') };
  } catch {
    return { message: short }; // not the usual shape: what it said is still the best hint
  }
}

/** What an operator reads when all attempts failed: what, where, what to do; the key never appears. */
export function finalError(
  failure: AttemptFailure,
  attempts: number,
  server: { id: string; config: OpenAiConfig; key: string | undefined },
): AppError {
  const { id, config, key } = server;
  const said = key === undefined ? failure.message : failure.message.replaceAll(key, '[key]');
  const times = attempts === 1 ? '' : ` (${attempts} attempts)`;
  const where = `The model endpoint "${id}" (${config.baseUrl}, model ${config.model})`;
  return new AppError(failure.code, `${where} ${said}${times}. ${advice(failure, config)}`, {
    details: { endpoint: id, attempts },
    cause: failure.cause,
  });
}

function advice(failure: AttemptFailure, config: OpenAiConfig): string {
  const key = config.apiKeyEnv;
  if (/^answered 40[13]\b/.test(failure.message))
    return key === undefined
      ? 'Set apiKeyEnv to the environment variable that holds its key.'
      : `Check the key in the environment variable ${key}.`;
  if (/^answered 404\b/.test(failure.message))
    return 'Check baseUrl (it ends in the version, such as /v1) and the model name.';
  if (failure.code === 'invalid_input') return 'Change the request or the endpoint’s extraBody.';
  if (failure.code === 'rate_limited')
    return 'Wait, lower its concurrency, or raise the account’s limit; what was answered is kept.';
  return 'Check that it runs and is reachable, then run the same command again; what was answered is kept.';
}
