import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/error.ts';
import type { ChatEndpoint, Retry } from './endpoint.ts';
import { AttemptFailure, bodyChunks, type Deadline, finalError, post, readBody, startDeadline } from './openai-attempt.ts';
import { assembleReply, replyOf, usageOf, WireChunk, WireReply, wireBody } from './openai-wire.ts';
import { backoffMs, createSharedPause, longestWaitMs, type SharedPause } from './retry.ts';
import type { ChatDelta, ChatReply, ChatRequest, OpenAiConfig, Usage } from './schema.ts';
import { createSlots } from './slots.ts';
import { serverSentData } from './sse.ts';

type Server = { id: string; config: OpenAiConfig; key: string | undefined; pause: SharedPause };

/**
 * Any OpenAI-compatible server. Repeats attempts that time-outs, lost connections, unreadable replies, 408, 409, 429 and
 * 5xx ended, with growing pauses or as long as Retry-After asks. `secret` looks the key up; it is read once and never
 * shown. Throws `unavailable` at once when the key's variable is not set.
 */
export function openOpenAi(id: string, config: OpenAiConfig, secret: (name: string) => string | undefined): ChatEndpoint {
  const server: Server = { id, config, key: keyOf(id, config, secret), pause: createSharedPause() };
  const slots = createSlots(config.concurrency);
  const where = config.identity === undefined ? { baseUrl: config.baseUrl } : { weights: config.identity };
  return {
    id,
    model: config.model,
    identity: { type: 'openai', model: config.model, ...where, ...(config.extraBody && { extraBody: config.extraBody }) },
    concurrency: config.concurrency,
    chat: (request, signal, onRetry) =>
      slots.run(() => repeated(server, (deadline) => ask(server, request, deadline), { signal, onRetry }), signal),
    stream: (request, signal, onRetry) => streamed(server, request, { signal, onRetry }),
    close: async () => undefined,
  };
}

function keyOf(id: string, config: OpenAiConfig, secret: (name: string) => string | undefined): string | undefined {
  if (config.apiKeyEnv === undefined) return undefined;
  const key = secret(config.apiKeyEnv)?.trim();
  if (key !== undefined && key !== '') return key;
  throw new AppError(
    'unavailable',
    `The model endpoint "${id}" needs a key: set the environment variable ${config.apiKeyEnv}, or remove apiKeyEnv.`,
  );
}

type Calling = { signal?: AbortSignal | undefined; onRetry?: ((retry: Retry) => void) | undefined };

/** Makes attempts until one succeeds, none is left, or the failure is final. An abort ends it with the signal's reason. */
async function repeated<T>(server: Server, attempt: (deadline: Deadline) => Promise<T>, calling: Calling): Promise<T> {
  const { config, pause } = server;
  const { signal } = calling;
  for (let attempts = 1; ; attempts++) {
    await pause.passed(signal);
    signal?.throwIfAborted();
    const deadline = startDeadline(config.timeoutMs, signal);
    try {
      return await attempt(deadline);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AttemptFailure)) throw error;
      const waitMs = error.waitMs ?? backoffMs(attempts, Math.random());
      if (!error.retryable || attempts > config.maxRetries || waitMs > longestWaitMs)
        throw finalError(error, attempts, config, server.id, server.key);
      if (error.waitMs !== undefined) pause.extend(error.waitMs);
      calling.onRetry?.({ attempt: attempts, waitMs, reason: error.message });
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
    } finally {
      deadline.end();
    }
  }
}

async function ask(server: Server, request: ChatRequest, deadline: Deadline): Promise<ChatReply> {
  const { config, key } = server;
  const response = await post(config, key, wireBody(config, request, false), deadline);
  const text = await readBody(response, config, deadline);
  return replyOf(readJson(WireReply, text), request, config.price);
}

function readJson<T>(schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AttemptFailure(`sent no JSON (${text.length} characters)`, { retryable: true, cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AttemptFailure('sent JSON that is no chat completion', { retryable: true });
}

/** Only the opening is repeated: once text has been handed out, a broken stream is an error. */
async function* streamed(server: Server, request: ChatRequest, calling: Calling): AsyncGenerator<ChatDelta, void, void> {
  const { config, key } = server;
  const open = await repeated(
    server,
    async (deadline) => {
      await post(config, key, wireBody(config, request, true), deadline);
      return deadline;
    },
    calling,
  );
  open.end();
  yield* [];
}
