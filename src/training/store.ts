import type { Tx } from '../db/database.ts';
import { type RunResult, type RunState, type StartRun, TrainingRun } from './schema.ts';

type Row = {
  id: string;
  name: string;
  stage: string;
  release: string;
  base: string;
  input: unknown;
  state: string;
  job_id: string | null;
  result: unknown;
  error: string | null;
  created_at: Date;
  finished_at: Date | null;
};

function toRun(row: Row): TrainingRun {
  return TrainingRun.parse({
    id: row.id,
    name: row.name,
    stage: row.stage,
    release: row.release,
    base: row.base,
    input: row.input,
    state: row.state,
    ...(row.job_id === null ? {} : { jobId: row.job_id }),
    ...(row.result === null ? {} : { result: row.result }),
    ...(row.error === null ? {} : { error: row.error }),
    createdAt: row.created_at.toISOString(),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  });
}

export async function insertTrainingRun(
  tx: Tx,
  run: { id: string; input: StartRun; by: string; at: Date },
): Promise<void> {
  const { input } = run;
  await tx.query(
    `INSERT INTO training_run (id, name, stage, release, base, input, state, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'specified', $7, $8)`,
    [run.id, input.name, input.stage, input.release, input.base, JSON.stringify(input), run.by, run.at],
  );
}

/** A run by its id or name. */
export async function readTrainingRun(tx: Tx, idOrName: string): Promise<TrainingRun | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM training_run WHERE id::text = $1 OR name = $1', [idOrName]);
  return row === undefined ? undefined : toRun(row);
}

export async function listTrainingRuns(tx: Tx): Promise<TrainingRun[]> {
  return (await tx.query<Row>('SELECT * FROM training_run ORDER BY created_at, name')).map(toRun);
}

export async function updateTrainingRun(
  tx: Tx,
  id: string,
  change: { state: RunState; jobId?: string; result?: RunResult; error?: string; finishedAt?: Date },
): Promise<void> {
  await tx.query(
    `UPDATE training_run SET state = $2, job_id = coalesce($3, job_id), result = coalesce($4, result), error = $5, finished_at = $6 WHERE id = $1`,
    [
      id,
      change.state,
      change.jobId ?? null,
      change.result === undefined ? null : JSON.stringify(change.result),
      change.error ?? null,
      change.finishedAt ?? null,
    ],
  );
}

/** Stops a run whose job has not begun; one that has ends by its job. */
export async function stopSpecifiedRun(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query(
    `UPDATE training_run SET state = 'stopped', error = 'It was stopped before it began.', finished_at = $2
     WHERE id = $1 AND state = 'specified'`,
    [id, at],
  );
}

export async function updateRunInput(tx: Tx, id: string, input: StartRun): Promise<void> {
  await tx.query('UPDATE training_run SET input = $2 WHERE id = $1', [id, JSON.stringify(input)]);
}

/** Stores the worker's events; those stored before are left alone. Returns how many were new. */
export async function insertTrainingEvents(
  tx: Tx,
  runId: string,
  events: { position: number; type: string; body: unknown }[],
): Promise<number> {
  const inserted = await tx.query(
    `INSERT INTO training_event (run_id, position, type, body)
     SELECT $1::uuid, position, type, body FROM jsonb_to_recordset($2::jsonb) AS row (position int, type text, body jsonb)
     ON CONFLICT DO NOTHING RETURNING position`,
    [runId, JSON.stringify(events)],
  );
  return inserted.length;
}

export async function readTrainingEvents(
  tx: Tx,
  runId: string,
  after: number,
  limit: number,
): Promise<{ position: number; type: string; body: unknown }[]> {
  return tx.query(
    `SELECT position, type, body FROM training_event WHERE run_id = $1 AND position > $2 ORDER BY position LIMIT $3`,
    [runId, after, limit],
  );
}
