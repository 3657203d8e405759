import type { Tx } from '../db/database.ts';
import { type JobKind, JobRun, type Progress } from './schema.ts';

type Row = {
  id: string;
  kind: string;
  state: string;
  input: unknown;
  done: string | number;
  total: string | number | null;
  unit: string;
  message: string;
  result: unknown;
  error: string | null;
  error_code: string | null;
  attempts: number;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
};

function toRun(row: Row): JobRun {
  return JobRun.parse({
    id: row.id,
    kind: row.kind,
    state: row.state,
    input: row.input,
    done: Number(row.done),
    ...(row.total === null ? {} : { total: Number(row.total) }),
    unit: row.unit,
    message: row.message,
    ...(row.result === null ? {} : { result: row.result }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.error_code === null ? {} : { errorCode: row.error_code }),
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    ...(row.started_at === null ? {} : { startedAt: row.started_at.toISOString() }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  });
}

export async function insertRun(
  tx: Tx,
  run: { id: string; kind: JobKind; input: unknown; createdBy: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO job_run (id, kind, state, input, created_by, created_at) VALUES ($1, $2, 'queued', $3, $4, $5)`,
    [run.id, run.kind, JSON.stringify(run.input), run.createdBy, run.at],
  );
}

/** The run with this input that waits or works; one that was asked to stop does not count. */
export async function findUnfinishedRun(tx: Tx, kind: JobKind, input: unknown): Promise<string | undefined> {
  // Two callers at the same moment take their turn here.
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`job:${kind}`]);
  const [row] = await tx.query<{ id: string }>(
    `SELECT id FROM job_run WHERE kind = $1 AND state IN ('queued', 'running') AND NOT stop_requested AND input = $2::jsonb
     ORDER BY created_at LIMIT 1`,
    [kind, JSON.stringify(input)],
  );
  return row?.id;
}

export async function readRun(tx: Tx, id: string): Promise<JobRun | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM job_run WHERE id = $1', [id]);
  return row === undefined ? undefined : toRun(row);
}

export async function listRuns(tx: Tx, limit: number): Promise<JobRun[]> {
  return (await tx.query<Row>('SELECT * FROM job_run ORDER BY created_at DESC LIMIT $1', [limit])).map(toRun);
}

/** Takes a run that is queued, or that a dead worker left running; undefined when somebody else has it or it is over. */
export async function claimRun(tx: Tx, id: string, at: Date, staleBefore: Date): Promise<JobRun | undefined> {
  const [row] = await tx.query<Row>(
    `UPDATE job_run SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, $2), heartbeat_at = $2
     WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND heartbeat_at < $3)) RETURNING *`,
    [id, at, staleBefore],
  );
  return row === undefined ? undefined : toRun(row);
}

/** Stores progress and a heartbeat; tells whether somebody asked the run to stop. */
export async function beat(tx: Tx, id: string, at: Date, progress?: Progress): Promise<{ stopRequested: boolean }> {
  const [row] = await tx.query<{ stop_requested: boolean }>(
    progress === undefined
      ? 'UPDATE job_run SET heartbeat_at = $2 WHERE id = $1 RETURNING stop_requested'
      : `UPDATE job_run SET heartbeat_at = $2, done = $3, total = $4, unit = $5, message = $6 WHERE id = $1 RETURNING stop_requested`,
    progress === undefined
      ? [id, at]
      : [id, at, progress.done, progress.total ?? null, progress.unit, progress.message ?? ''],
  );
  return { stopRequested: row?.stop_requested ?? true };
}

export async function finishRun(
  tx: Tx,
  id: string,
  end: { state: 'done' | 'failed' | 'stopped'; result?: unknown; error?: string; errorCode?: string; at: Date },
): Promise<void> {
  await tx.query(
    'UPDATE job_run SET state = $2, result = $3, error = $4, error_code = $5, finished_at = $6 WHERE id = $1',
    [
      id,
      end.state,
      end.result === undefined ? null : JSON.stringify(end.result),
      end.error ?? null,
      end.errorCode ?? null,
      end.at,
    ],
  );
}

/** Makes an unfinished run one that waits again; false when it was not running. */
export async function releaseRun(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE job_run SET state = 'queued', heartbeat_at = NULL WHERE id = $1 AND state = 'running' RETURNING id`,
    [id],
  );
  return rows.length > 0;
}

export async function requestStop(tx: Tx, id: string): Promise<void> {
  await tx.query(`UPDATE job_run SET stop_requested = true WHERE id = $1`, [id]);
}

/** Runs that the owner of an embedded database finds unfinished at start: their worker is dead. */
export async function reopenOrphans(tx: Tx): Promise<{ id: string; kind: JobKind }[]> {
  return tx.query<{ id: string; kind: JobKind }>(
    `UPDATE job_run SET state = 'queued' WHERE state IN ('running', 'queued') RETURNING id, kind`,
  );
}
