import type { Tx } from '../db/database.ts';
import type { Held, Subject } from './held.ts';
import { Assignment, type AssignmentState, Conflict, type Why } from './schema.ts';

type Row = {
  id: string;
  instance_id: string | null;
  gold: string | null;
  round: number;
  reviewer: string;
  kind: string;
  language: string;
  specialty: string | null;
  state: string;
  why: unknown;
  leased_at: Date;
  lease_until: Date;
  closed_at: Date | null;
};

function toAssignment(row: Row): Held {
  const assignment = Assignment.parse({
    id: row.id,
    round: row.round,
    reviewer: row.reviewer,
    kind: row.kind,
    language: row.language,
    ...(row.specialty === null ? {} : { specialty: row.specialty }),
    state: row.state,
    why: row.why,
    leasedAt: row.leased_at.toISOString(),
    leaseUntil: row.lease_until.toISOString(),
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at.toISOString() }),
  });
  return row.gold === null ? { ...assignment, instance: row.instance_id ?? '' } : { ...assignment, gold: row.gold };
}

/**
 * Begins a search for places: one person's requests follow each other until the transaction ends, so that two tabs cannot
 * exceed a cap; and the planner is kept to the queue's index, which gives the first free place without reading the rest.
 * By its own estimates, which are wrong while nobody has analysed the tables, it would read and sort the whole queue.
 * Without compilation, because what is switched off counts as dear and would be compiled for longer than it runs.
 */
export async function beginSearch(tx: Tx, reviewer: string): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended($1, 0)), set_config('enable_sort', 'off', true),
       set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('jit', 'off', true)`,
    [`assignment/${reviewer}`],
  );
}

export type Place = {
  instance: string;
  round: number;
  kind: string;
  language: string;
  specialty?: string;
  overlap: number;
  raised: boolean;
  priority: number;
};

export type Search = {
  reviewer: string;
  kinds: string[];
  /** Empty = every language. */
  languages: string[];
  /** Only these specialties; absent = any. */
  specialties?: string[];
  avoid: Avoid;
};

/** What conflicts of interest keep away. */
export type Avoid = { datasets: string[]; models: string[]; questions: string[]; authors: string[] };

/**
 * Takes the next free place for a reviewer, highest priority and oldest first, in one statement: rows that somebody else
 * is taking at this moment are passed over. Undefined when no place fits.
 */
export async function takePlace(tx: Tx, search: Search): Promise<Place | undefined> {
  const { reviewer, kinds, languages, specialties, avoid } = search;
  const [row] = await tx.query<{
    id: string;
    round: number;
    kind: string;
    language: string;
    specialty: string | null;
    overlap: number;
    raised: boolean;
    priority: number;
  }>(
    `UPDATE instance SET taken = taken + 1 WHERE id = (
       SELECT candidate.id FROM instance AS candidate
       WHERE candidate.state = 'in-review' AND candidate.taken < candidate.overlap AND candidate.kind = ANY($2)
         AND (cardinality($3::text[]) = 0 OR candidate.language = ANY($3))
         AND ($4::text[] IS NULL OR candidate.specialty = ANY($4))
         AND (candidate.author IS NULL OR NOT candidate.author = ANY($8))
         AND NOT candidate.dataset = ANY($5) AND NOT candidate.question_id = ANY($7)
         AND (cardinality($6::text[]) = 0 OR NOT EXISTS (SELECT 1 FROM trace
           WHERE trace.instance_id = candidate.id AND trace.round = candidate.round AND trace.model = ANY($6)))
         AND NOT EXISTS (SELECT 1 FROM assignment
           WHERE assignment.instance_id = candidate.id AND assignment.round = candidate.round AND assignment.reviewer = $1)
       ORDER BY candidate.priority DESC, candidate.position LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id, round, kind, language, specialty, overlap, raised, priority`,
    [
      reviewer,
      kinds,
      languages,
      specialties ?? null,
      avoid.datasets,
      avoid.models,
      avoid.questions,
      [...avoid.authors, reviewer],
    ],
  );
  if (row === undefined) return undefined;
  const { id, specialty, ...rest } = row;
  return { instance: id, ...rest, ...(specialty === null ? {} : { specialty }) };
}

/** Takes a place in one round if it is free or, with `beyond`, in any case; false where it is not. */
export async function takePlaceIn(tx: Tx, instance: string, round: number, beyond: boolean): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE instance SET taken = taken + 1 WHERE id = $1 AND round = $2 AND ($3 OR (state = 'in-review' AND taken < overlap))
     RETURNING id`,
    [instance, round, beyond],
  );
  return rows.length === 1;
}

export async function freePlace(tx: Tx, { instance, round, gold }: Held): Promise<void> {
  if (gold !== undefined) return;
  await tx.query('UPDATE instance SET taken = taken - 1 WHERE id = $1 AND round = $2', [instance, round]);
}

export async function insertAssignment(tx: Tx, one: Held): Promise<void> {
  await tx.query(
    `INSERT INTO assignment (id, instance_id, round, reviewer, kind, language, specialty, state, why, leased_at, lease_until, closed_at, gold)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      one.id,
      one.instance ?? null,
      one.round,
      one.reviewer,
      one.kind,
      one.language,
      one.specialty ?? null,
      one.state,
      JSON.stringify(one.why),
      one.leasedAt,
      one.leaseUntil,
      one.closedAt ?? null,
      one.gold ?? null,
    ],
  );
}

export async function readAssignment(tx: Tx, id: string): Promise<Held | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM assignment WHERE id = $1', [id]);
  return row === undefined ? undefined : toAssignment(row);
}

export async function assignmentOf(
  tx: Tx,
  instance: string,
  round: number,
  reviewer: string,
): Promise<Held | undefined> {
  const [row] = await tx.query<Row>(
    'SELECT * FROM assignment WHERE instance_id = $1 AND round = $2 AND reviewer = $3',
    [instance, round, reviewer],
  );
  return row === undefined ? undefined : toAssignment(row);
}

/** Holds what an assignment is about until the transaction ends: the instance's row, always before its assignments. */
export async function lockSubject(tx: Tx, { instance, gold }: Subject): Promise<void> {
  if (gold === undefined) await tx.query('SELECT 1 FROM instance WHERE id = $1 FOR UPDATE', [instance]);
  else await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`gold/${gold}`]);
}

export async function leasesOf(tx: Tx, reviewer: string): Promise<Held[]> {
  const rows = await tx.query<Row>(
    `SELECT * FROM assignment WHERE reviewer = $1 AND state = 'leased' ORDER BY leased_at, id`,
    [reviewer],
  );
  return rows.map(toAssignment);
}

/** What the reviewer got from the queue and closed last, newest first. */
export async function closedOf(tx: Tx, reviewer: string, limit: number): Promise<Held[]> {
  const rows = await tx.query<Row>(
    `SELECT * FROM assignment WHERE reviewer = $1 AND closed_at IS NOT NULL AND why <> '[]'
     ORDER BY closed_at DESC LIMIT $2`,
    [reviewer, limit],
  );
  return rows.map(toAssignment);
}

/** The reviewer's own leases that ran out, newest first: their drafts are worth finishing. */
export async function expiredOf(tx: Tx, reviewer: string, limit: number): Promise<Held[]> {
  const rows = await tx.query<Row>(
    `SELECT assignment.* FROM assignment LEFT JOIN instance ON instance.id = instance_id
     WHERE reviewer = $1 AND assignment.state = 'expired' AND (gold IS NOT NULL
       OR instance.round = assignment.round AND instance.state = 'in-review' AND taken < overlap)
     ORDER BY lease_until DESC LIMIT $2`,
    [reviewer, limit],
  );
  return rows.map(toAssignment);
}

export async function moveAssignment(
  tx: Tx,
  id: string,
  change: { state: AssignmentState; leaseUntil?: Date; closedAt?: Date; reason?: string; note?: string; why?: Why[] },
): Promise<void> {
  await tx.query(
    `UPDATE assignment SET state = $2, lease_until = coalesce($3, lease_until), closed_at = $4, close_reason = $5,
       close_note = $6, why = coalesce($7, why) WHERE id = $1`,
    [
      id,
      change.state,
      change.leaseUntil ?? null,
      change.closedAt ?? null,
      change.reason ?? null,
      change.note ?? null,
      change.why === undefined ? null : JSON.stringify(change.why),
    ],
  );
}

/** Leases that ran out before this time, oldest first. */
export async function overdueLeases(tx: Tx, before: Date, limit: number): Promise<Held[]> {
  const rows = await tx.query<Row>(
    `SELECT * FROM assignment WHERE state = 'leased' AND lease_until < $1
     ORDER BY lease_until LIMIT $2`,
    [before, limit],
  );
  return rows.map(toAssignment);
}

/** How many reviews somebody has handed in since a time; those that came by import or API have no reasons, and do not count. */
export async function countHandedIn(tx: Tx, reviewer: string, since: Date): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM assignment WHERE reviewer = $1 AND state IN ('submitted', 'done') AND closed_at >= $2
       AND why <> '[]'`,
    [reviewer, since],
  );
  return row?.n ?? 0;
}

type ConflictRow = {
  id: string;
  account_id: string;
  scope: string;
  target: string;
  note: string | null;
  declared_by: string;
  declared_at: Date;
};

export async function insertConflict(tx: Tx, one: Conflict): Promise<void> {
  await tx.query(
    `INSERT INTO conflict_of_interest (id, account_id, scope, target, note, declared_by, declared_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, scope, target) DO NOTHING`,
    [one.id, one.account, one.scope, one.target, one.note ?? null, one.declaredBy, one.declaredAt],
  );
}

/** Conflicts of one person, or of all, in the order in which they were declared. */
export async function listConflicts(tx: Tx, account?: string): Promise<Conflict[]> {
  const rows = await tx.query<ConflictRow>(
    'SELECT * FROM conflict_of_interest WHERE $1::text IS NULL OR account_id = $1 ORDER BY declared_at, id',
    [account ?? null],
  );
  return rows.map((row) =>
    Conflict.parse({
      id: row.id,
      account: row.account_id,
      scope: row.scope,
      target: row.target,
      ...(row.note === null ? {} : { note: row.note }),
      declaredBy: row.declared_by,
      declaredAt: row.declared_at.toISOString(),
    }),
  );
}
