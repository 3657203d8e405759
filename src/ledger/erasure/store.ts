import type { Tx } from '../../db/database.ts';
import { Erasure } from './schema.ts';

type Row = {
  subject: string;
  record: string;
  reason: string;
  models: unknown;
  event_seq: number;
  erased_by: string;
  erased_at: Date;
};

function toErasure(row: Row): Erasure {
  return Erasure.parse({
    subject: row.subject,
    record: row.record,
    reason: row.reason,
    models: row.models,
    eventSeq: row.event_seq,
    erasedBy: row.erased_by,
    erasedAt: row.erased_at.toISOString(),
  });
}

export async function insertErasure(tx: Tx, one: Erasure & { vaultVersion: number }): Promise<void> {
  await tx.query(
    `INSERT INTO erasure (subject, record, reason, models, event_seq, vault_version, erased_by, erased_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      one.subject,
      one.record,
      one.reason,
      JSON.stringify(one.models),
      one.eventSeq,
      one.vaultVersion,
      one.erasedBy,
      one.erasedAt,
    ],
  );
}

/** All erasures, oldest first. */
export async function listErasures(tx: Tx): Promise<Erasure[]> {
  return (await tx.query<Row>('SELECT * FROM erasure ORDER BY number')).map(toErasure);
}

/** The erasure of a chain, by its subject or by the id of the question it was about. */
export async function findErasure(tx: Tx, id: string): Promise<Erasure | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM erasure WHERE subject::text = $1 OR record = $1', [id]);
  return row === undefined ? undefined : toErasure(row);
}

/** True if some chain was erased under this version of the vault or a later one: old copies still hold its data key. */
export async function erasedSince(tx: Tx, vaultVersion: number): Promise<boolean> {
  const [row] = await tx.query('SELECT 1 FROM erasure WHERE vault_version >= $1 LIMIT 1', [vaultVersion]);
  return row !== undefined;
}
