import type { Context, TxContext } from '../context/context.ts';
import { reader } from '../context/context.ts';
import { canonicalBytes, type JsonValue, parseStrictJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { toBase64, toHex } from './bytes.ts';
import { commitmentTo, newSalt } from './commitment.ts';
import { parseEnvelope, signEnvelope } from './dsse.ts';
import type { EventType } from './event-types.ts';
import { linkLeaf } from './leaf.ts';
import type { LoggedEvent, LogStatus, Opening } from './schema.ts';
import { sequencerOf } from './sequencer.ts';
import { decodeStatement, encodeStatement, predicateTypes, statementPayloadType } from './statement.ts';
import { countPending, eventsOf, insertEvent, lockChain, type StoredEvent } from './store.ts';
import { formatVkey } from './vkey.ts';

export type EventInput = {
  /** The chain of an example, or absent for a fact that concerns none. */
  subject?: string;
  type: EventType;
  /** What happened; JSON only. It is signed, and committed to in the log, so it must hold everything a verifier needs. */
  data: { readonly [key: string]: JsonValue };
};

const predicateOf: Partial<Record<EventType, string>> = {
  'generation.recorded': predicateTypes.generation,
  'review.signed': predicateTypes.review,
  'adjudication.signed': predicateTypes.adjudication,
  'dataset.sealed': predicateTypes.datasetRelease,
};

/**
 * Records a fact in the transaction that makes it: the signed envelope and a leaf that commits to it, linked to the
 * chain's previous leaf. The sequencer puts the leaf into the log after the commit.
 */
export async function appendEvent(ctx: TxContext, input: EventInput): Promise<{ seq: number }> {
  const { ledger } = ctx;
  const subject = input.subject ?? ledger.systemSubject;
  const end = await lockChain(ctx.tx, subject);
  const time = ctx.clock.now();
  const at = time.toISOString();
  const predicate = { type: input.type, time: at, actor: ctx.actor.id, subject, data: input.data };
  const statement = encodeStatement({
    subject: [{ name: `urn:uuid:${subject}`, digest: { sha256: sha256Hex(canonicalBytes(input.data)) } }],
    predicateType: predicateOf[input.type] ?? predicateTypes.event,
    predicate,
  });
  const envelope = await signEnvelope(statementPayloadType, statement, [ledger.signer]);
  const salt = newSalt();
  const linked = linkLeaf({ type: input.type, time: at, subj: subject, cmt: commitmentTo(envelope, salt) }, end);
  await insertEvent(ctx.tx, {
    subject,
    seq: linked.end.seq,
    type: input.type,
    time,
    actor: ctx.actor.id,
    envelope,
    salt,
    leaf: linked.bytes,
    leafHash: linked.end.hash,
  });
  return { seq: linked.end.seq };
}

/** Size and root of the published log, and how many committed events wait for their place in it. */
export async function logStatus(ctx: Context): Promise<LogStatus> {
  const sequencer = sequencerOf(ctx.ledger);
  const head = sequencer.log.head();
  return {
    origin: ctx.ledger.origin,
    key: formatVkey(sequencer.log.key),
    size: head.size,
    rootHash: toHex(head.root),
    pending: await countPending(reader(ctx)),
  };
}

/** The whole history of a chain, oldest first. */
export async function history(ctx: Context, subject: string): Promise<LoggedEvent[]> {
  return (await eventsOf(reader(ctx), subject)).map(readable);
}

/**
 * The leaves of a chain, oldest first, each with its opening where `shown` lets the actor see what it says; only those
 * of the given types, if types are given.
 */
export async function openingsOf(
  ctx: Context,
  subject: string,
  shown: (event: LoggedEvent) => boolean,
  types?: readonly EventType[],
): Promise<Opening[]> {
  const events = await eventsOf(reader(ctx), subject);
  return events
    .filter((event) => types === undefined || types.some((type) => type === event.type))
    .map((event) => ({
      seq: event.seq,
      ...(event.leafIndex === undefined ? {} : { index: event.leafIndex }),
      leaf: toBase64(event.leaf),
      ...(shown(readable(event)) ? { salt: toBase64(event.salt), envelope: toBase64(event.envelope) } : {}),
    }));
}

/** Every change of the log's key, oldest first, for whoever follows them: their contents are public keys. */
export function keyOpenings(ctx: Context): Promise<Opening[]> {
  return openingsOf(ctx, ctx.ledger.systemSubject, () => true, ['key.rotated']);
}

function readable(event: StoredEvent): LoggedEvent {
  return {
    subject: event.subject,
    seq: event.seq,
    type: event.type,
    time: event.time.toISOString(),
    actor: event.actor,
    data: eventData(event.envelope),
    ...(event.leafIndex === undefined ? {} : { leafIndex: event.leafIndex }),
  };
}

/** The `data` of an event from its envelope; nothing is verified here. */
export function eventData(envelope: Uint8Array): { [key: string]: JsonValue } {
  const { predicate } = decodeStatement(parseEnvelope(new Uint8Array(envelope)).payload);
  const data = predicate.data;
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new AppError('check_failed', 'The statement of an event has no data.');
  return data;
}

/** Any parsed record as the JSON that an event holds: absent keys stay absent. */
export function asJson(value: unknown): { [key: string]: JsonValue } {
  const parsed = parseStrictJson(JSON.stringify(value));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AppError('internal', 'An event needs an object.');
  return parsed;
}
