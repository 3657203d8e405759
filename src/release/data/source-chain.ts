import type { Context } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { parseEnvelope } from '../../ledger/attestations/dsse.ts';
import { decodeStatement } from '../../ledger/attestations/statement.ts';
import { systemChain } from '../../ledger/chains.ts';
import type { StoredEvent } from '../../ledger/stored-event.ts';
import { asObject, textAt } from '../../verify/fields.ts';
import type { ChainEvent } from '../../verify/replay/history.ts';
import { type People, readPeople } from '../../verify/replay/people.ts';

/** The events of a chain as its envelopes tell them; undefined while one has no place in the log yet, or is erased. */
export function openChain(events: readonly StoredEvent[]): ChainEvent[] | undefined {
  const opened: ChainEvent[] = [];
  for (const { index, opening, seq } of events) {
    if (index === undefined || opening === undefined) return undefined;
    opened.push(openSource(opening.envelope, seq, index));
  }
  return opened;
}

function openSource(envelope: Uint8Array, seq: number, index: number): ChainEvent {
  const { predicate } = decodeStatement(parseEnvelope(envelope).payload);
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
  const chain = await systemChain(ctx);
  const events = openChain(chain.filter((event) => event.type.startsWith('reviewer.')));
  if (events === undefined) throw new AppError('conflict', 'People are being enrolled at this moment; try again.');
  return readPeople(events);
}
