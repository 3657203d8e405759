import { AppError } from '../core/error.ts';
import type { Tx } from '../db/database.ts';
import { asPlain, concat } from './bytes.ts';
import type { Ledger } from './service.ts';
import type { Opening, StoredEvent } from './stored-event.ts';
import { openBytes, sealBytes } from './vault/sealed-bytes.ts';
import type { WrappedKey } from './vault/vault.ts';

type Row = {
  subject: string;
  seq: number;
  type: string;
  time: Date;
  actor: string;
  leaf: Uint8Array;
  leaf_hash: Uint8Array;
  leaf_index: string | number | null;
  key_subject: string;
  contents: Uint8Array;
  version: number | null;
  wrapped: Uint8Array | null;
};

const saltBytes = 32;

function toEvent({ contents: vault }: Pick<Ledger, 'contents'>, row: Row): StoredEvent {
  const { subject, seq, type, time, actor, leaf, leaf_index: index, version, wrapped } = row;
  const leafHash = new Uint8Array(row.leaf_hash);
  const event = { subject, seq, type, time, actor, leaf: new Uint8Array(leaf), leafHash };
  const placed = index === null ? event : { ...event, index: Number(index) };
  if (version === null || wrapped === null) return placed;
  const key = vault.unwrap(row.key_subject, { version, wrapped: new Uint8Array(wrapped) });
  const opened = openBytes(key, new Uint8Array(row.contents), leafHash);
  // Contents that do not open under their key were altered; what is shown then opens no commitment, and is found by that.
  const plain = opened ?? asPlain(row.contents);
  return { ...placed, opening: { salt: plain.slice(0, saltBytes), envelope: plain.slice(saltBytes) } };
}

const selectEvents = `SELECT event.subject, seq, type, time, actor, leaf, leaf_hash, leaf_index, key_subject, contents,
    version, wrapped
  FROM event LEFT JOIN event_position ON event_position.event_id = event.id
  LEFT JOIN subject_key ON subject_key.subject = key_subject`;

/** The end of a chain: its last leaf, and the data key of the subject its next event is sealed under. */
export type ChainState = {
  /** The database's time. */
  readonly clock: Date;
  readonly end?: { readonly seq: number; readonly hash: Uint8Array };
  readonly key?: WrappedKey;
  /** Id of the key that signs events of this transaction; absent before the first was kept. */
  readonly signer?: string;
};

/** Serialises writers of one chain until the transaction ends, and returns where the chain stands. */
export async function lockChain(tx: Tx, subject: string, keySubject: string): Promise<ChainState> {
  const [row] = await tx.query<{
    seq: number | null;
    leaf_hash: Uint8Array | null;
    version: number | null;
    wrapped: Uint8Array | null;
    keyid: string | null;
    clock: Date;
  }>('SELECT * FROM lock_chain($1, $2)', [subject, keySubject]);
  if (row === undefined) throw new AppError('internal', 'The database does not say where a chain stands.');
  const { seq, leaf_hash: hash, version, wrapped, keyid, clock } = row;
  return {
    clock,
    ...(seq === null || hash === null ? {} : { end: { seq, hash: new Uint8Array(hash) } }),
    ...(version === null || wrapped === null ? {} : { key: { version, wrapped: new Uint8Array(wrapped) } }),
    ...(keyid === null ? {} : { signer: keyid }),
  };
}

export type NewEvent = Omit<StoredEvent, 'opening' | 'index'> & {
  readonly opening: Opening;
  readonly keySubject: string;
  readonly key: Uint8Array;
};

export async function insertEvent(tx: Tx, event: NewEvent): Promise<void> {
  const { salt, envelope } = event.opening;
  await tx.query(
    `INSERT INTO event (subject, seq, type, time, actor, key_subject, contents, leaf, leaf_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      event.subject,
      event.seq,
      event.type,
      event.time,
      event.actor,
      event.keySubject,
      sealBytes(event.key, concat(salt, envelope), event.leafHash),
      event.leaf,
      event.leafHash,
    ],
  );
}

/** The whole chains of these subjects, by subject, each in its order. */
export async function chainsOf(
  tx: Tx,
  ledger: Pick<Ledger, 'contents'>,
  subjects: readonly string[],
): Promise<Map<string, StoredEvent[]>> {
  const rows = await tx.query<Row>(`${selectEvents} WHERE event.subject = ANY($1) ORDER BY event.subject, seq`, [
    subjects,
  ]);
  const chains = new Map<string, StoredEvent[]>();
  for (const row of rows) {
    const chain = chains.get(row.subject) ?? [];
    chains.set(row.subject, chain);
    chain.push(toEvent(ledger, row));
  }
  return chains;
}

/** One chain, oldest first. */
export async function chainOf(tx: Tx, ledger: Pick<Ledger, 'contents'>, subject: string): Promise<StoredEvent[]> {
  return (await chainsOf(tx, ledger, [subject])).get(subject) ?? [];
}

/** A chain's events of one type, in order. */
export async function eventsOfType(tx: Tx, ledger: Ledger, subject: string, type: string): Promise<StoredEvent[]> {
  const rows = await tx.query<Row>(`${selectEvents} WHERE event.subject = $1 AND type = $2 ORDER BY seq`, [
    subject,
    type,
  ]);
  return rows.map((row) => toEvent(ledger, row));
}

/** Where an event stands in the log; undefined while it waits for its place. */
export async function positionOf(tx: Tx, subject: string, seq: number): Promise<number | undefined> {
  const [row] = await tx.query<{ leaf_index: string | number }>(
    'SELECT leaf_index FROM event JOIN event_position ON event_id = event.id WHERE subject = $1 AND seq = $2',
    [subject, seq],
  );
  return row === undefined ? undefined : Number(row.leaf_index);
}
