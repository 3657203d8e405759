import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { AppError, messageOf } from '../../core/error.ts';
import type { ChatEndpoint } from '../endpoint.ts';
import type { CallOptions } from '../models.ts';
import type { ChatReply, ChatRequest } from '../schema.ts';
import type { BudgetGuard } from './budget.ts';
import type { Answer, CallStore, NewCall } from './call-store.ts';

/** A call that is being paid. Exactly one of `answered` and `failed` ends it; both resolve once that is durable. */
export type PaidCall = {
  retried(): void;
  answered(reply: ChatReply): Promise<Answer>;
  failed(error: unknown, aborted: boolean): Promise<void>;
};

export type Recorder = {
  /** Throws `incomplete` when the budget is spent. */
  begin(key: string, request: ChatRequest, why: CallOptions): Promise<PaidCall>;
  /** Records that an earlier answer was handed out again. */
  reused(key: string, why: CallOptions, answer: Answer, startedAt: Date): Promise<void>;
};

/** Writes the call record of one endpoint. */
export function createRecorder(parts: {
  store: CallStore;
  budget: BudgetGuard;
  clock: Clock;
  endpoint: ChatEndpoint;
}): Recorder {
  const { store, budget, clock, endpoint } = parts;

  const row = (key: string, why: CallOptions, startedAt: Date): Omit<NewCall, 'state'> => ({
    id: randomUUID(),
    key,
    endpoint: endpoint.id,
    identity: endpoint.identity,
    model: endpoint.model,
    purpose: why.purpose,
    ...(why.subject === undefined ? {} : { subject: why.subject }),
    attempts: 0,
    latencyMs: 0,
    startedAt,
    endedAt: clock.now(),
  });

  return {
    begin: async (key, request, why) => {
      await budget.reserve();
      await reserveToo(why.budget, budget);
      const startedAt = clock.now();
      const started = performance.now();
      let attempts = 1;
      const ended = (): Omit<NewCall, 'state'> => ({
        ...row(key, why, startedAt),
        request,
        attempts,
        latencyMs: performance.now() - started,
      });
      return {
        retried: () => {
          attempts++;
        },
        answered: async (reply) => {
          budget.settle(reply);
          why.budget?.settle(reply);
          const call: NewCall = { ...ended(), state: 'answered', reply };
          await store.record(call);
          return { id: call.id, reply };
        },
        failed: async (error, aborted) => {
          budget.settle(undefined);
          why.budget?.settle(undefined);
          const code = aborted ? 'aborted' : error instanceof AppError ? error.code : 'internal';
          await store.record({ ...ended(), state: 'failed', error: { code, message: messageOf(error) } });
        },
      };
    },
    reused: async (key, why, answer, startedAt) => {
      await store.record({ ...row(key, why, startedAt), state: 'reused', answeredBy: answer.id });
    },
  };
}

/** Reserves in a second budget; where that one refuses, the first gets its reservation back. */
async function reserveToo(second: BudgetGuard | undefined, first: BudgetGuard): Promise<void> {
  try {
    await second?.reserve();
  } catch (error) {
    first.settle(undefined);
    throw error;
  }
}
