import { type Context, transact } from '../context/context.ts';
import { AppError, messageOf } from '../core/error.ts';
import { namedKey } from '../ledger/vault/named-keys.ts';
import { giveUpDays, isOver, pauseAfter } from './schedule.ts';
import { Message, type Webhook } from './schema.ts';
import { type Outcome, send } from './send.ts';
import * as store from './store.ts';

/** Milliseconds for which a webhook belongs to the process that took it; more than one message takes. */
const leaseMs = 30_000;
const batch = 50;

/**
 * Tells every webhook that is due of the events it has not been told of, in the order of the log. An event counts as
 * told when the receiver said so and that is stored; what was not stored is told again.
 */
export async function deliverDue(ctx: Context, signal: AbortSignal): Promise<void> {
  const now = ctx.clock.now();
  const due = await transact(ctx, (ctx) => store.takeDue(ctx.tx, now, leaseFrom(now)));
  await Promise.all(
    due.map(async (hook) => {
      try {
        await deliver(ctx, hook, signal);
      } catch (error) {
        ctx.log('error', `The webhook ${hook.id} could not be served: ${messageOf(error)}`);
      }
    }),
  );
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}

async function deliver(ctx: Context, hook: Webhook, signal: AbortSignal): Promise<void> {
  const key = await namedKey(ctx, hook.id);
  if (key === undefined) throw new AppError('check_failed', 'its secret is not there; remove it and add it anew');
  const { events, size } = await store.eventsFor(ctx.db, hook, batch);
  for (const event of events) {
    if (signal.aborted) return letGo(ctx, hook);
    const outcome = await send(
      { url: hook.url, key, message: messageAbout(ctx, event), hook: hook.id },
      ctx.clock,
      signal,
    );
    // A send that the end of this process cut short says nothing about the receiver: the next process tries again.
    if (!outcome.delivered && signal.aborted) return letGo(ctx, hook);
    if (!outcome.delivered) return failed(ctx, hook, event, outcome);
    await delivered(ctx, hook, event, outcome);
    hook = { ...hook, cursor: event.leaf + 1, attempts: 0 };
  }
  const cursor = events.length < batch ? size : hook.cursor;
  await transact(ctx, (ctx) => store.advance(ctx.tx, hook.id, cursor, ctx.clock.now()));
}

function messageAbout({ ledger }: Context, event: store.Told): Message {
  const { type, time, leaf, subject, seq } = event;
  return Message.parse({ type, timestamp: time.toISOString(), data: { log: ledger.origin, leaf, subject, seq } });
}

/** Gives the webhook back as it stands, for whoever comes next. */
async function letGo(ctx: Context, hook: Webhook): Promise<void> {
  await transact(ctx, async (ctx) => {
    const { attempts, failingSince } = hook;
    if (failingSince === undefined) return store.advance(ctx.tx, hook.id, hook.cursor, ctx.clock.now());
    await store.postpone(ctx.tx, hook.id, { attempts, since: new Date(failingSince), dueAt: ctx.clock.now() });
  });
}

async function delivered(ctx: Context, hook: Webhook, event: store.Told, outcome: Outcome): Promise<void> {
  const at = ctx.clock.now();
  await transact(ctx, async (ctx) => {
    await store.recordAttempt(ctx.tx, hook.id, { ...event, state: 'delivered', ...outcome, at });
    await store.advance(ctx.tx, hook.id, event.leaf + 1, leaseFrom(at));
  });
}

async function failed(ctx: Context, hook: Webhook, event: store.Told, outcome: Outcome): Promise<void> {
  const at = ctx.clock.now();
  const attempts = hook.attempts + 1;
  const since = hook.attempts === 0 || hook.failingSince === undefined ? at : new Date(hook.failingSince);
  const reason =
    outcome.status === 410
      ? 'The receiver answered 410: it wants no more messages.'
      : isOver(since, at)
        ? `It has failed for ${giveUpDays} days, the last time with: ${outcome.error}.`
        : undefined;
  await transact(ctx, async (ctx) => {
    await store.recordAttempt(ctx.tx, hook.id, { ...event, state: 'failed', ...outcome, at });
    const dueAt = new Date(at.getTime() + pauseAfter(attempts, Math.random()));
    await store.postpone(ctx.tx, hook.id, { attempts, since, dueAt });
    if (reason !== undefined) await store.stopWebhook(ctx.tx, hook.id, reason);
  });
  if (reason !== undefined)
    ctx.log('error', `The webhook ${hook.id} is stopped. ${reason} Go on with: safemed webhook resume ${hook.id}`);
}
