import type { Tx } from '../db/database.ts';
import type { AnsweredPair } from './report.ts';
import { Ablation, TrainedArm } from './schema.ts';

type Row = {
  id: string;
  name: string;
  input: unknown;
  job_id: string | null;
  evaluation_id: string | null;
  created_by: string;
  created_at: Date;
  completed_at: Date | null;
  event_seq: number | null;
};

function toAblation(row: Row): Ablation {
  return Ablation.parse({
    id: row.id,
    name: row.name,
    input: row.input,
    ...(row.job_id === null ? {} : { jobId: row.job_id }),
    ...(row.evaluation_id === null ? {} : { evaluation: row.evaluation_id }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
    ...(row.event_seq === null ? {} : { eventSeq: row.event_seq }),
  });
}

export async function insertAblation(
  tx: Tx,
  one: Pick<Ablation, 'id' | 'name' | 'input' | 'createdBy'> & { at: Date },
): Promise<void> {
  await tx.query('INSERT INTO ablation (id, name, input, created_by, created_at) VALUES ($1, $2, $3, $4, $5)', [
    one.id,
    one.name,
    JSON.stringify(one.input),
    one.createdBy,
    one.at,
  ]);
}

/** An ablation by its id or name. */
export async function readAblation(tx: Tx, idOrName: string): Promise<Ablation | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM ablation WHERE id::text = $1 OR name = $1', [idOrName]);
  return row === undefined ? undefined : toAblation(row);
}

/** The ablation with its row locked until the transaction ends. */
export async function lockAblation(tx: Tx, id: string): Promise<Ablation | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM ablation WHERE id = $1 FOR UPDATE', [id]);
  return row === undefined ? undefined : toAblation(row);
}

/** The latest ablations, newest first. */
export async function listAblations(tx: Tx, limit: number): Promise<Ablation[]> {
  const rows = await tx.query<Row>('SELECT * FROM ablation ORDER BY created_at DESC, name LIMIT $1', [limit]);
  return rows.map(toAblation);
}

/** The ablations of which a model is an arm. */
export async function ablationsOfModel(tx: Tx, digest: string): Promise<Ablation[]> {
  const rows = await tx.query<Row>(
    `SELECT * FROM ablation WHERE id IN (SELECT ablation_id FROM ablation_arm WHERE model_digest = $1)
     ORDER BY created_at, name`,
    [digest],
  );
  return rows.map(toAblation);
}

export async function setJob(tx: Tx, id: string, job: string): Promise<void> {
  await tx.query('UPDATE ablation SET job_id = $2 WHERE id = $1', [id, job]);
}

export async function setEvaluation(tx: Tx, id: string, evaluation: string): Promise<void> {
  await tx.query('UPDATE ablation SET evaluation_id = $2 WHERE id = $1', [id, evaluation]);
}

export async function setCompleted(tx: Tx, id: string, at: Date, eventSeq: number): Promise<void> {
  await tx.query('UPDATE ablation SET completed_at = $2, event_seq = $3 WHERE id = $1', [id, at, eventSeq]);
}

/** Stores a trained arm; one that is stored stays as it is. */
export async function insertArm(tx: Tx, ablation: string, arm: TrainedArm): Promise<void> {
  await tx.query(
    `INSERT INTO ablation_arm (ablation_id, arm, seed, run, model_digest, rows) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [ablation, arm.arm, arm.seed, arm.run, arm.model, arm.rows],
  );
}

export async function readArms(tx: Tx, ablation: string): Promise<TrainedArm[]> {
  const rows = await tx.query(
    `SELECT arm, seed, run, model_digest AS model, rows FROM ablation_arm WHERE ablation_id = $1 ORDER BY seed, arm`,
    [ablation],
  );
  return rows.map((row) => TrainedArm.parse(row));
}

/** Both arms' answers to each question under each seed, as far as both are there. */
export async function answeredPairs(tx: Tx, evaluation: string, seeds: readonly number[]): Promise<AnsweredPair[]> {
  return tx.query<AnsweredPair>(
    `SELECT question_id AS question, asked.set_name AS set, seed,
       full_arm.state = 'answered-correct' AS full, without_arm.state = 'answered-correct' AS without
     FROM unnest($2::int[]) AS drawn (seed)
       JOIN evaluation_answer AS full_arm ON full_arm.evaluation_id = $1 AND full_arm.target = 'full-s' || seed
       JOIN evaluation_answer AS without_arm USING (evaluation_id, question_id, variant)
       JOIN evaluation_question AS asked USING (evaluation_id, question_id)
     WHERE without_arm.target = 'without-s' || seed ORDER BY seed, asked.position`,
    [evaluation, seeds],
  );
}
