import type { Tx } from '../db/database.ts';
import { Overlap } from './schema.ts';
import { line } from './store.ts';

/** Stores what these questions are, once each; returns the ids that the corpus does not hold. */
export async function insertTrainingQuestions(tx: Tx, digest: string, ids: string[]): Promise<string[]> {
  await tx.query(
    `INSERT INTO model_training_question (model_digest, identity)
     SELECT DISTINCT $1, identity FROM question WHERE id = ANY($2) ON CONFLICT DO NOTHING`,
    [digest, ids],
  );
  const unknown = await tx.query<{ id: string }>(
    'SELECT id FROM unnest($1::text[]) AS named (id) WHERE NOT EXISTS (SELECT 1 FROM question WHERE question.id = named.id)',
    [ids],
  );
  return unknown.map((row) => row.id);
}

const lineIdentities = `SELECT DISTINCT identity FROM model_training_question JOIN line ON line.digest = model_digest`;

/** How many distinct questions the model and its line were trained on. */
export async function countTrainingQuestions(tx: Tx, digest: string): Promise<number> {
  const [row] = await tx.query<{ n: string }>(`${line} SELECT count(*) AS n FROM (${lineIdentities}) AS seen`, [
    digest,
  ]);
  return Number(row?.n ?? 0);
}

/** Benchmark questions of the corpus, as it is now, that the model or its line has seen in training; by set. */
export async function readOverlaps(tx: Tx, digest: string): Promise<Overlap[]> {
  const rows = await tx.query<{ set: string; n: string; ids: string[] }>(
    `${line}, seen AS (${lineIdentities})
     SELECT coalesce(set_name, dataset) AS set, count(*) AS n, (array_agg(id ORDER BY id))[1:10] AS ids
     FROM question JOIN seen USING (identity) WHERE benchmark GROUP BY 1 ORDER BY 1`,
    [digest],
  );
  return rows.map((row) => Overlap.parse({ set: row.set, questions: Number(row.n), ids: row.ids }));
}

/** Which of these questions, by id, the model or its line has seen in training, whatever they are called there. */
export async function seenQuestions(tx: Tx, digest: string, ids: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `${line}, seen AS (${lineIdentities})
     SELECT id FROM question JOIN seen USING (identity) WHERE id = ANY($2) ORDER BY id`,
    [digest, ids],
  );
  return rows.map((row) => row.id);
}

export async function countBenchmarkQuestions(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: string }>('SELECT count(*) AS n FROM question WHERE benchmark');
  return Number(row?.n ?? 0);
}

/** Names of the models that were trained on a question, and of all that were trained from those. */
export async function modelsFromQuestion(tx: Tx, questionId: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `WITH RECURSIVE heirs AS (
       SELECT model_digest AS digest FROM model_training_question JOIN question USING (identity) WHERE question.id = $1
       UNION SELECT model.digest FROM model JOIN heirs ON model.base_digest = heirs.digest)
     SELECT name FROM model JOIN heirs USING (digest) ORDER BY registered_at, name`,
    [questionId],
  );
  return rows.map((row) => row.name);
}

/** Distinct benchmark questions that each of these models, with its line, has seen in training; those with none are absent. */
export async function countOverlaps(tx: Tx, digests: string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ digest: string; n: string }>(
    `WITH RECURSIVE line AS (
       SELECT digest AS root, digest, base_digest FROM model WHERE digest = ANY($1)
       UNION ALL SELECT root, model.digest, model.base_digest FROM model JOIN line ON model.digest = line.base_digest)
     SELECT root AS digest, count(DISTINCT id) AS n FROM line
       JOIN model_training_question AS seen ON seen.model_digest = line.digest JOIN question USING (identity)
     WHERE benchmark GROUP BY root`,
    [digests],
  );
  return new Map(rows.map((row) => [row.digest, Number(row.n)]));
}

export type QuestionText = { id: string; set: string; text: string; options: { text: string }[] };

const texts = `id, coalesce(set_name, dataset) AS set, body ->> 'text' AS text, coalesce(body -> 'options', '[]') AS options`;

/** A page of the questions, by id, that the model and its line were trained on and whose texts the corpus still has. */
export async function trainingTexts(
  tx: Tx,
  digest: string,
  after: string | undefined,
  limit: number,
): Promise<QuestionText[]> {
  return tx.query<QuestionText>(
    `${line}, seen AS (${lineIdentities})
     SELECT DISTINCT ON (id) ${texts} FROM question JOIN seen USING (identity)
     WHERE NOT benchmark AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [digest, after ?? null, limit],
  );
}

/** A page of benchmark questions, by id, that the model was not trained on word for word. */
export async function benchmarkTexts(
  tx: Tx,
  digest: string,
  after: string | undefined,
  limit: number,
): Promise<QuestionText[]> {
  return tx.query<QuestionText>(
    `${line}, seen AS (${lineIdentities})
     SELECT ${texts} FROM question WHERE benchmark AND identity NOT IN (SELECT identity FROM seen)
       AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [digest, after ?? null, limit],
  );
}

/** Names the evaluation sets as they are now: their number of questions and the imports these came with. */
export async function benchmarkBasis(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ n: string; imports: string | null }>(
    `SELECT count(*) AS n, md5(string_agg(DISTINCT import_id::text, ',' ORDER BY import_id::text)) AS imports
     FROM question WHERE benchmark`,
  );
  return `${row?.n ?? 0}/${row?.imports ?? ''}`;
}

/** How many questions of the line still have their text. */
export async function countTrainingTexts(tx: Tx, digest: string): Promise<number> {
  const [row] = await tx.query<{ n: string }>(
    `${line}, seen AS (${lineIdentities})
     SELECT count(DISTINCT identity) AS n FROM question JOIN seen USING (identity) WHERE NOT benchmark`,
    [digest],
  );
  return Number(row?.n ?? 0);
}

/** What was found of near-duplicates, by model, with the basis it was found on. */
export async function readNearChecks(
  tx: Tx,
  digests: string[],
): Promise<Map<string, { basis: string; content: unknown }>> {
  const rows = await tx.query<{ digest: string; basis: string; content: unknown }>(
    'SELECT model_digest AS digest, basis, content FROM model_near_check WHERE model_digest = ANY($1)',
    [digests],
  );
  return new Map(rows.map(({ digest, basis, content }) => [digest, { basis, content }]));
}

export async function keepNearCheck(
  tx: Tx,
  digest: string,
  check: { basis: string; content: unknown; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO model_near_check (model_digest, basis, content, checked_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (model_digest) DO UPDATE SET basis = $2, content = $3, checked_at = $4`,
    [digest, check.basis, JSON.stringify(check.content), check.at],
  );
}
