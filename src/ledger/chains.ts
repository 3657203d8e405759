import { type Context, reader } from '../context/context.ts';
import * as store from './store.ts';
import type { StoredEvent } from './stored-event.ts';

/** The stored events as other stages read them: leaves, positions, and contents where they are not erased. */

/** The whole chains of these subjects, by subject, each in its order. */
export function chainsOf(ctx: Context, subjects: readonly string[]): Promise<Map<string, StoredEvent[]>> {
  return store.chainsOf(reader(ctx), ctx.ledger, subjects);
}

/** One chain, oldest first. */
export function chainOf(ctx: Context, subject: string): Promise<StoredEvent[]> {
  return store.chainOf(reader(ctx), ctx.ledger, subject);
}

/** The chain of all that concerns no example, oldest first. */
export function systemChain(ctx: Context): Promise<StoredEvent[]> {
  return chainOf(ctx, ctx.ledger.systemSubject);
}

/** The system chain's events of one type, in order. */
export function systemEventsOf(ctx: Context, type: string): Promise<StoredEvent[]> {
  return store.eventsOfType(reader(ctx), ctx.ledger, ctx.ledger.systemSubject, type);
}

/** Where an event stands in the log; undefined while it waits for its place. */
export function positionOf(ctx: Context, subject: string, seq: number): Promise<number | undefined> {
  return store.positionOf(reader(ctx), subject, seq);
}
