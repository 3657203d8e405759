import type { Tx } from '../db/database.ts';
import { Delivery, Webhook } from './schema.ts';

type Row = {
  id: string;
  url: string;
  types: string[];
  state: string;
  stop_reason: string | null;
  cursor: string | number;
  attempts: number;
  failing_since: Date | null;
  due_at: Date;
  created_by: string;
  created_at: Date;
};

function toWebhook(row: Row): Webhook {
  return Webhook.parse({
    id: row.id,
    url: row.url,
    types: row.types,
    state: row.state,
    ...(row.stop_reason === null ? {} : { stopReason: row.stop_reason }),
    cursor: Number(row.cursor),
    attempts: row.attempts,
    ...(row.failing_since === null ? {} : { failingSince: row.failing_since.toISOString() }),
    dueAt: row.due_at.toISOString(),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  });
}

/** How many leaves have a place in the log. */
const logSize = 'SELECT coalesce(max(leaf_index) + 1, 0) FROM event_position';

/** Adds a webhook that is told of what comes into the log from now on. */
export async function insertWebhook(
  tx: Tx,
  one: { id: string; url: string; types: readonly string[]; by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO webhook (id, url, types, state, cursor, due_at, created_by, created_at)
     VALUES ($1, $2, $3, 'active', (${logSize}), $5, $4, $5)`,
    [one.id, one.url, one.types, one.by, one.at],
  );
}

export async function readWebhook(tx: Tx, id: string): Promise<Webhook | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM webhook WHERE id = $1', [id]);
  return row === undefined ? undefined : toWebhook(row);
}

export async function listWebhooks(tx: Tx): Promise<Webhook[]> {
  return (await tx.query<Row>('SELECT * FROM webhook ORDER BY created_at, id')).map(toWebhook);
}

/** Removes a webhook with its deliveries; false where there is none. */
export async function deleteWebhook(tx: Tx, id: string): Promise<boolean> {
  return (await tx.query('DELETE FROM webhook WHERE id = $1 RETURNING 1', [id])).length > 0;
}

/**
 * Takes the webhooks that are due and behind the log. Until `lease` nobody else takes them; after it whoever comes goes
 * on where the cursor stands, so that a process that died loses nothing.
 */
export async function takeDue(tx: Tx, now: Date, lease: Date): Promise<Webhook[]> {
  const rows = await tx.query<Row>(
    `UPDATE webhook SET due_at = $2 WHERE id IN
       (SELECT id FROM webhook WHERE state = 'active' AND due_at <= $1 AND cursor < (${logSize})
        ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [now, lease],
  );
  return rows.map(toWebhook);
}

export type Told = { leaf: number; type: string; time: Date; subject: string; seq: number };

/** The next events for a webhook in the order of the log, and the size of the log that was looked at. */
export async function eventsFor(tx: Tx, hook: Webhook, limit: number): Promise<{ events: Told[]; size: number }> {
  const [head] = await tx.query<{ size: string | number }>(`SELECT (${logSize}) AS size`);
  const size = Number(head?.size ?? 0);
  const rows = await tx.query<Omit<Told, 'leaf'> & { leaf_index: string | number }>(
    `SELECT leaf_index, type, time, subject, seq FROM event_position JOIN event ON event.id = event_id
     WHERE leaf_index >= $1 AND leaf_index < $2 AND (cardinality($3::text[]) = 0 OR type = ANY($3))
     ORDER BY leaf_index LIMIT $4`,
    [hook.cursor, size, hook.types, limit],
  );
  return { events: rows.map(({ leaf_index, ...event }) => ({ ...event, leaf: Number(leaf_index) })), size };
}

/** Records that everything before a leaf is dealt with. */
export async function advance(tx: Tx, id: string, cursor: number, dueAt: Date): Promise<void> {
  await tx.query('UPDATE webhook SET cursor = $2, due_at = $3, attempts = 0, failing_since = NULL WHERE id = $1', [
    id,
    cursor,
    dueAt,
  ]);
}

/** Records a failed attempt and when to try again. */
export async function postpone(
  tx: Tx,
  id: string,
  failed: { attempts: number; since: Date; dueAt: Date },
): Promise<void> {
  await tx.query('UPDATE webhook SET attempts = $2, failing_since = $3, due_at = $4 WHERE id = $1', [
    id,
    failed.attempts,
    failed.since,
    failed.dueAt,
  ]);
}

export async function stopWebhook(tx: Tx, id: string, reason: string): Promise<void> {
  await tx.query(`UPDATE webhook SET state = 'stopped', stop_reason = $2 WHERE id = $1`, [id, reason]);
}

/** Lets a stopped webhook go on from where it stands; false where there is none. */
export async function resumeWebhook(tx: Tx, id: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE webhook SET state = 'active', stop_reason = NULL, attempts = 0, failing_since = NULL, due_at = $2
     WHERE id = $1 RETURNING 1`,
    [id, now],
  );
  return rows.length > 0;
}

/** Records how an attempt went; the row of an event counts all of them. */
export async function recordAttempt(
  tx: Tx,
  hook: string,
  one: { leaf: number; type: string; state: Delivery['state']; status?: number; error?: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO webhook_delivery (webhook_id, leaf_index, type, state, attempts, status, error, first_at, last_at)
     VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $7)
     ON CONFLICT (webhook_id, leaf_index) DO UPDATE SET state = excluded.state, status = excluded.status,
       error = excluded.error, last_at = excluded.last_at, attempts = webhook_delivery.attempts + 1`,
    [hook, one.leaf, one.type, one.state, one.status ?? null, one.error ?? null, one.at],
  );
}

type DeliveryRow = {
  leaf_index: string | number;
  type: string;
  state: string;
  attempts: number;
  status: number | null;
  error: string | null;
  first_at: Date;
  last_at: Date;
};

/** The newest deliveries of a webhook. */
export async function listDeliveries(tx: Tx, hook: string, limit: number): Promise<Delivery[]> {
  const rows = await tx.query<DeliveryRow>(
    'SELECT * FROM webhook_delivery WHERE webhook_id = $1 ORDER BY leaf_index DESC LIMIT $2',
    [hook, limit],
  );
  return rows.map((row) =>
    Delivery.parse({
      leaf: Number(row.leaf_index),
      type: row.type,
      state: row.state,
      attempts: row.attempts,
      ...(row.status === null ? {} : { status: row.status }),
      ...(row.error === null ? {} : { error: row.error }),
      firstAt: row.first_at.toISOString(),
      lastAt: row.last_at.toISOString(),
    }),
  );
}
