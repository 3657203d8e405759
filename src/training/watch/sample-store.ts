import type { Tx } from '../../db/database.ts';
import { Canary, Sample, SampleGroup } from './schema.ts';

/** The prompts of a run, those that were drawn most often first. */
export async function readGroups(tx: Tx, runId: string, limit: number): Promise<SampleGroup[]> {
  const rows = await tx.query(
    `SELECT group_key AS "group", count(DISTINCT step)::int AS times, min(step) + 1 AS first, max(step) + 1 AS last
     FROM reward_judgment WHERE run_id = $1 AND role = 'reward' GROUP BY group_key ORDER BY times DESC, group_key LIMIT $2`,
    [runId, limit],
  );
  return rows.map((row) => SampleGroup.parse(row));
}

/** The steps at which completions to a prompt were judged, in order. */
export async function readGroupSteps(tx: Tx, runId: string, group: string): Promise<number[]> {
  const rows = await tx.query<{ step: number }>(
    `SELECT DISTINCT step + 1 AS step FROM reward_judgment WHERE run_id = $1 AND group_key = $2 AND role = 'reward' ORDER BY 1`,
    [runId, group],
  );
  return rows.map((row) => row.step);
}

type Row = {
  step: number;
  id: string;
  completion: string;
  score: number | null;
  reason: string | null;
  kind: string | null;
  refused: boolean | null;
  well_formed: boolean | null;
  flags: unknown;
  held: boolean;
  held_score: number | null;
};

/** The completions to a prompt at some steps, with what every judge but the canaries' said of them. */
export async function readSamples(
  tx: Tx,
  runId: string,
  group: string,
  steps: readonly number[],
): Promise<{ step: number; sample: Sample }[]> {
  const rows = await tx.query<Row>(
    `SELECT r.step + 1 AS step, r.sample_id AS id, r.completion, r.score, r.reason, r.kind,
       coalesce(r.refused, h.refused) AS refused, coalesce(r.well_formed, h.well_formed) AS well_formed, r.flags,
       h.sample_id IS NOT NULL AS held, h.score AS held_score
     FROM reward_judgment r
     LEFT JOIN reward_judgment h ON h.run_id = r.run_id AND h.sample_id = r.sample_id AND h.role = 'held-out'
     WHERE r.run_id = $1 AND r.group_key = $2 AND r.role = 'reward' AND r.step + 1 = ANY($3)
     ORDER BY r.step, r.score DESC NULLS LAST, r.sample_id LIMIT 256`,
    [runId, group, [...steps]],
  );
  return rows.map((row) => ({ step: row.step, sample: toSample(row) }));
}

function toSample(row: Row): Sample {
  return Sample.parse({
    id: row.id,
    completion: row.completion,
    score: row.score,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.held ? { heldOut: row.held_score } : {}),
    ...(row.kind === null ? {} : { kind: row.kind }),
    ...(row.refused === null ? {} : { refused: row.refused }),
    ...(row.well_formed === null ? {} : { wellFormed: row.well_formed }),
    flags: row.flags,
  });
}

/** How many canaries a run's judges were given, and those that a judge scored above what they are worth. */
export async function readCanaries(tx: Tx, runId: string): Promise<{ judged: number; passed: Canary[] }> {
  const [counted] = await tx.query<{ judged: number }>(
    `SELECT count(*)::int AS judged FROM reward_judgment WHERE run_id = $1 AND role = 'canary'`,
    [runId],
  );
  const rows = await tx.query(
    `SELECT step + 1 AS step, judge, score FROM reward_judgment
     WHERE run_id = $1 AND role = 'canary' AND flags @> '["canary-passed"]' ORDER BY step, sample_id LIMIT 500`,
    [runId],
  );
  return { judged: counted?.judged ?? 0, passed: rows.map((row) => Canary.parse(row)) };
}

export type JudgmentCounts = { reward: number; heldOut: number; canary: number };

/** How many judgments each run has, by the run's id. */
export async function countByRole(tx: Tx): Promise<Map<string, JudgmentCounts>> {
  const rows = await tx.query<{ run_id: string; reward: number; held: number; canary: number }>(
    `SELECT run_id, (count(*) FILTER (WHERE role = 'reward'))::int AS reward,
       (count(*) FILTER (WHERE role = 'held-out'))::int AS held, (count(*) FILTER (WHERE role = 'canary'))::int AS canary
     FROM reward_judgment GROUP BY run_id`,
  );
  return new Map(rows.map(({ run_id, reward, held, canary }) => [run_id, { reward, heldOut: held, canary }]));
}
