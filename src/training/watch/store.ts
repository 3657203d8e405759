import type { Tx } from '../../db/database.ts';
import type { Judged, StepRow } from './series.ts';

export type LoggedStep = { step: number; total: number; seconds: number; metrics: StepRow['log'] };

// A step that was trained twice (an interrupted run went on from a checkpoint) counts as it was trained last. Lines
// without a loss are the trainer's own measurements on held-out data, not steps.
const steps = `SELECT DISTINCT ON ((body ->> 'step')::int) (body ->> 'step')::int AS step,
    (body ->> 'total')::int AS total, (body ->> 'seconds')::double precision AS seconds, body -> 'metrics' AS metrics
  FROM training_event WHERE run_id = $1 AND type = 'log' AND jsonb_exists(body -> 'metrics', 'loss')`;

/** The steps that were logged after one, in order. */
export async function readSteps(tx: Tx, runId: string, after: number): Promise<LoggedStep[]> {
  return tx.query(`${steps} AND (body ->> 'step')::int > $2 ORDER BY (body ->> 'step')::int, position DESC`, [
    runId,
    after,
  ]);
}

/** The first logged steps, in order. */
export async function readFirstSteps(tx: Tx, runId: string, count: number): Promise<LoggedStep[]> {
  return tx.query(`${steps} ORDER BY (body ->> 'step')::int, position DESC LIMIT $2`, [runId, count]);
}

/** The last logged steps up to one, in order. */
export async function readLastSteps(tx: Tx, runId: string, upTo: number, count: number): Promise<LoggedStep[]> {
  const rows = await tx.query<LoggedStep>(
    `${steps} AND (body ->> 'step')::int <= $2 ORDER BY (body ->> 'step')::int DESC, position DESC LIMIT $3`,
    [runId, upTo, count],
  );
  return rows.reverse();
}

/** The last step that was logged, or whose completions were judged; 0 where nothing was yet. */
export async function readLastStep(tx: Tx, runId: string): Promise<number> {
  const [row] = await tx.query<{ last: number | null }>(
    `SELECT greatest(
       (SELECT max((body ->> 'step')::int) FROM training_event WHERE run_id = $1 AND type = 'log'),
       (SELECT max(step) + 1 FROM reward_judgment WHERE run_id = $1)) AS last`,
    [runId],
  );
  return row?.last ?? 0;
}

type Sums = Record<
  | 'samples'
  | 'scored'
  | 'sum'
  | 'held_n'
  | 'held_sum'
  | 'both_n'
  | 'both_x'
  | 'both_y'
  | 'both_xx'
  | 'both_yy'
  | 'both_xy'
  | 'length_x'
  | 'length_xx'
  | 'length_xy'
  | 'score_xx'
  | 'formed'
  | 'form_known'
  | 'harmful_refused'
  | 'harmful_known'
  | 'benign_refused'
  | 'benign_known',
  number
> &
  Record<'low' | 'high' | 'held_low' | 'held_high', number | null> & { step: number };

/**
 * What the judgments of each step in a range add up to, by the step that they were made for: engines ask for rewards
 * before they take the step, so that judgments under n belong to the step that is logged as n + 1.
 */
export async function readJudged(
  tx: Tx,
  runId: string,
  range: { after: number; upTo: number },
): Promise<Map<number, Judged>> {
  const rows = await tx.query<Sums>(
    `SELECT step + 1 AS step, count(*)::int AS samples, count(x)::int AS scored, coalesce(sum(x), 0) AS sum,
       min(x) AS low, max(x) AS high, count(y)::int AS held_n, coalesce(sum(y), 0) AS held_sum,
       min(y) AS held_low, max(y) AS held_high,
       (count(*) FILTER (WHERE x + y IS NOT NULL))::int AS both_n,
       coalesce(sum(x) FILTER (WHERE y IS NOT NULL), 0) AS both_x, coalesce(sum(y) FILTER (WHERE x IS NOT NULL), 0) AS both_y,
       coalesce(sum(x * x) FILTER (WHERE y IS NOT NULL), 0) AS both_xx,
       coalesce(sum(y * y) FILTER (WHERE x IS NOT NULL), 0) AS both_yy, coalesce(sum(x * y), 0) AS both_xy,
       coalesce(sum(size) FILTER (WHERE x IS NOT NULL), 0)::double precision AS length_x,
       coalesce(sum(size * size) FILTER (WHERE x IS NOT NULL), 0)::double precision AS length_xx,
       coalesce(sum(size * x), 0) AS length_xy, coalesce(sum(x * x), 0) AS score_xx,
       (count(*) FILTER (WHERE formed))::int AS formed, count(formed)::int AS form_known,
       (count(*) FILTER (WHERE refused AND kind = 'harmful'))::int AS harmful_refused,
       (count(refused) FILTER (WHERE kind = 'harmful'))::int AS harmful_known,
       (count(*) FILTER (WHERE refused AND kind = 'benign'))::int AS benign_refused,
       (count(refused) FILTER (WHERE kind = 'benign'))::int AS benign_known
     FROM (
       SELECT r.step, r.kind, r.score AS x, h.score AS y, length(r.completion)::double precision AS size,
         coalesce(r.refused, h.refused) AS refused, coalesce(r.well_formed, h.well_formed) AS formed
       FROM reward_judgment r
       LEFT JOIN reward_judgment h ON h.run_id = r.run_id AND h.sample_id = r.sample_id AND h.role = 'held-out'
       WHERE r.run_id = $1 AND r.role = 'reward' AND r.step >= $2 AND r.step < $3
     ) AS judged GROUP BY step ORDER BY step`,
    [runId, range.after, range.upTo],
  );
  return new Map(rows.map((row) => [row.step, toJudged(row)]));
}

function toJudged(row: Sums): Judged {
  return {
    samples: row.samples,
    reward: { n: row.scored, sum: row.sum, min: row.low, max: row.high },
    heldOut: { n: row.held_n, sum: row.held_sum, min: row.held_low, max: row.held_high },
    both: { n: row.both_n, x: row.both_x, y: row.both_y, xx: row.both_xx, yy: row.both_yy, xy: row.both_xy },
    length: {
      n: row.scored,
      x: row.length_x,
      y: row.sum,
      xx: row.length_xx,
      yy: row.score_xx,
      xy: row.length_xy,
    },
    format: { k: row.formed, n: row.form_known },
    harmful: { k: row.harmful_refused, n: row.harmful_known },
    benign: { k: row.benign_refused, n: row.benign_known },
  };
}
