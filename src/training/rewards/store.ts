import { z } from 'zod';
import type { Tx } from '../../db/database.ts';

export const JudgmentRole = z.enum(['reward', 'held-out', 'canary']);
export type JudgmentRole = z.infer<typeof JudgmentRole>;

/** What a judge said of a completion, as it is kept. `sampleId` is the engine's, or one made of it. */
export type Judgment = {
  sampleId: string;
  role: JudgmentRole;
  step: number;
  group: string;
  promptSha256: string;
  completion: string;
  score: number | null;
  reason: string;
  judge: string;
  kind?: string;
  refused?: boolean;
  wellFormed: boolean;
  flags: string[];
  detail: JudgmentDetail;
};

/** Who judged in which version; per member its score and the calls where its raw replies stand. */
export const JudgmentDetail = z.object({
  version: z.string(),
  members: z.array(
    z.object({
      judge: z.string(),
      version: z.string(),
      score: z.number().nullable(),
      reason: z.string(),
      calls: z.array(z.string()),
      evidence: z.object({ quoted: z.int(), found: z.int() }).optional(),
      met: z.record(z.string(), z.boolean()).optional(),
    }),
  ),
  engine: z.string().optional(),
  rank: z.int().optional(),
});
export type JudgmentDetail = z.infer<typeof JudgmentDetail>;

type Row = {
  sample_id: string;
  step: number;
  group_key: string;
  prompt_sha256: string;
  completion: string;
  score: number | null;
  reason: string | null;
  judge: string;
  kind: string | null;
  refused: boolean | null;
  well_formed: boolean | null;
  flags: unknown;
  detail: unknown;
};

/** Judgments that gave a reward, by the ids they are stored under. */
export async function readRewardJudgments(tx: Tx, runId: string, sampleIds: string[]): Promise<Judgment[]> {
  const rows = await tx.query<Row>(
    `SELECT sample_id, step, group_key, prompt_sha256, completion, score, reason, judge, kind, refused, well_formed, flags, detail
     FROM reward_judgment WHERE run_id = $1 AND role = 'reward' AND sample_id = ANY($2)`,
    [runId, sampleIds],
  );
  return rows.map((row) => ({
    sampleId: row.sample_id,
    role: 'reward',
    step: row.step,
    group: row.group_key,
    promptSha256: row.prompt_sha256,
    completion: row.completion,
    score: row.score,
    reason: row.reason ?? '',
    judge: row.judge,
    ...(row.kind === null ? {} : { kind: row.kind }),
    ...(row.refused === null ? {} : { refused: row.refused }),
    wellFormed: row.well_formed ?? true,
    flags: z.array(z.string()).parse(row.flags),
    detail: detailOf(row.detail),
  }));
}

/** Judgments of earlier versions have no detail. */
function detailOf(raw: unknown): JudgmentDetail {
  const parsed = JudgmentDetail.safeParse(raw);
  return parsed.success ? parsed.data : { version: '', members: [] };
}

/** Stores judgments; those that stand there already stay as they are. Returns the ids that are new, with their role. */
export async function insertJudgments(
  tx: Tx,
  runId: string,
  at: Date,
  judgments: readonly Judgment[],
): Promise<{ sampleId: string; role: string }[]> {
  const records = judgments.map((one) => ({
    sample_id: one.sampleId,
    role: one.role,
    step: one.step,
    group_key: one.group,
    prompt_sha256: one.promptSha256,
    completion: one.completion,
    score: one.score,
    reason: one.reason,
    judge: one.judge,
    kind: one.kind ?? null,
    refused: one.refused ?? null,
    well_formed: one.wellFormed,
    flags: one.flags,
    detail: one.detail,
  }));
  const rows = await tx.query<{ sample_id: string; role: string }>(
    `INSERT INTO reward_judgment (run_id, sample_id, role, step, group_key, prompt_sha256, completion, score, reason, judge,
       kind, refused, well_formed, flags, detail, judged_at)
     SELECT $1::uuid, sample_id, role, step, group_key, prompt_sha256, completion, score, reason, judge,
       kind, refused, well_formed, flags, detail, $3::timestamptz
     FROM jsonb_to_recordset($2::jsonb) AS row (sample_id text, role text, step int, group_key text, prompt_sha256 text,
       completion text, score double precision, reason text, judge text, kind text, refused boolean, well_formed boolean,
       flags jsonb, detail jsonb)
     ON CONFLICT DO NOTHING RETURNING sample_id, role`,
    [runId, JSON.stringify(records), at],
  );
  return rows.map((row) => ({ sampleId: row.sample_id, role: row.role }));
}

export type JudgmentCounts = {
  judged: number;
  unscored: number;
  heldOut: number;
  canaries: number;
  canariesPassed: number;
};

/** How many judgments a run has, by role; `canariesPassed` are those that a judge scored above what they are worth. */
export async function countJudgments(tx: Tx, runId: string): Promise<JudgmentCounts> {
  const [row] = await tx.query<Record<string, string>>(
    `SELECT count(*) FILTER (WHERE role = 'reward') AS judged,
            count(*) FILTER (WHERE role = 'reward' AND score IS NULL) AS unscored,
            count(*) FILTER (WHERE role = 'held-out') AS held_out,
            count(*) FILTER (WHERE role = 'canary') AS canaries,
            count(*) FILTER (WHERE role = 'canary' AND flags @> '["canary-passed"]') AS passed
     FROM reward_judgment WHERE run_id = $1`,
    [runId],
  );
  return {
    judged: Number(row?.judged ?? 0),
    unscored: Number(row?.unscored ?? 0),
    heldOut: Number(row?.held_out ?? 0),
    canaries: Number(row?.canaries ?? 0),
    canariesPassed: Number(row?.passed ?? 0),
  };
}

/** The judge's first canary that passed in a run, if there is one. */
export async function firstPassedCanary(
  tx: Tx,
  runId: string,
): Promise<{ sampleId: string; step: number; score: number | null; judge: string } | undefined> {
  const [row] = await tx.query<{ sample_id: string; step: number; score: number | null; judge: string }>(
    `SELECT sample_id, step, score, judge FROM reward_judgment
     WHERE run_id = $1 AND role = 'canary' AND flags @> '["canary-passed"]' ORDER BY judged_at, sample_id LIMIT 1`,
    [runId],
  );
  return row === undefined
    ? undefined
    : { sampleId: row.sample_id, step: row.step, score: row.score, judge: row.judge };
}
