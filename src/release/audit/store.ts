import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Tx } from '../../db/database.ts';
import { type ActualRow, type AuditedTable, asJsonValue } from './rows.ts';

/**
 * Rows as they lie in the tables of the stages, without those stages' parsers: an altered row may not parse, and has
 * to be named all the same.
 */
type RawRow = { [column: string]: unknown };

const byInstance: {
  readonly [table in Exclude<AuditedTable, 'question'>]: { sql: string; key: (row: RawRow) => string };
} = {
  review: { sql: 'SELECT * FROM review WHERE instance_id = ANY($1)', key: (row) => String(row.id) },
  edit_confirmation: {
    sql: `SELECT edit_confirmation.*, review.instance_id FROM edit_confirmation
          JOIN review ON review.id = review_id WHERE review.instance_id = ANY($1)`,
    key: (row) => `${row.review_id} ${row.reviewer}`,
  },
  trace: { sql: 'SELECT * FROM trace WHERE instance_id = ANY($1)', key: (row) => String(row.id) },
  strike: { sql: 'SELECT * FROM strike WHERE instance_id = ANY($1)', key: (row) => String(row.round) },
  panel_case: { sql: 'SELECT * FROM panel_case WHERE instance_id = ANY($1)', key: (row) => String(row.id) },
  panel_vote: {
    sql: `SELECT panel_vote.*, panel_case.instance_id FROM panel_vote
          JOIN panel_case ON panel_case.id = case_id WHERE panel_case.instance_id = ANY($1)`,
    key: (row) => `${row.case_id} ${row.ballot} ${row.member}`,
  },
  panel_decision: {
    sql: `SELECT panel_decision.*, panel_case.instance_id FROM panel_decision
          JOIN panel_case ON panel_case.id = case_id WHERE panel_case.instance_id = ANY($1)`,
    key: (row) => String(row.case_id),
  },
  instance: {
    sql: 'SELECT instance.*, instance.id AS instance_id FROM instance WHERE instance.id = ANY($1)',
    key: (row) => String(row.id),
  },
};

/** All audited rows of these instances, by instance. */
export async function rowsOfInstances(tx: Tx, instances: readonly string[]): Promise<Map<string, ActualRow[]>> {
  const rows = new Map<string, ActualRow[]>(instances.map((id) => [id, []]));
  for (const [table, { sql, key }] of Object.entries(byInstance) as [AuditedTable, (typeof byInstance)['review']][]) // its own keys
    for (const row of await tx.query<RawRow>(sql, [instances]))
      rows.get(String(row.instance_id))?.push({ table, key: key(row), columns: columnsOf(row) });
  const questions = await tx.query<{ instance_id: string; id: string; body: unknown }>(
    `SELECT instance.id AS instance_id, question.id, body FROM instance
     JOIN question ON question.id = instance.question_id WHERE instance.id = ANY($1)`,
    [instances],
  );
  for (const { instance_id: instance, id, body } of questions) {
    const digest = sha256Hex(canonicalJson(asJsonValue(body)));
    rows.get(instance)?.push({ table: 'question', key: id, columns: { digest } });
  }
  return rows;
}

function columnsOf(row: RawRow): ActualRow['columns'] {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, asJsonValue(value)]));
}

/** A page of the ids of all instances. */
export async function instanceIds(tx: Tx, after: string | undefined, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'SELECT id FROM instance WHERE ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2',
    [after ?? null, limit],
  );
  return rows.map((row) => row.id);
}

export type AccountRow = { id: string; roles: string[]; credentialed: boolean; demo: boolean; revoked: boolean };

export async function accountRows(tx: Tx): Promise<AccountRow[]> {
  return tx.query<AccountRow>(
    `SELECT id, roles, credential IS NOT NULL AS credentialed, demo, revoked_at IS NOT NULL AS revoked FROM account ORDER BY id`,
  );
}

/** Sealed releases with what their rows say of the seal. */
export async function sealedRows(
  tx: Tx,
): Promise<{ name: string; manifest: string | null; seq: number | null; roots: unknown }[]> {
  return tx.query(
    `SELECT name, manifest_sha256 AS manifest, seal_seq AS seq, summary -> 'roots' AS roots FROM dataset_release
     WHERE state <> 'draft' ORDER BY name`,
  );
}

/** Positions of the log in [from, to) that have an event row. */
export async function positionPage(tx: Tx, from: number, to: number): Promise<number[]> {
  const rows = await tx.query<{ leaf_index: string | number }>(
    `SELECT leaf_index FROM event_position JOIN event ON event.id = event_id WHERE leaf_index >= $1 AND leaf_index < $2`,
    [from, to],
  );
  return rows.map((row) => Number(row.leaf_index));
}

/** Subjects with events that are neither the system's nor an instance's. */
export async function orphanSubjects(tx: Tx, systemSubject: string): Promise<string[]> {
  const rows = await tx.query<{ subject: string }>(
    `SELECT DISTINCT subject FROM event WHERE seq = 0 AND subject <> $1
       AND NOT EXISTS (SELECT 1 FROM instance WHERE instance.id = subject) ORDER BY subject`,
    [systemSubject],
  );
  return rows.map((row) => row.subject);
}
