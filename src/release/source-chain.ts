import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { parseEnvelope } from '../ledger/dsse.ts';
import { decodeStatement } from '../ledger/statement.ts';
import { asObject, textAt } from '../verify/fields.ts';
import type { ChainEvent } from '../verify/history.ts';
import { type People, readPeople } from '../verify/people.ts';
import { chainsOf, type SourceEvent } from './source-store.ts';

/** The events of a chain as its envelopes tell them; undefined while one of them waits for its place in the log. */
export function openChain(events: readonly SourceEvent[]): ChainEvent[] | undefined {
  const opened: ChainEvent[] = [];
  for (const event of events) {
    if (event.index === undefined) return undefined;
    opened.push(openSource(event, event.index));
  }
  return opened;
}

function openSource({ envelope, seq }: SourceEvent, index: number): ChainEvent {
  const { predicate } = decodeStatement(parseEnvelope(new Uint8Array(envelope)).payload);
  const where = `the event at leaf ${index}`;
  return {
    index,
    seq,
    type: textAt(predicate, 'type', where),
    time: textAt(predicate, 'time', where),
    actor: textAt(predicate, 'actor', where),
    data: asObject(predicate.data, where),
  };
}

/** The people enrolled so far, by the events of the system chain. */
export async function enrolledPeople(ctx: Context): Promise<People> {
  const subject = ctx.ledger.systemSubject;
  const chain = (await chainsOf(reader(ctx), [subject])).get(subject) ?? [];
  const events = openChain(chain.filter((event) => event.type.startsWith('reviewer.')));
  if (events === undefined) throw new AppError('conflict', 'People are being enrolled at this moment; try again.');
  return readPeople(events);
}
