import type { Tx } from '../db/database.ts';

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
