import type { Tx } from '../../db/database.ts';
import { Finding, FindingEvent, type FindingEventKind, type FindingFilter } from './schema.ts';

type FindingRow = {
  id: string;
  campaign_id: string;
  target: string;
  group_id: string;
  variant: string;
  probes: unknown;
  dimension: string;
  worst_risk: number | null;
  severity: string | null;
  status: string;
  assignee: string | null;
  question_id: string | null;
  opened_by: string;
  opened_at: Date;
};

function toFinding(row: FindingRow): Finding {
  return Finding.parse({
    id: row.id,
    campaign: row.campaign_id,
    target: row.target,
    group: row.group_id,
    variant: row.variant,
    probes: row.probes,
    dimension: row.dimension,
    ...(row.worst_risk === null ? {} : { worstRisk: row.worst_risk }),
    ...(row.severity === null ? {} : { severity: row.severity }),
    status: row.status,
    ...(row.assignee === null ? {} : { assignee: row.assignee }),
    ...(row.question_id === null ? {} : { question: row.question_id }),
    openedBy: row.opened_by,
    openedAt: row.opened_at.toISOString(),
  });
}

/** Stores findings with the first event of their histories; those of a case that has one already are left out. Returns the stored ones' ids. */
export async function insertFindings(tx: Tx, findings: readonly Finding[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO finding (id, campaign_id, target, group_id, variant, probes, dimension, worst_risk, status, opened_by, opened_at)
     SELECT id, campaign, target, "group", variant, probes, dimension, "worstRisk", status, "openedBy", "openedAt"
     FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, campaign uuid, target text, "group" text, variant text, probes jsonb,
       dimension text, "worstRisk" int, status text, "openedBy" text, "openedAt" timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [JSON.stringify(findings)],
  );
  const ids = rows.map((row) => row.id);
  await tx.query(
    `INSERT INTO finding_event (finding_id, position, kind, by, at, data)
     SELECT id, 1, 'opened', opened_by, opened_at, '{}'::jsonb FROM finding WHERE id = ANY($1)`,
    [ids],
  );
  return ids;
}

/** One finding, its row locked until the transaction ends where `lock` says so. */
export async function readFinding(tx: Tx, id: string, lock = false): Promise<Finding | undefined> {
  const [row] = await tx.query<FindingRow>(`SELECT * FROM finding WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  return row === undefined ? undefined : toFinding(row);
}

/** Findings, highest risk first, then oldest first. */
export async function findingPage(tx: Tx, { status, campaign, limit }: FindingFilter): Promise<Finding[]> {
  const rows = await tx.query<FindingRow>(
    `SELECT * FROM finding WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR campaign_id = $2)
     ORDER BY worst_risk DESC NULLS LAST, opened_at, id LIMIT $3`,
    [status ?? null, campaign ?? null, limit],
  );
  return rows.map(toFinding);
}

export async function updateFinding(
  tx: Tx,
  id: string,
  change: { severity?: string; status?: string; assignee?: string; question?: string },
): Promise<void> {
  await tx.query(
    `UPDATE finding SET severity = coalesce($2, severity), status = coalesce($3, status), assignee = coalesce($4, assignee),
       question_id = coalesce($5, question_id) WHERE id = $1`,
    [id, change.severity ?? null, change.status ?? null, change.assignee ?? null, change.question ?? null],
  );
}

/** Adds an event to a finding's history; the finding's row is locked. */
export async function insertFindingEvent(
  tx: Tx,
  event: { finding: string; kind: FindingEventKind; by: string; at: Date; data: object },
): Promise<void> {
  await tx.query(
    `INSERT INTO finding_event (finding_id, position, kind, by, at, data)
     SELECT $1::uuid, coalesce(max(position), 0) + 1, $2, $3, $4, $5::jsonb FROM finding_event WHERE finding_id = $1`,
    [event.finding, event.kind, event.by, event.at, JSON.stringify(event.data)],
  );
}

export async function readFindingEvents(tx: Tx, finding: string): Promise<FindingEvent[]> {
  const rows = await tx.query<{ position: number; kind: string; by: string; at: Date; data: unknown }>(
    'SELECT position, kind, by, at, data FROM finding_event WHERE finding_id = $1 ORDER BY position',
    [finding],
  );
  return rows.map((row) => FindingEvent.parse({ ...row, at: row.at.toISOString() }));
}

export async function insertRetest(tx: Tx, campaign: string, finding: string): Promise<void> {
  await tx.query('INSERT INTO finding_retest (campaign_id, finding_id) VALUES ($1, $2)', [campaign, finding]);
}

/** The campaigns that ran a finding's probes again, oldest first. */
export async function retestCampaigns(tx: Tx, finding: string): Promise<string[]> {
  const rows = await tx.query<{ campaign_id: string }>(
    `SELECT campaign_id FROM finding_retest JOIN redteam_campaign ON id = campaign_id
     WHERE finding_id = $1 ORDER BY created_at, campaign_id`,
    [finding],
  );
  return rows.map((row) => row.campaign_id);
}

/** The finding that a campaign runs again, if it does. */
export async function findingOfRetest(tx: Tx, campaign: string): Promise<string | undefined> {
  const [row] = await tx.query<{ finding_id: string }>('SELECT finding_id FROM finding_retest WHERE campaign_id = $1', [
    campaign,
  ]);
  return row?.finding_id;
}
