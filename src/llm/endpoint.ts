import type { ChatDelta, ChatReply, ChatRequest } from './schema.ts';

/** An attempt failed and will be repeated after `waitMs`. */
export type Retry = { attempt: number; waitMs: number; reason: string };

/** Somewhere a model answers. Errors are AppErrors; an aborted call rejects with the signal's reason. */
export type ChatEndpoint = {
  readonly id: string;
  /** The model name that requests carry. */
  readonly model: string;
  /** All that the reply depends on besides the request: digests of weights, never secrets. Part of the cache key. */
  readonly identity: Record<string, unknown>;
  /** How many requests it works on at the same time; more wait their turn. */
  readonly concurrency: number;
  chat(request: ChatRequest, signal?: AbortSignal, onRetry?: (retry: Retry) => void): Promise<ChatReply>;
  stream?(request: ChatRequest, signal?: AbortSignal, onRetry?: (retry: Retry) => void): AsyncIterable<ChatDelta>;
  close(): Promise<void>;
};
