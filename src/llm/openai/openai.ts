import type { z } from 'zod';
import { AppError } from '../../core/error.ts';
import type { ChatEndpoint } from '../endpoint.ts';
import type { ChatReply, ChatRequest, OpenAiConfig } from '../schema.ts';
import { createSlots } from '../slots.ts';
import { AttemptFailure, post, readBody, startDeadline } from './attempt.ts';
import { repeated, type Server } from './repeat.ts';
import { createSharedPause } from './retry.ts';
import { streamReply } from './stream.ts';
import { replyOf, WireReply, wireBody } from './wire.ts';

type Secret = (name: string) => string | undefined;

/**
 * Any OpenAI-compatible server. Repeats attempts that ended in a time-out, a lost connection, an unreadable reply, 408,
 * 409, 429 or 5xx, with growing pauses or as long as Retry-After asks. `secret` looks the key up, which is read once and
 * never shown; throws `unavailable` when it is not set.
 */
export function openOpenAi(id: string, config: OpenAiConfig, secret: Secret): ChatEndpoint {
  const server: Server = { id, config, key: keyOf(id, config, secret), pause: createSharedPause() };
  const slots = createSlots(config.concurrency);
  return {
    id,
    model: config.model,
    identity: identityOf(config),
    concurrency: config.concurrency,
    chat: (request, signal, onRetry) =>
      slots.run(() => repeated(server, () => ask(server, request, signal), { signal, onRetry }), signal),
    stream: async function* (request, signal, onRetry) {
      const release = await slots.take(signal);
      try {
        yield* streamReply(server, request, { signal, onRetry });
      } finally {
        release();
      }
    },
    close: async () => undefined,
  };
}

function identityOf(config: OpenAiConfig): Record<string, unknown> {
  return {
    type: 'openai',
    model: config.model,
    ...(config.identity === undefined ? { baseUrl: config.baseUrl } : { weights: config.identity }),
    ...(config.extraBody === undefined ? {} : { extraBody: config.extraBody }),
  };
}

function keyOf(id: string, config: OpenAiConfig, secret: Secret): string | undefined {
  if (config.apiKeyEnv === undefined) return undefined;
  const key = secret(config.apiKeyEnv)?.trim();
  if (key !== undefined && key !== '') return key;
  throw new AppError(
    'unavailable',
    `The model endpoint "${id}" needs a key: set the environment variable ${config.apiKeyEnv}, or remove apiKeyEnv.`,
  );
}

async function ask(server: Server, request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
  const { config, key } = server;
  const deadline = startDeadline(config.timeoutMs, signal);
  try {
    const response = await post(config, key, wireBody(config, request, false), deadline);
    const text = await readBody(response, config, deadline);
    return replyOf(readJson(WireReply, text), request, config.price);
  } finally {
    deadline.end();
  }
}

function readJson<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AttemptFailure(`sent no readable JSON (${text.length} characters)`, { retryable: true, cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AttemptFailure('sent JSON that is no chat completion', { retryable: true, cause: parsed.error });
}
