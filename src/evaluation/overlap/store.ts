import { Question } from '../../corpus/schema.ts';
import type { Tx } from '../../db/database.ts';
import { OverlapKind } from '../report-schema.ts';

/** A question of the evaluation that another question of the workspace overlaps. */
export type Overlap = { question: string; other: string; kind: OverlapKind; similarity: number; releases: string[] };

/** How many questions for training the corpus holds, excluded ones among them; undefined until the evaluation was checked. */
export async function readOverlapCheck(tx: Tx, id: string): Promise<number | undefined> {
  const [row] = await tx.query<{ compared: number }>(
    'SELECT compared FROM evaluation_overlap_check WHERE evaluation_id = $1',
    [id],
  );
  return row?.compared;
}

/** Stores what was found together with the fact that it was sought. */
export async function insertOverlaps(
  tx: Tx,
  id: string,
  check: { compared: number; at: Date; overlaps: Overlap[] },
): Promise<void> {
  await tx.query(
    'INSERT INTO evaluation_overlap_check (evaluation_id, compared, checked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [id, check.compared, check.at],
  );
  await tx.query(
    `INSERT INTO evaluation_overlap (evaluation_id, question_id, kind, other_id, similarity, releases)
     SELECT $1, question, kind, other, similarity, releases
     FROM jsonb_to_recordset($2::jsonb) AS row (question text, kind text, other text, similarity float8, releases jsonb)
     ON CONFLICT DO NOTHING`,
    [id, JSON.stringify(check.overlaps)],
  );
}

/** How many questions of each set overlap, by kind, and how many of those are in a frozen release. */
export async function countOverlaps(
  tx: Tx,
  id: string,
): Promise<{ set: string; kind: OverlapKind; questions: number; released: number }[]> {
  const rows = await tx.query<{ set: string; kind: string; n: string; released: string }>(
    `SELECT set_name AS set, kind, count(*) AS n, count(*) FILTER (WHERE jsonb_array_length(releases) > 0) AS released
     FROM evaluation_overlap JOIN evaluation_question USING (evaluation_id, question_id)
     WHERE evaluation_id = $1 GROUP BY 1, 2 ORDER BY 1, 2`,
    [id],
  );
  return rows.map((row) => ({
    set: row.set,
    kind: OverlapKind.parse(row.kind),
    questions: Number(row.n),
    released: Number(row.released),
  }));
}

/** Ids of questions in the corpus that are not of a benchmark. */
export async function countTrainingQuestions(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: string }>('SELECT count(*) AS n FROM question WHERE NOT benchmark');
  return Number(row?.n ?? 0);
}

type PairRow = { question: unknown; other: unknown };

/** Pairs of one identity, and pairs that their sources declare to be translations: the same group in two languages. */
export async function declaredPairs(
  tx: Tx,
  id: string,
  which: 'same' | 'translated',
): Promise<{ question: Question; other: Question }[]> {
  const joined =
    which === 'same'
      ? 'other.identity = asked.identity'
      : `other.body ->> 'group' = asked.body ->> 'group' AND other.language <> asked.language`;
  const rows = await tx.query<PairRow>(
    `SELECT asked.body AS question, other.body AS other
     FROM evaluation_question JOIN question AS asked ON asked.id = question_id
       JOIN question AS other ON ${joined}
     WHERE evaluation_id = $1 AND NOT other.benchmark ORDER BY asked.id, other.id`,
    [id],
  );
  return rows.map((row) => ({ question: Question.parse(row.question), other: Question.parse(row.other) }));
}

/** A page of questions by id: those that the evaluation asks, or those for training. */
export async function textPage(
  tx: Tx,
  which: { evaluation: string } | 'training',
  after: string | undefined,
  limit: number,
): Promise<Question[]> {
  const from =
    which === 'training'
      ? `question WHERE NOT benchmark AND ($1::text IS NULL)`
      : 'question WHERE id IN (SELECT question_id FROM evaluation_question WHERE evaluation_id = $1::uuid)';
  const rows = await tx.query<{ body: unknown }>(
    `SELECT body FROM ${from} AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [which === 'training' ? null : which.evaluation, after ?? null, limit],
  );
  return rows.map((row) => Question.parse(row.body));
}

/** Questions by their ids. */
export async function questionsById(tx: Tx, ids: string[]): Promise<Question[]> {
  const rows = await tx.query<{ body: unknown }>('SELECT body FROM question WHERE id = ANY($1::text[])', [ids]);
  return rows.map((row) => Question.parse(row.body));
}
