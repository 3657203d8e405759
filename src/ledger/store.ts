import type { Tx } from '../db/database.ts';

export type StoredEvent = {
  id: string;
  subject: string;
  seq: number;
  type: string;
  time: Date;
  actor: string;
  envelope: Uint8Array;
  salt: Uint8Array;
  leaf: Uint8Array;
  leafHash: Uint8Array;
  leafIndex?: number;
};

type Row = {
  id: string | number;
  subject: string;
  seq: number;
  type: string;
  time: Date;
  actor: string;
  envelope: Uint8Array;
  salt: Uint8Array;
  leaf: Uint8Array;
  leaf_hash: Uint8Array;
  leaf_index: string | number | null;
};

function toEvent(row: Row): StoredEvent {
  return {
    id: String(row.id),
    subject: row.subject,
    seq: row.seq,
    type: row.type,
    time: row.time,
    actor: row.actor,
    envelope: row.envelope,
    salt: row.salt,
    leaf: row.leaf,
    leafHash: row.leaf_hash,
    ...(row.leaf_index === null ? {} : { leafIndex: Number(row.leaf_index) }),
  };
}

const columns = `event.id, subject, seq, type, time, actor, envelope, salt, leaf, leaf_hash, leaf_index`;
const positioned = `event LEFT JOIN event_position ON event_position.event_id = event.id`;

/** Serialises writers of one chain until the transaction ends, and returns the chain's end. */
export async function lockChain(tx: Tx, subject: string): Promise<{ seq: number; hash: Uint8Array } | undefined> {
  // The shared lock is the one that a change of the log's key takes whole (store-keys.ts).
  await tx.query('SELECT pg_advisory_xact_lock_shared(7308895159), pg_advisory_xact_lock(hashtextextended($1, 0))', [
    subject,
  ]);
  const [row] = await tx.query<{ seq: number; leaf_hash: Uint8Array }>(
    'SELECT seq, leaf_hash FROM event WHERE subject = $1 ORDER BY seq DESC LIMIT 1',
    [subject],
  );
  return row === undefined ? undefined : { seq: row.seq, hash: new Uint8Array(row.leaf_hash) };
}

export async function insertEvent(tx: Tx, event: Omit<StoredEvent, 'id' | 'leafIndex'>): Promise<void> {
  await tx.query(
    `INSERT INTO event (subject, seq, type, time, actor, envelope, salt, leaf, leaf_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      event.subject,
      event.seq,
      event.type,
      event.time,
      event.actor,
      event.envelope,
      event.salt,
      event.leaf,
      event.leafHash,
    ],
  );
}

export async function eventsOf(tx: Tx, subject: string): Promise<StoredEvent[]> {
  const rows = await tx.query<Row>(`SELECT ${columns} FROM ${positioned} WHERE subject = $1 ORDER BY seq`, [subject]);
  return rows.map(toEvent);
}

export async function countPending(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: string }>(`SELECT count(*) AS n FROM ${positioned} WHERE leaf_index IS NULL`);
  return Number(row?.n ?? 0);
}

/** How many events have a position: the size of the log as the database knows it. */
export async function positionedSize(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: string }>('SELECT coalesce(max(leaf_index) + 1, 0) AS n FROM event_position');
  return Number(row?.n ?? 0);
}

export async function insertPositions(tx: Tx, ids: string[], firstIndex: number): Promise<void> {
  await tx.query(
    `INSERT INTO event_position (event_id, leaf_index)
     SELECT id, $2::bigint + ordinality - 1 FROM unnest($1::bigint[]) WITH ORDINALITY AS one (id, ordinality)`,
    [ids, firstIndex],
  );
}

export async function eventByLeafHash(tx: Tx, leafHash: Uint8Array): Promise<{ id: string } | undefined> {
  const [row] = await tx.query<{ id: string | number }>(
    'SELECT id FROM event WHERE leaf_hash = $1 ORDER BY id LIMIT 1',
    [leafHash],
  );
  return row === undefined ? undefined : { id: String(row.id) };
}

/** A page of events in log order, for exports and audits. */
export async function eventPage(tx: Tx, fromIndex: number, limit: number): Promise<StoredEvent[]> {
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM event JOIN event_position ON event_position.event_id = event.id
     WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2`,
    [fromIndex, limit],
  );
  return rows.map(toEvent);
}

/** One serialised section per database: at most one sequencer integrates at a time. */
export async function lockSequencer(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(7308895158)`);
}
