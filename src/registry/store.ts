import type { Tx } from '../db/database.ts';
import { Ancestor, Model, Overlap } from './schema.ts';

type Row = {
  digest: string;
  name: string;
  kind: string;
  state: string;
  files: unknown;
  files_verified: boolean;
  base_digest: string | null;
  release: string | null;
  run: string | null;
  endpoint: unknown;
  registered_by: string;
  registered_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  approval_note: string | null;
};

function toModel(row: Row): Model {
  return Model.parse({
    digest: row.digest,
    name: row.name,
    kind: row.kind,
    state: row.state,
    files: row.files,
    filesVerified: row.files_verified,
    ...(row.base_digest === null ? {} : { base: row.base_digest }),
    ...(row.release === null ? {} : { release: row.release }),
    ...(row.run === null ? {} : { run: row.run }),
    endpoint: row.endpoint,
    registeredBy: row.registered_by,
    registeredAt: row.registered_at.toISOString(),
    ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
    ...(row.approved_at === null ? {} : { approvedAt: row.approved_at.toISOString() }),
    ...(row.approval_note === null ? {} : { approvalNote: row.approval_note }),
  });
}

export async function insertModel(tx: Tx, model: Model): Promise<void> {
  await tx.query(
    `INSERT INTO model (digest, name, kind, state, files, files_verified, base_digest, release, run, endpoint,
       registered_by, registered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      model.digest,
      model.name,
      model.kind,
      model.state,
      JSON.stringify(model.files),
      model.filesVerified,
      model.base ?? null,
      model.release ?? null,
      model.run ?? null,
      JSON.stringify(model.endpoint),
      model.registeredBy,
      model.registeredAt,
    ],
  );
}

/** A model by its name or its digest. */
export async function readModel(tx: Tx, nameOrDigest: string): Promise<Model | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM model WHERE digest = $1 OR name = $1', [nameOrDigest]);
  return row === undefined ? undefined : toModel(row);
}

/** The model with its row locked until the transaction ends. */
export async function lockModel(tx: Tx, nameOrDigest: string): Promise<Model | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM model WHERE digest = $1 OR name = $1 FOR UPDATE', [nameOrDigest]);
  return row === undefined ? undefined : toModel(row);
}

/** A page of models by name. */
export async function modelPage(tx: Tx, after: string | undefined, limit: number): Promise<Model[]> {
  const rows = await tx.query<Row>('SELECT * FROM model WHERE ($1::text IS NULL OR name > $1) ORDER BY name LIMIT $2', [
    after ?? null,
    limit,
  ]);
  return rows.map(toModel);
}

export async function setApproved(
  tx: Tx,
  digest: string,
  approval: { by: string; at: Date; note: string | undefined },
): Promise<void> {
  await tx.query(
    `UPDATE model SET state = 'approved', approved_by = $2, approved_at = $3, approval_note = $4 WHERE digest = $1`,
    [digest, approval.by, approval.at, approval.note ?? null],
  );
}

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

const line = `WITH RECURSIVE line AS (
    SELECT digest, base_digest, 0 AS depth FROM model WHERE digest = $1
    UNION ALL SELECT model.digest, model.base_digest, depth + 1 FROM model JOIN line ON model.digest = line.base_digest)`;

/** The models it was trained from, nearest first. A base is registered before what is trained from it, so there is no circle. */
export async function readLineage(tx: Tx, digest: string): Promise<Ancestor[]> {
  const rows = await tx.query<{ digest: string; name: string; release: string | null }>(
    `${line} SELECT model.digest, name, release FROM line JOIN model USING (digest) WHERE depth > 0 ORDER BY depth`,
    [digest],
  );
  return rows.map((row) =>
    Ancestor.parse({ digest: row.digest, name: row.name, ...(row.release === null ? {} : { release: row.release }) }),
  );
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
