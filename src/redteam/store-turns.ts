import type { Tx } from '../db/database.ts';
import { type JudgedReply, type TargetReply, TurnJudgment, TurnReply } from './schema.ts';

/** Stores the turns before the last one of conversations; what is stored keeps its row. */
export async function insertTurns(tx: Tx, campaign: string, replies: readonly TargetReply[]): Promise<void> {
  const rows = replies.flatMap(({ target, probe, variant, turns = [] }) =>
    turns.map((turn) => ({ target, probe, variant, ...turn })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO redteam_turn (campaign_id, target, probe_id, variant, turn, text, sha256, failure, model, call_key, finish_reason, replied_at)
     SELECT $1::uuid, target, probe, variant, turn, text, sha256, failure, model, "callKey", "finishReason", "repliedAt"
     FROM jsonb_to_recordset($2::jsonb) AS row (target text, probe text, variant text, turn int, text text, sha256 text,
       failure text, model text, "callKey" text, "finishReason" text, "repliedAt" timestamptz)
     ON CONFLICT DO NOTHING`,
    [campaign, JSON.stringify(rows)],
  );
}

/** Stores the judgments of turns; a turn that the judge has judged already keeps its first judgment. */
export async function insertTurnJudgments(tx: Tx, campaign: string, judged: readonly JudgedReply[]): Promise<void> {
  const rows = judged.flatMap(({ target, probe, variant, judgedAt, turns = [] }) =>
    turns.map(({ turn, judgment }) => ({
      target,
      probe,
      variant,
      turn,
      judge: judgment.judge,
      verdict: judgment.verdict,
      judgment,
      at: judgedAt,
    })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO redteam_turn_judgment (campaign_id, target, probe_id, variant, turn, judge_id, verdict, judgment, judged_at)
     SELECT $1::uuid, target, probe, variant, turn, judge, verdict, judgment, at
     FROM jsonb_to_recordset($2::jsonb) AS row (target text, probe text, variant text, turn int, judge text, verdict text,
       judgment jsonb, at timestamptz)
     ON CONFLICT DO NOTHING`,
    [campaign, JSON.stringify(rows)],
  );
}

/** Names one thing asked within a campaign's target. */
export function itemKey({ probe, variant }: { probe: string; variant: string }): string {
  return `${variant}\n${probe}`;
}

/** The columns of a reply. */
export type ReplyRow = {
  text: string;
  sha256: string;
  failure: string | null;
  model: string;
  call_key: string | null;
  finish_reason: string;
  replied_at: Date;
};

/** What was replied, by the names of its schema. */
export function repliedOf(row: ReplyRow): Omit<TurnReply, 'turn'> {
  return {
    text: row.text,
    sha256: row.sha256,
    ...(row.failure === null ? {} : { failure: row.failure }),
    model: row.model,
    ...(row.call_key === null ? {} : { callKey: row.call_key }),
    finishReason: row.finish_reason,
    repliedAt: row.replied_at.toISOString(),
  };
}

type TurnRow = ReplyRow & { probe_id: string; variant: string; turn: number };

/** The earlier turns of a target's conversations about these probes, by `itemKey`, in their order. */
export async function turnsOf(
  tx: Tx,
  wanted: { campaign: string; target: string; probes: readonly string[] },
): Promise<Map<string, TurnReply[]>> {
  const rows = await tx.query<TurnRow>(
    `SELECT * FROM redteam_turn WHERE campaign_id = $1 AND target = $2 AND probe_id = ANY($3) ORDER BY probe_id, variant, turn`,
    [wanted.campaign, wanted.target, wanted.probes],
  );
  return groupedItems(rows, (row) => TurnReply.parse({ turn: row.turn, ...repliedOf(row) }));
}

/** The judgments of the turns of these conversations, by `itemKey`, in their order. */
async function turnJudgmentsOf(
  tx: Tx,
  wanted: { campaign: string; target: string; judge: string; probes: readonly string[] },
): Promise<Map<string, TurnJudgment[]>> {
  const rows = await tx.query<{ probe_id: string; variant: string; turn: number; judgment: unknown }>(
    `SELECT probe_id, variant, turn, judgment FROM redteam_turn_judgment
     WHERE campaign_id = $1 AND target = $2 AND judge_id = $3 AND probe_id = ANY($4) ORDER BY probe_id, variant, turn`,
    [wanted.campaign, wanted.target, wanted.judge, wanted.probes],
  );
  return groupedItems(rows, ({ turn, judgment }) => TurnJudgment.parse({ turn, judgment }));
}

/** Of one thing asked: the turns before the last one, and the judgments of all turns. Both are empty where it has one turn. */
export type EarlierTurns = { turns: TurnReply[]; judgments: TurnJudgment[] };

/** The rows of a page of a target's items, each with its earlier turns. */
export async function withTurns<Row extends { probe_id: string; variant: string }>(
  tx: Tx,
  of: { campaign: string; target: string; judge: string },
  rows: readonly Row[],
): Promise<[Row, EarlierTurns][]> {
  const wanted = { ...of, probes: rows.map((row) => row.probe_id) };
  const turns = await turnsOf(tx, wanted);
  const judgments = await turnJudgmentsOf(tx, wanted);
  return rows.map((row) => {
    const key = itemKey({ probe: row.probe_id, variant: row.variant });
    return [row, { turns: turns.get(key) ?? [], judgments: judgments.get(key) ?? [] }];
  });
}

function groupedItems<Row extends { probe_id: string; variant: string }, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const key = itemKey({ probe: row.probe_id, variant: row.variant });
    found.set(key, [...(found.get(key) ?? []), read(row)]);
  }
  return found;
}
