import type { Tx } from '../../db/database.ts';
import { Judgment, Probe } from '../schema.ts';
import { type JudgmentRef, type JudgmentTrail, JudgmentVerdict, QueueItem } from './schema.ts';

const sameReply = `labelled.campaign_id = judged.campaign_id AND labelled.target = judged.target
  AND labelled.probe_id = judged.probe_id AND labelled.variant = judged.variant`;

export type QueueFilter = { campaign: string | undefined; labeller: string; limit: number };

/** Replies that judges disagreed on and this clinician has not labelled, those without any label first, then oldest first. */
export async function queueItems(tx: Tx, { campaign, labeller, limit }: QueueFilter): Promise<QueueItem[]> {
  const rows = await tx.query<{
    campaign: string;
    target: string;
    probe: string;
    variant: string;
    body: unknown;
    text: string;
    labels: string;
  }>(
    `SELECT judged.campaign_id AS campaign, judged.target, judged.probe_id AS probe, judged.variant, body, text,
       (SELECT count(*) FROM judgment_label AS labelled WHERE ${sameReply}) AS labels
     FROM redteam_judgment AS judged
       JOIN redteam_reply AS reply USING (campaign_id, target, probe_id, variant) JOIN probe ON probe.id = judged.probe_id
     WHERE judgment ->> 'disagrees' = 'true' AND ($1::uuid IS NULL OR judged.campaign_id = $1)
       AND NOT EXISTS (SELECT 1 FROM judgment_label AS labelled WHERE ${sameReply} AND labelled.labeller = $2)
     ORDER BY labels, judged_at, judged.target, judged.probe_id, judged.variant LIMIT $3`,
    [campaign ?? null, labeller, limit],
  );
  return rows.map(({ body, text, labels, ...row }) => {
    const probe = Probe.parse(body);
    const { language, dimension, prompt, twin } = probe;
    const asked = row.variant === 'probe' ? prompt : twin;
    return QueueItem.parse({ ...row, language, dimension, prompt: asked, reply: text, labels: Number(labels) });
  });
}

/** How many replies judges disagreed on, and how many of them have a clinician's label; of one campaign or of all. */
export async function queueCounts(tx: Tx, campaign?: string): Promise<{ queued: number; labelled: number }> {
  const [row] = await tx.query<{ queued: string; labelled: string }>(
    `SELECT count(*) AS queued, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM judgment_label AS labelled WHERE ${sameReply})) AS labelled
     FROM redteam_judgment AS judged WHERE judgment ->> 'disagrees' = 'true' AND ($1::uuid IS NULL OR campaign_id = $1)`,
    [campaign ?? null],
  );
  return { queued: Number(row?.queued ?? 0), labelled: Number(row?.labelled ?? 0) };
}

const key = ({ campaign, target, probe, variant }: JudgmentRef): string[] => [campaign, target, probe, variant];

/** Whether judges disagreed on a reply. */
export async function isQueued(tx: Tx, ref: JudgmentRef): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM redteam_judgment WHERE campaign_id = $1 AND target = $2 AND probe_id = $3 AND variant = $4
       AND judgment ->> 'disagrees' = 'true' LIMIT 1`,
    key(ref),
  );
  return rows.length > 0;
}

/** Clinicians' labels of a reply, oldest first. */
export async function labelsOfReply(tx: Tx, ref: JudgmentRef): Promise<JudgmentTrail['labels']> {
  const rows = await tx.query<{ labeller: string; label: unknown; labelled_at: Date }>(
    `SELECT labeller, label, labelled_at FROM judgment_label
     WHERE campaign_id = $1 AND target = $2 AND probe_id = $3 AND variant = $4 ORDER BY labelled_at, labeller`,
    key(ref),
  );
  return rows.map((row) => ({
    labeller: row.labeller,
    label: JudgmentVerdict.parse(row.label),
    labelledAt: row.labelled_at.toISOString(),
  }));
}

export async function insertJudgmentLabel(
  tx: Tx,
  ref: JudgmentRef,
  given: { labeller: string; label: JudgmentVerdict; at: Date; eventSeq: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO judgment_label (campaign_id, target, probe_id, variant, labeller, label, labelled_at, event_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [...key(ref), given.labeller, JSON.stringify(given.label), given.at, given.eventSeq],
  );
}

export type JudgmentRow = { judgment: Judgment; judgedAt: string };
export type TrailRows = { prompt: string; reply: string; judgments: JudgmentRow[] };

/** A reply with every judgment of it; undefined where there is no such reply. */
export async function judgmentsOfReply(tx: Tx, ref: JudgmentRef): Promise<TrailRows | undefined> {
  const rows = await tx.query<{ body: unknown; text: string; judgment: unknown; judged_at: Date | null }>(
    `SELECT body, text, judgment, judged_at FROM redteam_reply AS reply JOIN probe ON probe.id = probe_id
       LEFT JOIN redteam_judgment AS judged USING (campaign_id, target, probe_id, variant)
     WHERE campaign_id = $1 AND target = $2 AND reply.probe_id = $3 AND variant = $4 ORDER BY judged_at, judge_id`,
    key(ref),
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const { prompt, twin } = Probe.parse(first.body);
  return {
    prompt: ref.variant === 'probe' ? prompt : (twin ?? ''),
    reply: first.text,
    judgments: rows.flatMap(({ judgment, judged_at }) =>
      judged_at === null ? [] : [{ judgment: Judgment.parse(judgment), judgedAt: judged_at.toISOString() }],
    ),
  };
}
