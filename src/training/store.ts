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

/** Stores the worker's events from a position on; those stored before are left alone. */
export async function insertTrainingEvents(
  tx: Tx,
  runId: string,
  events: { position: number; type: string; body: unknown }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO training_event (run_id, position, type, body)
     SELECT $1::uuid, position, type, body FROM jsonb_to_recordset($2::jsonb) AS row (position int, type text, body jsonb)
     ON CONFLICT DO NOTHING`,
    [runId, JSON.stringify(events)],
  );
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

export type Judgment = {
  sampleId: string;
  step: number;
  group: string;
  promptSha256: string;
  completion: string;
  score: number | null;
  reason?: string;
  judge: string;
};

export async function readJudgments(tx: Tx, runId: string, sampleIds: string[]): Promise<Map<string, number | null>> {
  const rows = await tx.query<{ sample_id: string; score: number | null }>(
    'SELECT sample_id, score FROM reward_judgment WHERE run_id = $1 AND sample_id = ANY($2)',
    [runId, sampleIds],
  );
  return new Map(rows.map((row) => [row.sample_id, row.score]));
}

export async function insertJudgments(tx: Tx, runId: string, at: Date, judgments: Judgment[]): Promise<void> {
  const records = judgments.map((one) => ({
    sample_id: one.sampleId,
    step: one.step,
    group_key: one.group,
    prompt_sha256: one.promptSha256,
    completion: one.completion,
    score: one.score,
    reason: one.reason ?? null,
    judge: one.judge,
  }));
  await tx.query(
    `INSERT INTO reward_judgment (run_id, sample_id, step, group_key, prompt_sha256, completion, score, reason, judge, judged_at)
     SELECT $1::uuid, sample_id, step, group_key, prompt_sha256, completion, score, reason, judge, $3::timestamptz
     FROM jsonb_to_recordset($2::jsonb) AS row (sample_id text, step int, group_key text, prompt_sha256 text, completion text,
       score double precision, reason text, judge text)
     ON CONFLICT DO NOTHING`,
    [runId, JSON.stringify(records), at],
  );
}

export async function countJudgments(tx: Tx, runId: string): Promise<{ judged: number; unscored: number }> {
  const [row] = await tx.query<{ judged: string; unscored: string }>(
    'SELECT count(*) AS judged, count(*) FILTER (WHERE score IS NULL) AS unscored FROM reward_judgment WHERE run_id = $1',
    [runId],
  );
  return { judged: Number(row?.judged ?? 0), unscored: Number(row?.unscored ?? 0) };
}
