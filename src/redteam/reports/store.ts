import type { Tx } from '../../db/database.ts';
import { type Campaign, Probe } from '../schema.ts';
import { type EarlierTurns, type ReplyRow, repliedOf, withTurns } from '../store-turns.ts';
import { ReportItem } from './formats/item-schema.ts';
import { AskedItem } from './run-comparison-schema.ts';

/** Which items of a campaign are wanted; what is not named is not asked for. */
export type ItemFilter = {
  verdict?: string;
  variant?: string;
  dimension?: string;
  strategy?: string;
  language?: string;
  level?: number;
  probe?: string;
};

/** `text` is null where nothing was replied. */
type Row = Omit<ReplyRow, 'text'> & {
  position: number;
  probe_id: string;
  probe_sha256: string;
  variant: string;
  body: unknown;
  text: string | null;
  judgment: unknown;
  judged_at: Date | null;
};

/** A page of what one target is asked, with reply and judgment where they are there, in the order of positions. */
export async function reportItems(
  tx: Tx,
  campaign: Campaign,
  page: { target: string; from: number; limit: number; filter?: ItemFilter },
): Promise<{ position: number; item: ReportItem }[]> {
  const { verdict, variant, dimension, strategy, language, level, probe } = page.filter ?? {};
  const rows = await tx.query<Row>(
    `SELECT item.position, item.probe_id, probe.sha256 AS probe_sha256, item.variant, body, reply.text, reply.sha256, failure,
       model, call_key, finish_reason, replied_at, judgment, judged_at
     FROM redteam_item AS item JOIN probe ON probe.id = item.probe_id
       LEFT JOIN redteam_reply AS reply ON reply.campaign_id = item.campaign_id AND reply.target = $3
         AND reply.probe_id = item.probe_id AND reply.variant = item.variant
       LEFT JOIN redteam_judgment AS judged ON judged.campaign_id = item.campaign_id AND judged.target = $3
         AND judged.probe_id = item.probe_id AND judged.variant = item.variant AND judged.judge_id = $2
     WHERE item.campaign_id = $1 AND item.position >= $4
       AND ($6::text IS NULL OR coalesce(judged.verdict, 'missing') = $6) AND ($7::text IS NULL OR item.variant = $7)
       AND ($8::text IS NULL OR dimension = $8) AND ($9::text IS NULL OR strategy = $9)
       AND ($10::text IS NULL OR language = $10) AND ($11::int IS NULL OR level = $11)
       AND ($12::text IS NULL OR item.probe_id = $12)
     ORDER BY item.position LIMIT $5`,
    [
      campaign.id,
      campaign.judge,
      page.target,
      page.from,
      page.limit,
      ...[verdict, variant, dimension, strategy, language, level, probe].map((one) => one ?? null),
    ],
  );
  const told = await withTurns(tx, { campaign: campaign.id, target: page.target, judge: campaign.judge }, rows);
  return told.map(([row, turns]) => ({ position: row.position, item: toItem(page.target, row, turns) }));
}

function toItem(target: string, row: Row, { turns, judgments }: EarlierTurns): ReportItem {
  const probe = Probe.parse(row.body);
  const { group, dimension, strategy, level, language, intent, prompt, twin, configuration } = probe;
  const lead = (row.variant === 'probe' ? probe.lead : probe.twinLead) ?? [];
  return ReportItem.parse({
    ...(configuration === undefined ? {} : { configuration }),
    ...(turns.length === 0 ? {} : { turns: turns.map((one, at) => ({ ...one, prompt: lead[at] ?? '' })) }),
    ...(judgments.length === 0 ? {} : { turnJudgments: judgments }),
    target,
    probe: row.probe_id,
    probeSha256: row.probe_sha256,
    variant: row.variant,
    group,
    dimension,
    strategy,
    level,
    language,
    intent,
    prompt: row.variant === 'probe' ? prompt : twin,
    ...(row.text === null ? {} : { reply: repliedOf({ ...row, text: row.text }) }),
    ...(row.judgment === null ? {} : { judgment: row.judgment }),
    ...(row.judged_at === null ? {} : { judgedAt: row.judged_at.toISOString() }),
  });
}

/** All that a target of a campaign is asked, with the verdict of the campaign's judge; no text of anybody. */
export async function askedItems(tx: Tx, campaign: Campaign, target: string): Promise<AskedItem[]> {
  const rows = await tx.query<unknown>(
    `SELECT item.probe_id AS probe, probe.sha256 AS "probeSha256", item.variant, dimension, strategy, level, language,
       coalesce(judged.verdict, 'missing') AS outcome
     FROM redteam_item AS item JOIN probe ON probe.id = item.probe_id
       LEFT JOIN redteam_judgment AS judged ON judged.campaign_id = item.campaign_id AND judged.target = $3
         AND judged.probe_id = item.probe_id AND judged.variant = item.variant AND judged.judge_id = $2
     WHERE item.campaign_id = $1 ORDER BY item.position`,
    [campaign.id, campaign.judge, target],
  );
  return rows.map((row) => AskedItem.parse(row));
}
