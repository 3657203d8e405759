import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/error.ts';
import type { Database } from '../../db/database.ts';
import type { ChatEndpoint } from '../endpoint.ts';
import type { CallOptions, ModelClient } from '../models.ts';
import { callKey } from '../request-digest.ts';
import { runEach } from '../run-each.ts';
import { type Budget, type ChatDelta, ChatRequest } from '../schema.ts';
import { createSlots } from '../slots.ts';
import { openBudget } from './budget.ts';
import { type Answer, openCallStore } from './call-store.ts';
import { createRecorder } from './recorder.ts';
import { createSharing } from './sharing.ts';

export type ClientOptions = { db: Database; clock: Clock; endpoint: ChatEndpoint; budget?: Budget };

/** A model client with an end: `close` waits for the records of calls under way and closes the endpoint. */
export type OpenModelClient = ModelClient & { close(): Promise<void> };

/**
 * Puts an endpoint behind the call record. A request that was answered before is answered from the record; equal requests
 * at the same time share one call; a new answer is durable before it is handed out. No transaction is open while the
 * model works. Throws what the endpoint throws, after recording the failure, and `incomplete` when the budget is spent.
 */
export function createModelClient(options: ClientOptions): OpenModelClient {
  const { db, clock, endpoint } = options;
  const store = openCallStore(db);
  const budget = openBudget(db, { endpoint: endpoint.id }, options.budget);
  const recorder = createRecorder({ store, budget, clock, endpoint });
  const sharing = createSharing<Answer>();

  // A place is given back only when the reply is recorded: a crash repeats at most `concurrency` calls.
  const places = createSlots(endpoint.concurrency);
  const pay = (key: string, request: ChatRequest, why: CallOptions, signal: AbortSignal): Promise<Answer> =>
    places.run(async () => {
      const paid = await recorder.begin(key, request, why);
      const reply = await endpoint.chat(request, signal, paid.retried).catch(async (error: unknown) => {
        await paid.failed(error, signal.aborted);
        throw error;
      });
      return paid.answered(reply);
    }, signal);

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
    if (!paidHere) await recorder.reused(key, why, answer, startedAt);
    return { key, reply: answer.reply, cached: !paidHere };
  };

  async function* stream(rawRequest: ChatRequest, why: CallOptions): AsyncGenerator<ChatDelta, void, void> {
    const request = parseRequest(rawRequest);
    const paid = await recorder.begin(callKey(endpoint.identity, request), request, why);
    let ended = false;
    try {
      for await (const delta of endpoint.stream?.(request, why.signal, paid.retried) ?? wholeReply(request, why)) {
        if (delta.type === 'end') {
          ended = true;
          await paid.answered(delta.reply);
        }
        yield delta;
      }
    } catch (error) {
      if (!ended) await paid.failed(error, why.signal?.aborted === true);
      ended = true;
      throw error;
    } finally {
      if (!ended) await paid.failed('The reader left before the end.', true);
    }
  }

  async function* wholeReply(request: ChatRequest, why: CallOptions): AsyncGenerator<ChatDelta, void, void> {
    const reply = await endpoint.chat(request, why.signal);
    if (reply.reasoning !== undefined) yield { type: 'reasoning', text: reply.reasoning };
    yield { type: 'content', text: reply.content };
    yield { type: 'end', reply };
  }

  return {
    id: endpoint.id,
    model: endpoint.model,
    call,
    stream,
    // Twice as many workers as places: what comes before and after a call goes on while all places are taken.
    each: (items, work, signal) => runEach(items, work, 2 * endpoint.concurrency, signal),
    close: async () => {
      await sharing.settled();
      await endpoint.close();
    },
  };
}

function parseRequest(request: ChatRequest): ChatRequest {
  const parsed = ChatRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `The model request is not valid: ${z.prettifyError(parsed.error)}`);
}
