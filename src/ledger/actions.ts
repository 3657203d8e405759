import type { Context, TxContext } from '../context/context.ts';
import { reader } from '../context/context.ts';
import { canonicalBytes, type JsonValue, parseStrictJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { parseEnvelope, signEnvelope } from './attestations/dsse.ts';
import { decodeStatement, encodeStatement, predicateTypes, statementPayloadType } from './attestations/statement.ts';
import { toHex } from './bytes.ts';
import { parseCheckpoint } from './checkpoints/checkpoint.ts';
import { parseNote } from './checkpoints/note.ts';
import { ed25519Note, formatVkey, verifierKey } from './checkpoints/vkey.ts';
import { type EventType, erasureType } from './event-types.ts';
import { commitmentTo, newSalt } from './leaves/commitment.ts';
import { linkLeaf } from './leaves/leaf.ts';
import { sequencerOf } from './log/sequencer.ts';
import { countPending } from './log/store.ts';
import type { LogStatus } from './schema.ts';
import type { Ledger } from './service.ts';
import { insertEvent, lockChain } from './store.ts';
import { insertKey } from './vault/store.ts';

export type EventInput = {
  /** The chain of an example, or absent for a fact that concerns none. */
  subject?: string;
  type: EventType;
  /** What happened; JSON only. It is signed, and committed to in the log, so it must hold everything a verifier needs. */
  data: { readonly [key: string]: JsonValue };
};

/** Milliseconds. */
const mostAhead = 5 * 60_000;

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
  // The record of an erasure must outlive the key it tells of, so it is sealed under the system's.
  const keySubject = input.type === erasureType ? ledger.systemSubject : subject;
  const { end, key, signer: keyid, clock } = await lockChain(ctx.tx, subject, keySubject);
  const dataKey = key === undefined ? await firstKey(ctx, keySubject, end) : ledger.contents.unwrap(keySubject, key);
  const signer = ledger.signer.named?.(keyid) ?? ledger.signer;
  const time = ctx.clock.now();
  refuseAhead(time, clock);
  const at = time.toISOString();
  const predicate = { type: input.type, time: at, actor: ctx.actor.id, subject, data: input.data };
  const statement = encodeStatement({
    subject: [{ name: `urn:uuid:${subject}`, digest: { sha256: sha256Hex(canonicalBytes(input.data)) } }],
    predicateType: predicateOf[input.type] ?? predicateTypes.event,
    predicate,
  });
  const envelope = await signEnvelope(statementPayloadType, statement, [signer]);
  const salt = newSalt();
  const linked = linkLeaf({ type: input.type, time: at, subj: subject, cmt: commitmentTo(envelope, salt) }, end);
  await insertEvent(ctx.tx, {
    subject,
    seq: linked.end.seq,
    type: input.type,
    time,
    actor: ctx.actor.id,
    opening: { salt, envelope },
    keySubject,
    key: dataKey,
    leaf: linked.bytes,
    leafHash: linked.end.hash,
  });
  return { seq: linked.end.seq };
}

/** Times in the log are the operator's word; at least one clock must not be far ahead of the other it is checked with. */
function refuseAhead(time: Date, clock: Date): void {
  const ahead = time.getTime() - clock.getTime();
  if (ahead > mostAhead)
    throw new AppError(
      'unavailable',
      `This machine's clock is ${Math.round(ahead / 1000)} seconds ahead of the database's: nothing is recorded. Set the clocks.`,
    );
}

/** The data key of a chain that begins. A chain that has events and no key was erased: nothing can be added to it. */
async function firstKey(ctx: TxContext, subject: string, end: unknown): Promise<Uint8Array> {
  if (end !== undefined)
    throw new AppError('conflict', `The contents of ${subject} were erased; nothing can be recorded of it any more.`);
  const { key, wrapped } = ctx.ledger.contents.newKey(subject);
  await insertKey(ctx.tx, subject, wrapped);
  return key;
}

/** Size and root of the published log, and how many committed events wait for their place in it. */
export async function logStatus(ctx: Context): Promise<LogStatus> {
  const sequencer = sequencerOf(ctx.ledger);
  const head = sequencer.log.head();
  const witnessed = ctx.ledger.cosigner?.published();
  return {
    origin: ctx.ledger.origin,
    key: formatVkey(sequencer.log.key),
    formerKeys: formerKeys(ctx.ledger),
    ...(witnessed === undefined ? {} : { witnessed: parseCheckpoint(parseNote(witnessed).text).size }),
    size: head.size,
    rootHash: toHex(head.root),
    pending: await countPending(reader(ctx)),
  };
}

function formerKeys({ origin, keys }: Ledger): LogStatus['formerKeys'] {
  const signing = keys.beside().map((signer) => toHex(signer.publicKey));
  return keys
    .history()
    .slice(0, -1)
    .map((publicKey) => ({
      vkey: formatVkey(verifierKey(origin, ed25519Note, publicKey)),
      signs: signing.includes(toHex(publicKey)),
    }));
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
