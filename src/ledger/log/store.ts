import type { Tx } from '../../db/database.ts';

/** More events than transactions under way at one time can hold: how far behind the newest a pending one may lie. */
export const overlap = 2000;

/** The largest id of an event so far; 0 while there is none. */
export async function newestEventId(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ id: string | number }>('SELECT coalesce(max(id), 0) AS id FROM event');
  return Number(row?.id ?? 0);
}

/** Events behind an id whose leaves are not in the log yet, in the order of their insertion. */
export async function pendingAfter(tx: Tx, after: number, limit: number): Promise<{ id: string; leaf: Uint8Array }[]> {
  const rows = await tx.query<{ id: string | number; leaf: Uint8Array }>(
    `SELECT id, leaf FROM event WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM event_position WHERE event_id = event.id)
     ORDER BY id LIMIT $2`,
    [after, limit],
  );
  return rows.map((row) => ({ id: String(row.id), leaf: new Uint8Array(row.leaf) }));
}

/** How many events wait for their place in the log, without going through those that long have one. */
export async function countPending(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: string }>(
    `SELECT count(*) AS n FROM event
     WHERE id > coalesce((SELECT event_id FROM event_position ORDER BY leaf_index DESC LIMIT 1), 0) - $1::bigint
       AND NOT EXISTS (SELECT 1 FROM event_position WHERE event_id = event.id)`,
    [overlap],
  );
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

/** The leaf hash that the database has at a position of the log. */
export async function leafHashAt(tx: Tx, index: number): Promise<Uint8Array | undefined> {
  const [row] = await tx.query<{ leaf_hash: Uint8Array }>(
    'SELECT leaf_hash FROM event JOIN event_position ON event_id = event.id WHERE leaf_index = $1',
    [index],
  );
  return row === undefined ? undefined : new Uint8Array(row.leaf_hash);
}

/** One serialised section per database: at most one sequencer integrates at a time. */
export async function lockSequencer(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(7308895158)`);
}
