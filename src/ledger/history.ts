import type { Context } from '../context/context.ts';
import { eventData } from './actions.ts';
import { toBase64 } from './bytes.ts';
import { chainOf, systemEventsOf } from './chains.ts';
import type { EventType } from './event-types.ts';
import type { LoggedEvent, Opening } from './schema.ts';
import type { StoredEvent } from './stored-event.ts';

/** The whole history of a chain, oldest first. */
export async function history(ctx: Context, subject: string): Promise<LoggedEvent[]> {
  return (await chainOf(ctx, subject)).map(readable);
}

/** The leaves of a chain, oldest first, each with its opening where `shown` lets the actor see what it says. */
export async function openingsOf(
  ctx: Context,
  subject: string,
  shown: (event: LoggedEvent) => boolean,
): Promise<Opening[]> {
  return (await chainOf(ctx, subject)).map((event) => openingOf(event, shown(readable(event))));
}

/** The opened events of the system chain of one type that `concerns` picks, oldest first. */
export async function systemOpenings(
  ctx: Context,
  type: EventType,
  concerns: (event: LoggedEvent) => boolean = () => true,
): Promise<Opening[]> {
  const events = await systemEventsOf(ctx, type);
  return events.filter((event) => concerns(readable(event))).map((event) => openingOf(event, true));
}

function openingOf({ seq, index, leaf, opening }: StoredEvent, shown: boolean): Opening {
  const one = { seq, ...(index === undefined ? {} : { index }), leaf: toBase64(leaf) };
  if (!shown || opening === undefined) return one;
  return { ...one, salt: toBase64(opening.salt), envelope: toBase64(opening.envelope) };
}

function readable({ subject, seq, type, time, actor, opening, index }: StoredEvent): LoggedEvent {
  return {
    subject,
    seq,
    type,
    time: time.toISOString(),
    actor,
    data: opening === undefined ? {} : eventData(opening.envelope),
    ...(opening === undefined ? { erased: true } : {}),
    ...(index === undefined ? {} : { leafIndex: index }),
  };
}
