import { canonicalBytes } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import type { Tx } from '../db/database.ts';
import { Amendment, type ArmCount, StudyStep } from './schema.ts';
import { SealedDesign } from './sealed-design.ts';

export type StudyRow = {
  id: string;
  sealed: SealedDesign;
  /** SHA-256 (hex) of the canonical JSON of the design when it was made. */
  digest: string;
  createdBy: string;
  createdAt: string;
};

type Row = { id: string; design: unknown; digest: string; created_by: string; created_at: Date };

function studyOf(row: Row): StudyRow {
  return {
    id: row.id,
    sealed: SealedDesign.parse(row.design),
    digest: row.digest,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}

export async function insertStudy(tx: Tx, one: StudyRow): Promise<void> {
  await tx.query('INSERT INTO study (id, design, digest, created_by, created_at) VALUES ($1, $2, $3, $4, $5)', [
    one.id,
    JSON.stringify(one.sealed),
    one.digest,
    one.createdBy,
    one.createdAt,
  ]);
}

export async function readStudy(tx: Tx, id: string): Promise<StudyRow | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM study WHERE id = $1', [id]);
  return row === undefined ? undefined : studyOf(row);
}

/** The digest of the design as it stands in the database now, of its own bytes and not of what this version reads in it. */
export async function storedDigest(tx: Tx, id: string): Promise<string | undefined> {
  const [row] = await tx.query<{ design: unknown }>('SELECT design FROM study WHERE id = $1', [id]);
  return row === undefined ? undefined : sha256Hex(canonicalBytes(row.design));
}

/** The study, with its changes kept to one transaction at a time until this one ends. The row itself never changes. */
export async function lockStudy(tx: Tx, id: string): Promise<StudyRow | undefined> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`study/${id}`]);
  return readStudy(tx, id);
}

/** Studies, newest first. */
export async function listStudies(tx: Tx, limit: number): Promise<StudyRow[]> {
  const rows = await tx.query<Row>('SELECT * FROM study ORDER BY created_at DESC, id LIMIT $1', [limit]);
  return rows.map(studyOf);
}

/** The opened studies in which the account rates, newest first. */
export async function studiesOfRater(tx: Tx, rater: string): Promise<StudyRow[]> {
  const rows = await tx.query<Row>(
    `SELECT * FROM study WHERE EXISTS (SELECT 1 FROM study_item WHERE study_id = study.id AND rater = $1)
     ORDER BY created_at DESC, id`,
    [rater],
  );
  return rows.map(studyOf);
}

export type StepName = 'registered' | 'opened' | 'closed';
export type Step = StudyStep & { data: unknown };

/** The steps that a study has taken. */
export async function readSteps(tx: Tx, id: string): Promise<Partial<Record<StepName, Step>>> {
  const rows = await tx.query<{ step: StepName; data: unknown; done_by: string; done_at: Date; event_seq: number }>(
    'SELECT step, data, done_by, done_at, event_seq FROM study_step WHERE study_id = $1',
    [id],
  );
  return Object.fromEntries(
    rows.map((row) => [
      row.step,
      {
        ...StudyStep.parse({ by: row.done_by, at: row.done_at.toISOString(), eventSeq: row.event_seq }),
        data: row.data,
      },
    ]),
  );
}

export async function insertStep(tx: Tx, id: string, step: StepName, one: Step): Promise<void> {
  await tx.query(
    'INSERT INTO study_step (study_id, step, data, done_by, done_at, event_seq) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, step, JSON.stringify(one.data), one.by, one.at, one.eventSeq],
  );
}

export async function readAmendments(tx: Tx, id: string): Promise<Amendment[]> {
  const rows = await tx.query<{
    number: number;
    reason: string;
    change: string;
    done_by: string;
    done_at: Date;
    event_seq: number;
  }>('SELECT * FROM study_amendment WHERE study_id = $1 ORDER BY number', [id]);
  return rows.map((row) =>
    Amendment.parse({
      number: row.number,
      reason: row.reason,
      change: row.change,
      by: row.done_by,
      at: row.done_at.toISOString(),
      eventSeq: row.event_seq,
    }),
  );
}

export async function insertAmendment(tx: Tx, id: string, one: Amendment): Promise<void> {
  await tx.query(
    `INSERT INTO study_amendment (study_id, number, reason, change, done_by, done_at, event_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, one.number, one.reason, one.change, one.by, one.at, one.eventSeq],
  );
}

export type StoredResponse = {
  id: string;
  arm: string;
  person: number;
  vignette: string;
  text: string;
  author?: string;
};

/** All responses of a study, by arm, person and vignette. */
export async function readResponses(tx: Tx, id: string): Promise<StoredResponse[]> {
  const rows = await tx.query<{
    id: string;
    arm: string;
    person: number;
    vignette: string;
    body: string;
    author: string | null;
  }>(
    `SELECT id, arm, person, vignette, body, author FROM study_response WHERE study_id = $1
     ORDER BY arm COLLATE "C", person, vignette COLLATE "C"`,
    [id],
  );
  return rows.map(({ body, author, ...row }) => ({ ...row, text: body, ...(author === null ? {} : { author }) }));
}

/** Stores responses; one that is there already is left alone. */
export async function insertResponses(
  tx: Tx,
  study: string,
  responses: readonly StoredResponse[],
  { by, at }: { by: string; at: Date },
): Promise<void> {
  const rows = responses.map((one) => ({ ...one, author: one.author ?? null }));
  await tx.query(
    `INSERT INTO study_response (id, study_id, arm, person, vignette, body, author, imported_by, imported_at)
     SELECT id, $1, arm, person, vignette, text, author, $3, $4
     FROM jsonb_to_recordset($2::jsonb)
       AS given (id uuid, arm text, person int, vignette text, text text, author text)
     ON CONFLICT (study_id, arm, person, vignette) DO NOTHING`,
    [study, JSON.stringify(rows), by, at],
  );
}

export async function countResponses(tx: Tx, id: string): Promise<Omit<ArmCount, 'planned'>[]> {
  const rows = await tx.query<{ arm: string; received: number }>(
    'SELECT arm, count(*)::int AS received FROM study_response WHERE study_id = $1 GROUP BY arm',
    [id],
  );
  return rows;
}
