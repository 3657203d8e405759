import type { BudgetGuard } from './calls/budget.ts';
import type { ChatDelta, ChatReply, ChatRequest, EndpointConfig } from './schema.ts';

/**
 * What a call is for; `subject` ties its record to the thing it was made for. `budget` limits what is paid besides the
 * endpoint's own budget; answers from the record cost nothing.
 */
export type CallOptions = { purpose: string; subject?: string; signal?: AbortSignal; budget?: BudgetGuard };

/** An endpoint behind the call records: cached by content, recorded durably before the reply is handed out. */
export type ModelClient = {
  readonly id: string;
  /** The model name that requests carry. */
  readonly model: string;
  call(request: ChatRequest, options: CallOptions): Promise<{ key: string; reply: ChatReply; cached: boolean }>;
  /** The reply as it is written; always a new call, recorded before its last piece is handed out. */
  stream(request: ChatRequest, options: CallOptions): AsyncIterable<ChatDelta>;
  /** Runs work over all items so that the endpoint's concurrency is used; stops at the first error or abort. */
  each<T>(items: readonly T[], work: (item: T) => Promise<void>, signal?: AbortSignal): Promise<void>;
};

/** The configured endpoints, opened when first used. */
export type Models = {
  /** Throws `not_found` when no endpoint of that name is configured. */
  require(name: string): void;
  client(name: string): Promise<ModelClient>;
  /** Opens an endpoint that is not in the configuration, for example a registered model. */
  open(config: EndpointConfig, id: string): Promise<ModelClient>;
  close(): Promise<void>;
};
