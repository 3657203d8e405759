import type { Tx } from '../db/database.ts';
import { Gap, type GapState, GuidelineSummary, GuidelineVersion } from './schema.ts';

type VersionRow = {
  version: number;
  sha256: string;
  note: string;
  published_by: string;
  published_at: Date;
  event_seq: number;
};

const summaryColumns = 'version, sha256, note, published_by, published_at, event_seq';

function summaryOf(row: VersionRow): GuidelineSummary {
  return GuidelineSummary.parse({
    version: row.version,
    sha256: row.sha256,
    note: row.note,
    publishedBy: row.published_by,
    publishedAt: row.published_at.toISOString(),
    eventSeq: row.event_seq,
  });
}

/** Lets one transaction at a time add a version, until it ends. */
export async function lockGuideline(tx: Tx): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(7308895160)');
}

/** The number of the newest version; 0 while there is none. */
export async function newestVersion(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    'SELECT coalesce(max(version), 0)::int AS version FROM guideline_version',
  );
  return row?.version ?? 0;
}

export async function readVersion(tx: Tx, version: number): Promise<GuidelineVersion | undefined> {
  const [row] = await tx.query<VersionRow & { content: unknown }>(
    `SELECT ${summaryColumns}, content FROM guideline_version WHERE version = $1`,
    [version],
  );
  return row === undefined ? undefined : GuidelineVersion.parse({ ...summaryOf(row), content: row.content });
}

/** All versions without their texts, newest first. */
export async function listVersions(tx: Tx): Promise<GuidelineSummary[]> {
  const rows = await tx.query<VersionRow>(`SELECT ${summaryColumns} FROM guideline_version ORDER BY version DESC`);
  return rows.map(summaryOf);
}

export async function insertVersion(tx: Tx, one: GuidelineVersion): Promise<void> {
  await tx.query(
    `INSERT INTO guideline_version (version, content, sha256, note, published_by, published_at, event_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [one.version, JSON.stringify(one.content), one.sha256, one.note, one.publishedBy, one.publishedAt, one.eventSeq],
  );
}

export async function insertGap(tx: Tx, gap: Gap): Promise<void> {
  await tx.query(
    `INSERT INTO guideline_gap (id, cause, text, section, instance_id, filed_by, filed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [gap.id, gap.cause, gap.text, gap.section ?? null, gap.instance ?? null, gap.filedBy, gap.filedAt],
  );
}

type GapRow = {
  id: string;
  cause: string;
  text: string;
  section: string | null;
  instance_id: string | null;
  filed_by: string;
  filed_at: Date;
  version: number | null;
  answer: string | null;
};

/** Gaps in the order of their filing; of one person only where `filedBy` says so. */
export async function listGaps(tx: Tx, filter: { state: GapState; filedBy?: string }): Promise<Gap[]> {
  const rows = await tx.query<GapRow>(
    `SELECT gap.*, answer.version, answer.text AS answer
     FROM guideline_gap gap LEFT JOIN guideline_gap_answer answer ON answer.gap_id = gap.id
     WHERE ($1 = 'all' OR (answer.gap_id IS NULL) = ($1 = 'open')) AND ($2::text IS NULL OR filed_by = $2)
     ORDER BY filed_at, id`,
    [filter.state, filter.filedBy ?? null],
  );
  return rows.map((row) =>
    Gap.parse({
      id: row.id,
      cause: row.cause,
      text: row.text,
      ...(row.section === null ? {} : { section: row.section }),
      ...(row.instance_id === null ? {} : { instance: row.instance_id }),
      filedBy: row.filed_by,
      filedAt: row.filed_at.toISOString(),
      ...(row.version === null ? {} : { answer: { version: row.version, text: row.answer } }),
    }),
  );
}

export async function insertAnswer(tx: Tx, answer: { gap: string; version: number; text: string }): Promise<void> {
  await tx.query('INSERT INTO guideline_gap_answer (gap_id, version, text) VALUES ($1, $2, $3)', [
    answer.gap,
    answer.version,
    answer.text,
  ]);
}

/** Deletes what was filed about an instance. The database refuses it unless the instance is recorded as erased. */
export async function deleteGapsOf(tx: Tx, instance: string): Promise<void> {
  await tx.query(
    'DELETE FROM guideline_gap_answer WHERE gap_id IN (SELECT id FROM guideline_gap WHERE instance_id = $1)',
    [instance],
  );
  await tx.query('DELETE FROM guideline_gap WHERE instance_id = $1', [instance]);
}
