import type { Tx } from '../db/database.ts';
import { ImportReport, Question } from './schema.ts';

export type StoredQuestion = { question: Question; identity: string; answer: string | undefined; groupKey: string };

export async function insertImport(
  tx: Tx,
  one: { id: string; dataset: string; report: ImportReport; by: string; at: Date },
): Promise<void> {
  await tx.query(
    'INSERT INTO corpus_import (id, dataset, report, imported_by, imported_at) VALUES ($1, $2, $3, $4, $5)',
    [one.id, one.dataset, JSON.stringify(one.report), one.by, one.at],
  );
}

/** Inserts questions in one statement; those whose id exists already are left alone. Returns the ids inserted. */
export async function insertQuestions(
  tx: Tx,
  importId: string,
  benchmark: boolean,
  rows: StoredQuestion[],
): Promise<string[]> {
  const records = rows.map(({ question, identity, answer, groupKey }) => ({
    id: question.id,
    dataset: question.dataset,
    kind: question.kind,
    language: question.language,
    set_name: question.set ?? null,
    identity,
    answer: answer ?? null,
    group_key: groupKey,
    body: question,
  }));
  const inserted = await tx.query<{ id: string }>(
    `INSERT INTO question (id, import_id, dataset, kind, language, state, benchmark, set_name, identity, answer, group_key, body)
     SELECT id, $2::uuid, dataset, kind, language, 'active', $3, set_name, identity, answer, group_key, body
     FROM jsonb_to_recordset($1::jsonb) AS row (id text, dataset text, kind text, language text, set_name text, identity text, answer text,
       group_key text, body jsonb)
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [JSON.stringify(records), importId, benchmark],
  );
  return inserted.map((row) => row.id);
}

/**
 * Which of these identities the corpus holds already, among benchmark questions or among the others, with the identity
 * of the answer. One question may be in both, and is then excluded from training.
 */
export async function knownIdentities(
  tx: Tx,
  identities: string[],
  benchmark: boolean,
): Promise<Map<string, { answer: string | null; importId: string }>> {
  const rows = await tx.query<{ identity: string; answer: string | null; import_id: string }>(
    `SELECT DISTINCT ON (identity) identity, answer, import_id FROM question
     WHERE identity = ANY($1) AND benchmark = $2 ORDER BY identity, id`,
    [identities, benchmark],
  );
  return new Map(rows.map((row) => [row.identity, { answer: row.answer, importId: row.import_id }]));
}

export async function readQuestion(tx: Tx, id: string): Promise<Question | undefined> {
  const [row] = await tx.query<{ body: unknown }>('SELECT body FROM question WHERE id = $1', [id]);
  return row === undefined ? undefined : Question.parse(row.body);
}

/** A page of questions by id. */
export async function questionPage(
  tx: Tx,
  filter: { dataset?: string | undefined; set?: string | undefined; after?: string | undefined; limit: number },
): Promise<Question[]> {
  const rows = await tx.query<{ body: unknown }>(
    `SELECT body FROM question WHERE ($1::text IS NULL OR dataset = $1) AND ($2::text IS NULL OR set_name = $2)
       AND ($3::text IS NULL OR id > $3) AND state <> 'excluded' ORDER BY id LIMIT $4`,
    [filter.dataset ?? null, filter.set ?? null, filter.after ?? null, filter.limit],
  );
  return rows.map((row) => Question.parse(row.body));
}

export type CorpusCount = {
  dataset: string;
  kind: string;
  language: string;
  state: string;
  benchmark: boolean;
  n: number;
};

export async function countQuestions(tx: Tx): Promise<CorpusCount[]> {
  const rows = await tx.query<Omit<CorpusCount, 'n'> & { n: string }>(
    `SELECT dataset, kind, language, state, benchmark, count(*) AS n FROM question
     GROUP BY dataset, kind, language, state, benchmark ORDER BY dataset, kind, language, state`,
  );
  return rows.map((row) => ({ ...row, n: Number(row.n) }));
}

export async function countDimensions(tx: Tx): Promise<{ dimension: string; n: number }[]> {
  const rows = await tx.query<{ dimension: string; n: string }>(
    `SELECT dimension, count(*) AS n FROM question, jsonb_array_elements_text(body -> 'dimensions') AS dimension
     WHERE NOT benchmark GROUP BY dimension ORDER BY dimension`,
  );
  return rows.map((row) => ({ dimension: row.dimension, n: Number(row.n) }));
}

/** Excludes every question for training that a benchmark holds as well; returns how many were excluded now. */
export async function excludeBenchmarkOverlap(tx: Tx): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE question SET state = 'excluded', state_reason = 'the same question is in a benchmark'
     WHERE NOT benchmark AND state <> 'excluded'
       AND identity IN (SELECT identity FROM question WHERE benchmark) RETURNING id`,
  );
  return rows.length;
}

export async function readImport(tx: Tx, id: string): Promise<ImportReport | undefined> {
  const [row] = await tx.query<{ report: unknown }>('SELECT report FROM corpus_import WHERE id = $1', [id]);
  return row === undefined ? undefined : ImportReport.parse(row.report);
}

/** A page of questions that are not excluded, with their groups. */
export async function screeningPage(
  tx: Tx,
  filter: { benchmark: boolean; after: string | undefined; limit: number },
): Promise<{ question: Question; group: string }[]> {
  const rows = await tx.query<{ body: unknown; group_key: string }>(
    `SELECT body, group_key FROM question WHERE benchmark = $1 AND state <> 'excluded' AND ($2::text IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [filter.benchmark, filter.after ?? null, filter.limit],
  );
  return rows.map((row) => ({ question: Question.parse(row.body), group: row.group_key }));
}

/** Excludes questions with a reason, or moves them into a group. */
export async function updateScreened(
  tx: Tx,
  updates: { id: string; exclude?: string; group?: string }[],
): Promise<void> {
  await tx.query(
    `UPDATE question SET state = CASE WHEN change.exclude IS NULL THEN question.state ELSE 'excluded' END,
       state_reason = coalesce(change.exclude, state_reason), group_key = coalesce(change.group_key, question.group_key)
     FROM jsonb_to_recordset($1::jsonb) AS change (id text, exclude text, group_key text) WHERE question.id = change.id`,
    [
      JSON.stringify(
        updates.map(({ id, exclude, group }) => ({ id, exclude: exclude ?? null, group_key: group ?? null })),
      ),
    ],
  );
}

/** Deletes a question whose instance was erased; nothing else of the corpus may be deleted. */
export async function deleteQuestion(tx: Tx, id: string): Promise<void> {
  await tx.query('DELETE FROM question WHERE id = $1', [id]);
}
