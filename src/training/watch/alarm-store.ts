import type { Tx } from '../../db/database.ts';
import { Alarm } from './schema.ts';

type Row = {
  rule: string;
  step: number;
  metric: string;
  value: number;
  limit_value: number;
  window_steps: number;
  action: string;
  raised_at: Date;
  acknowledged_by: string | null;
  acknowledged_at: Date | null;
  reason: string | null;
};

function toAlarm(row: Row): Alarm {
  const { acknowledged_by: by, acknowledged_at: at, reason } = row;
  return Alarm.parse({
    rule: row.rule,
    step: row.step,
    metric: row.metric,
    value: row.value,
    limit: row.limit_value,
    window: row.window_steps,
    action: row.action,
    raisedAt: row.raised_at.toISOString(),
    ...(at === null ? {} : { acknowledged: { by, at: at.toISOString(), reason } }),
  });
}

/** Records an alarm; false where the same rule has raised one at the same step before. */
export async function insertAlarm(
  tx: Tx,
  runId: string,
  alarm: Omit<Alarm, 'acknowledged' | 'raisedAt'>,
  at: Date,
): Promise<boolean> {
  const inserted = await tx.query(
    `INSERT INTO training_alarm (run_id, rule, step, metric, value, limit_value, window_steps, action, raised_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING step`,
    [runId, alarm.rule, alarm.step, alarm.metric, alarm.value, alarm.limit, alarm.window, alarm.action, at],
  );
  return inserted.length > 0;
}

/** A run's alarms in the order of their steps. */
export async function readAlarms(tx: Tx, runId: string): Promise<Alarm[]> {
  const rows = await tx.query<Row>(
    `SELECT a.*, k.acknowledged_by, k.acknowledged_at, k.reason FROM training_alarm a
     LEFT JOIN training_alarm_acknowledgement k USING (run_id, rule, step)
     WHERE a.run_id = $1 ORDER BY a.step, a.raised_at, a.rule`,
    [runId],
  );
  return rows.map(toAlarm);
}

export async function insertAcknowledgements(
  tx: Tx,
  runId: string,
  alarms: readonly Alarm[],
  made: { by: string; at: Date; reason: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO training_alarm_acknowledgement (run_id, rule, step, reason, acknowledged_by, acknowledged_at)
     SELECT $1::uuid, rule, step, $3, $4, $5::timestamptz FROM jsonb_to_recordset($2::jsonb) AS row (rule text, step int)`,
    [runId, JSON.stringify(alarms.map(({ rule, step }) => ({ rule, step }))), made.reason, made.by, made.at],
  );
}

export type AlarmCounts = { warn: number; stop: number; unacknowledged: number };

/** How many alarms each run has raised, by the run's id. */
export async function countAlarms(tx: Tx): Promise<Map<string, AlarmCounts>> {
  const rows = await tx.query<AlarmCounts & { run_id: string }>(
    `SELECT a.run_id, (count(*) FILTER (WHERE action = 'warn'))::int AS warn,
       (count(*) FILTER (WHERE action = 'stop'))::int AS stop,
       (count(*) FILTER (WHERE action = 'stop' AND k.step IS NULL))::int AS unacknowledged
     FROM training_alarm a LEFT JOIN training_alarm_acknowledgement k USING (run_id, rule, step) GROUP BY a.run_id`,
  );
  return new Map(rows.map(({ run_id, ...counts }) => [run_id, counts]));
}
