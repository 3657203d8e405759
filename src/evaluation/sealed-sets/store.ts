import type { Tx } from '../../db/database.ts';
import { SealedSet } from '../schema.ts';

type Row = { set_name: string; budget: number; used: string; sealed_by: string; sealed_at: Date; event_seq: number };

/** The sealed sets, or those of them that are named, with how many submissions each has had. */
export async function readSealedSets(tx: Tx, names?: readonly string[]): Promise<SealedSet[]> {
  const rows = await tx.query<Row>(
    `SELECT sealed_set.*, (SELECT count(*) FROM sealed_submission WHERE set_name = sealed_set.set_name) AS used
     FROM sealed_set WHERE $1::text[] IS NULL OR set_name = ANY($1) ORDER BY set_name COLLATE "C"`,
    [names ?? null],
  );
  return rows.map((row) =>
    SealedSet.parse({
      set: row.set_name,
      budget: row.budget,
      used: Number(row.used),
      sealedBy: row.sealed_by,
      sealedAt: row.sealed_at.toISOString(),
      eventSeq: row.event_seq,
    }),
  );
}

export async function insertSealedSet(tx: Tx, one: Omit<SealedSet, 'used'>): Promise<void> {
  await tx.query(
    'INSERT INTO sealed_set (set_name, budget, sealed_by, sealed_at, event_seq) VALUES ($1, $2, $3, $4, $5)',
    [one.set, one.budget, one.sealedBy, one.sealedAt, one.eventSeq],
  );
}

/** Two submissions at the same moment cannot have one number: the second transaction fails. */
export async function insertSubmission(
  tx: Tx,
  one: { set: string; number: number; evaluation: string; target: string; at: Date; eventSeq: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO sealed_submission (set_name, number, evaluation_id, target, submitted_at, event_seq)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [one.set, one.number, one.evaluation, one.target, one.at, one.eventSeq],
  );
}
