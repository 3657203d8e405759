import type { Assignment } from '../../assignment/schema.ts';
import type { Tx } from '../../db/database.ts';
import type { ReviewInput } from '../schema.ts';
import { Draft, type DraftContent, Submission } from './schema.ts';

type DraftRow = { rev: number; content: unknown; saved_at: Date };

function toDraft(row: DraftRow): Draft {
  return Draft.parse({ rev: row.rev, content: row.content, savedAt: row.saved_at.toISOString() });
}

/** All saved states of a draft, oldest first. */
export async function readDrafts(tx: Tx, assignment: string): Promise<Draft[]> {
  const rows = await tx.query<DraftRow>('SELECT * FROM draft_revision WHERE assignment_id = $1 ORDER BY rev', [
    assignment,
  ]);
  return rows.map(toDraft);
}

export async function latestDraft(tx: Tx, assignment: string): Promise<Draft | undefined> {
  const [row] = await tx.query<DraftRow>(
    'SELECT * FROM draft_revision WHERE assignment_id = $1 ORDER BY rev DESC LIMIT 1',
    [assignment],
  );
  return row === undefined ? undefined : toDraft(row);
}

/** The state that a save with this key made, if it was made before. */
export async function draftByKey(tx: Tx, assignment: string, key: string): Promise<Draft | undefined> {
  const [row] = await tx.query<DraftRow>('SELECT * FROM draft_revision WHERE assignment_id = $1 AND key = $2', [
    assignment,
    key,
  ]);
  return row === undefined ? undefined : toDraft(row);
}

export async function insertDraft(
  tx: Tx,
  draft: { assignment: string; rev: number; key: string; content: DraftContent; at: Date },
): Promise<void> {
  await tx.query(
    'INSERT INTO draft_revision (assignment_id, rev, key, content, saved_at) VALUES ($1, $2, $3, $4, $5)',
    [draft.assignment, draft.rev, draft.key, JSON.stringify(draft.content), draft.at],
  );
}

type SubmissionRow = {
  state: string;
  review: unknown;
  refusal: string | null;
  submitted_at: Date;
  due_at: Date;
};

function toSubmission(row: SubmissionRow, assignment: Assignment): Submission {
  return Submission.parse({
    assignment,
    state: row.state,
    review: row.review,
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
    submittedAt: row.submitted_at.toISOString(),
    dueAt: row.due_at.toISOString(),
  });
}

export async function insertSubmission(
  tx: Tx,
  one: { assignment: string; key: string; review: ReviewInput; at: Date; dueAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO submission (assignment_id, key, review, state, submitted_at, due_at) VALUES ($1, $2, $3, 'waiting', $4, $5)`,
    [one.assignment, one.key, JSON.stringify(one.review), one.at, one.dueAt],
  );
}

/** What a submission with this key became, if it was made before. */
export async function submissionByKey(tx: Tx, assignment: Assignment, key: string): Promise<Submission | undefined> {
  const [row] = await tx.query<SubmissionRow>('SELECT * FROM submission WHERE assignment_id = $1 AND key = $2', [
    assignment.id,
    key,
  ]);
  return row === undefined ? undefined : toSubmission(row, assignment);
}

/** The newest submission of an assignment. */
export async function latestSubmission(tx: Tx, assignment: Assignment): Promise<Submission | undefined> {
  const [row] = await tx.query<SubmissionRow>(
    'SELECT * FROM submission WHERE assignment_id = $1 ORDER BY submitted_at DESC LIMIT 1',
    [assignment.id],
  );
  return row === undefined ? undefined : toSubmission(row, assignment);
}

/** The newest submission of each of these assignments, in their order. */
export async function latestSubmissions(tx: Tx, assignments: Assignment[]): Promise<Submission[]> {
  const rows = await tx.query<SubmissionRow & { assignment_id: string }>(
    `SELECT DISTINCT ON (assignment_id) * FROM submission WHERE assignment_id = ANY($1)
     ORDER BY assignment_id, submitted_at DESC`,
    [assignments.map((one) => one.id)],
  );
  const found = new Map(rows.map((row) => [row.assignment_id, row]));
  return assignments.flatMap((one) => {
    const row = found.get(one.id);
    return row === undefined ? [] : [toSubmission(row, one)];
  });
}

export async function closeSubmission(
  tx: Tx,
  assignment: string,
  outcome: { state: 'signed' | 'withdrawn' | 'refused'; at: Date; refusal?: string; reviewId?: string },
): Promise<void> {
  await tx.query(
    `UPDATE submission SET state = $2, closed_at = $3, refusal = $4, review_id = $5
     WHERE assignment_id = $1 AND state = 'waiting'`,
    [assignment, outcome.state, outcome.at, outcome.refusal ?? null, outcome.reviewId ?? null],
  );
}

/** Submissions that can no longer be taken back, oldest first, with who made them. */
export async function dueSubmissions(
  tx: Tx,
  now: Date,
  limit: number,
): Promise<{ assignment: string; reviewer: string }[]> {
  return tx.query<{ assignment: string; reviewer: string }>(
    `SELECT assignment_id AS assignment, reviewer FROM submission JOIN assignment ON assignment.id = assignment_id
     WHERE submission.state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $2`,
    [now, limit],
  );
}
