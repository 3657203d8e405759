import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/error.ts';
import type { Database } from '../db/database.ts';
import { openBudget } from './budget.ts';
import { type Answer, type NewCall, openCallStore } from './call-store.ts';
import type { ChatEndpoint } from './endpoint.ts';
import type { CallOptions, ModelClient } from './models.ts';
import { callKey } from './request-digest.ts';
import { runEach } from './run-each.ts';
import { type Budget, type ChatReply, ChatRequest } from './schema.ts';
import { createSharing } from './sharing.ts';

export type ClientOptions = { db: Database; clock: Clock; endpoint: ChatEndpoint; budget?: Budget };

/**
 * Puts an endpoint behind the call record. A request that was answered before is answered from the record; equal requests
 * at the same time share one call; a new answer is durable before it is handed out. No transaction is open while the
 * model works. Throws what the endpoint throws, after recording the failure, and `incomplete` when the budget is spent.
 */
export function createModelClient(options: ClientOptions): ModelClient {
  const { db, clock, endpoint } = options;
  const store = openCallStore(db);
  const budget = openBudget(db, endpoint.id, options.budget);
  const sharing = createSharing<Answer>();

  const newCall = (key: string, purpose: CallOptions, startedAt: Date): Omit<NewCall, 'state'> => ({
    id: randomUUID(),
    key,
    endpoint: endpoint.id,
    identity: endpoint.identity,
    model: endpoint.model,
    purpose: purpose.purpose,
    ...(purpose.subject === undefined ? {} : { subject: purpose.subject }),
    attempts: 0,
    latencyMs: 0,
    startedAt,
    endedAt: clock.now(),
  });

  /** Asks the endpoint and records what came of it. */
  const pay = async (key: string, request: ChatRequest, why: CallOptions, signal: AbortSignal): Promise<Answer> => {
    await budget.reserve();
    const startedAt = clock.now();
    const started = performance.now();
    let attempts = 1;
    const made = (): Omit<NewCall, 'state'> => ({
      ...newCall(key, why, startedAt),
      request,
      attempts,
      latencyMs: performance.now() - started,
    });
    let reply: ChatReply;
    try {
      reply = await endpoint.chat(request, signal, () => attempts++);
    } catch (error) {
      budget.settle(undefined);
      const code = signal.aborted ? 'aborted' : error instanceof AppError ? error.code : 'internal';
      await store.record({ ...made(), state: 'failed', error: { code, message: messageOf(error) } });
      throw error;
    }
    budget.settle(reply);
    const call = { ...made(), state: 'answered', reply } as const;
    await store.record(call);
    return { id: call.id, reply };
  };

  const call: ModelClient['call'] = async (rawRequest, why) => {
    const request = parseRequest(rawRequest);
    const key = callKey(endpoint.identity, request);
    const startedAt = clock.now();
    let paidHere = false;
    const answer = await sharing.share(key, why.signal, async (signal) => {
      const earlier = await store.find(key);
      if (earlier !== undefined) return earlier;
      paidHere = true;
      return pay(key, request, why, signal);
    });
    if (!paidHere) await store.record({ ...newCall(key, why, startedAt), state: 'reused', answeredBy: answer.id });
    return { key, reply: answer.reply, cached: !paidHere };
  };

  return {
    id: endpoint.id,
    model: endpoint.model,
    call,
    each: (items, work, signal) => runEach(items, work, endpoint.concurrency, signal),
  };
}

function parseRequest(request: ChatRequest): ChatRequest {
  const parsed = ChatRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `The model request is not valid: ${z.prettifyError(parsed.error)}`);
}
