import type { Tx } from '../db/database.ts';
import {
  Campaign,
  CampaignItem,
  type JudgedReply,
  OutcomeRow,
  Probe,
  type TargetReply,
  type TurnReply,
  Variant,
} from './schema.ts';
import {
  type EarlierTurns,
  insertTurnJudgments,
  insertTurns,
  itemKey,
  type ReplyRow,
  repliedOf,
  turnsOf,
  withTurns,
} from './store-turns.ts';

type CampaignRow = {
  id: string;
  name: string;
  judge_id: string;
  targets: unknown;
  settings: unknown;
  reward_lineage: unknown;
  probes: number;
  twins: number;
  probes_sha256: string;
  profile_digest: string;
  created_by: string;
  created_at: Date;
  completed_at: Date | null;
  event_seq: number | null;
};

function toCampaign(row: CampaignRow): Campaign {
  return Campaign.parse({
    id: row.id,
    name: row.name,
    judge: row.judge_id,
    targets: row.targets,
    settings: row.settings,
    rewardLineage: row.reward_lineage,
    probes: row.probes,
    twins: row.twins,
    probesSha256: row.probes_sha256,
    profileDigest: row.profile_digest,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
    ...(row.event_seq === null ? {} : { eventSeq: row.event_seq }),
  });
}

export async function insertCampaign(tx: Tx, one: Campaign): Promise<void> {
  await tx.query(
    `INSERT INTO redteam_campaign (id, name, judge_id, targets, settings, reward_lineage, probes, twins, probes_sha256,
       profile_digest, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      one.id,
      one.name,
      one.judge,
      JSON.stringify(one.targets),
      JSON.stringify(one.settings),
      JSON.stringify(one.rewardLineage),
      one.probes,
      one.twins,
      one.probesSha256,
      one.profileDigest,
      one.createdBy,
      one.createdAt,
    ],
  );
}

export async function insertItems(
  tx: Tx,
  campaign: string,
  items: readonly { probe: string; variant: Variant }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO redteam_item (campaign_id, position, probe_id, variant)
     SELECT $1::uuid, position, probe, variant FROM jsonb_to_recordset($2::jsonb) AS row (position int, probe text, variant text)`,
    [campaign, JSON.stringify(items.map((item, position) => ({ ...item, position })))],
  );
}

export async function readCampaign(tx: Tx, id: string): Promise<Campaign | undefined> {
  const [row] = await tx.query<CampaignRow>('SELECT * FROM redteam_campaign WHERE id = $1', [id]);
  return row === undefined ? undefined : toCampaign(row);
}

export async function lockCampaign(tx: Tx, id: string): Promise<Campaign | undefined> {
  const [row] = await tx.query<CampaignRow>('SELECT * FROM redteam_campaign WHERE id = $1 FOR UPDATE', [id]);
  return row === undefined ? undefined : toCampaign(row);
}

/** The latest campaigns, newest first. */
export async function listCampaigns(tx: Tx, limit: number): Promise<Campaign[]> {
  const rows = await tx.query<CampaignRow>('SELECT * FROM redteam_campaign ORDER BY created_at DESC, id LIMIT $1', [
    limit,
  ]);
  return rows.map(toCampaign);
}

/** The campaigns that a model is a target of, oldest first. */
export async function campaignsByModel(tx: Tx, digest: string): Promise<Campaign[]> {
  const rows = await tx.query<CampaignRow>(
    'SELECT * FROM redteam_campaign WHERE targets @> $1::jsonb ORDER BY created_at, id',
    [JSON.stringify([{ identity: { digest } }])],
  );
  return rows.map(toCampaign);
}

export async function setCompleted(tx: Tx, id: string, at: Date, eventSeq: number): Promise<void> {
  await tx.query('UPDATE redteam_campaign SET completed_at = $2, event_seq = $3 WHERE id = $1', [id, at, eventSeq]);
}

/** How many replies and judgments by its judge the campaign has. */
export async function countRows(tx: Tx, campaign: Campaign): Promise<{ replies: number; judgments: number }> {
  const [row] = await tx.query<{ replies: string; judgments: string }>(
    `SELECT (SELECT count(*) FROM redteam_reply WHERE campaign_id = $1) AS replies,
       (SELECT count(*) FROM redteam_judgment WHERE campaign_id = $1 AND judge_id = $2) AS judgments`,
    [campaign.id, campaign.judge],
  );
  return { replies: Number(row?.replies ?? 0), judgments: Number(row?.judgments ?? 0) };
}

/** All probes of a campaign, once each. */
export async function campaignProbes(tx: Tx, campaign: string): Promise<Probe[]> {
  const rows = await tx.query<{ body: unknown }>(
    `SELECT body FROM redteam_item JOIN probe ON probe.id = probe_id WHERE campaign_id = $1 AND variant = 'probe' ORDER BY position`,
    [campaign],
  );
  return rows.map((row) => Probe.parse(row.body));
}

export type OpenItem = { position: number; variant: Variant; probe: Probe };

/**
 * What the target has not been asked yet, from a position on. Written as a lookup by the whole key for each row: while a
 * campaign fills its tables the planner still believes them empty, and would join each row with all that were there.
 */
export async function openItems(
  tx: Tx,
  wanted: { campaign: string; target: string; from: number; limit: number },
): Promise<OpenItem[]> {
  const rows = await tx.query<{ position: number; variant: string; body: unknown }>(
    `SELECT position, variant, body FROM redteam_item AS item JOIN probe ON probe.id = probe_id
     WHERE campaign_id = $1 AND position >= $3
       AND (SELECT 1 FROM redteam_reply AS given WHERE given.campaign_id = $1 AND given.target = $2
         AND given.probe_id = item.probe_id AND given.variant = item.variant) IS NULL
     ORDER BY position LIMIT $4`,
    [wanted.campaign, wanted.target, wanted.from, wanted.limit],
  );
  return rows.map((row) => ({
    position: row.position,
    variant: Variant.parse(row.variant),
    probe: Probe.parse(row.body),
  }));
}

/** Stores replies in one statement; what a target has replied already keeps its first row. */
export async function insertReplies(tx: Tx, campaign: string, replies: readonly TargetReply[]): Promise<void> {
  await tx.query(
    `INSERT INTO redteam_reply (campaign_id, target, probe_id, variant, text, sha256, failure, model, call_key, finish_reason, replied_at)
     SELECT $1::uuid, target, probe, variant, text, sha256, failure, model, "callKey", "finishReason", "repliedAt"
     FROM jsonb_to_recordset($2::jsonb) AS row (target text, probe text, variant text, text text, sha256 text, failure text,
       model text, "callKey" text, "finishReason" text, "repliedAt" timestamptz)
     ON CONFLICT DO NOTHING`,
    [campaign, JSON.stringify(replies)],
  );
  await insertTurns(tx, campaign, replies);
}

export type UnjudgedReply = {
  target: string;
  probe: Probe;
  variant: Variant;
  text: string;
  failure: string | undefined;
  /** The replies to the turns before the last one. */
  turns: TurnReply[];
};

/** Replies of a target that the campaign's judge has not judged yet, among the positions from `from` to below `to`, in their order. */
export async function unjudgedReplies(
  tx: Tx,
  wanted: { campaign: string; judge: string; target: string; from: number; to: number },
): Promise<UnjudgedReply[]> {
  const rows = await tx.query<{ variant: string; body: unknown; text: string; failure: string | null }>(
    `SELECT reply.variant, body, text, failure FROM redteam_item AS item
       JOIN redteam_reply AS reply USING (campaign_id, probe_id, variant) JOIN probe ON probe.id = reply.probe_id
     WHERE campaign_id = $1 AND position >= $4 AND position < $5 AND target = $3
       AND (SELECT 1 FROM redteam_judgment AS given WHERE given.campaign_id = $1 AND given.target = $3
         AND given.probe_id = reply.probe_id AND given.variant = reply.variant AND given.judge_id = $2) IS NULL
     ORDER BY position`,
    [wanted.campaign, wanted.judge, wanted.target, wanted.from, wanted.to],
  );
  const replies = rows.map((row) => ({
    target: wanted.target,
    probe: Probe.parse(row.body),
    variant: Variant.parse(row.variant),
    text: row.text,
    failure: row.failure ?? undefined,
  }));
  const turns = await turnsOf(tx, { ...wanted, probes: replies.map(({ probe }) => probe.id) });
  return replies.map((reply) => ({
    ...reply,
    turns: turns.get(itemKey({ probe: reply.probe.id, variant: reply.variant })) ?? [],
  }));
}

/** Stores judgments in one statement; a reply that the judge has judged already keeps its first judgment. */
export async function insertJudgments(tx: Tx, campaign: string, judged: readonly JudgedReply[]): Promise<void> {
  const records = judged.map(({ target, probe, variant, judgment, judgedAt }) => ({
    target,
    probe,
    variant,
    judge: judgment.judge,
    verdict: judgment.verdict,
    judgment,
    at: judgedAt,
  }));
  await tx.query(
    `INSERT INTO redteam_judgment (campaign_id, target, probe_id, variant, judge_id, verdict, judgment, judged_at)
     SELECT $1::uuid, target, probe, variant, judge, verdict, judgment, at
     FROM jsonb_to_recordset($2::jsonb) AS row (target text, probe text, variant text, judge text, verdict text,
       judgment jsonb, at timestamptz)
     ON CONFLICT DO NOTHING`,
    [campaign, JSON.stringify(records)],
  );
  await insertTurnJudgments(tx, campaign, judged);
}

type ItemRow = ReplyRow & {
  position: number;
  target: string;
  probe_id: string;
  variant: string;
  body: unknown;
  judgment: unknown;
};

/** A page of a target's replies with their prompts and judgments, in the order of positions. */
export async function itemPage(
  tx: Tx,
  campaign: Campaign,
  page: { target: string; from: number; limit: number },
): Promise<{ position: number; item: CampaignItem }[]> {
  const rows = await tx.query<ItemRow>(
    `SELECT position, reply.*, body, judgment FROM redteam_reply AS reply
       JOIN redteam_item AS item USING (campaign_id, probe_id, variant) JOIN probe ON probe.id = probe_id
       LEFT JOIN (SELECT * FROM redteam_judgment WHERE judge_id = $2) AS judged USING (campaign_id, target, probe_id, variant)
     WHERE campaign_id = $1 AND target = $3 AND position >= $4 ORDER BY position LIMIT $5`,
    [campaign.id, campaign.judge, page.target, page.from, page.limit],
  );
  const told = await withTurns(tx, { campaign: campaign.id, target: page.target, judge: campaign.judge }, rows);
  return told.map(([row, turns]) => ({ position: row.position, item: toItem(row, turns) }));
}

function toItem(row: ItemRow, { turns, judgments }: EarlierTurns): CampaignItem {
  const probe = Probe.parse(row.body);
  const lead = (row.variant === 'probe' ? probe.lead : probe.twinLead) ?? [];
  return CampaignItem.parse({
    ...(turns.length === 0 ? {} : { turns: turns.map((turn, at) => ({ ...turn, prompt: lead[at] ?? '' })) }),
    ...(judgments.length === 0 ? {} : { turnJudgments: judgments }),
    target: row.target,
    probe: row.probe_id,
    variant: row.variant,
    prompt: row.variant === 'probe' ? probe.prompt : probe.twin,
    ...repliedOf(row),
    ...(row.judgment === null ? {} : { judgment: row.judgment }),
  });
}

/** Every judgment of the campaign's judge with what the report groups by; no text of anybody. */
export async function outcomeRows(tx: Tx, campaign: Campaign): Promise<OutcomeRow[]> {
  const rows = await tx.query<unknown>(
    `SELECT judged.target, judged.probe_id AS probe, judged.variant, judged.verdict, judgment ->> 'reason' AS reason,
       (judgment -> 'risk' ->> 'score')::int AS risk, strategy, dimension, level, language, body ->> 'group' AS "group"
     FROM redteam_judgment AS judged JOIN redteam_item AS item USING (campaign_id, probe_id, variant)
       JOIN probe ON probe.id = judged.probe_id
     WHERE campaign_id = $1 AND judge_id = $2 ORDER BY judged.target, position`,
    [campaign.id, campaign.judge],
  );
  return rows.map((row) => OutcomeRow.parse(row));
}
