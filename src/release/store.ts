import type { Tx } from '../db/database.ts';
import { type Anchor, type CreateRelease, Exclusion, Release, type ReleaseState, type Summary } from './schema.ts';

type ReleaseRow = {
  name: string;
  state: string;
  input: unknown;
  profile_digest: string;
  summary: unknown;
  created_by: string;
  created_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  manifest_sha256: string | null;
  seal_seq: number | null;
  anchor: unknown;
};

function toRelease(row: ReleaseRow): Release {
  return Release.parse({
    name: row.name,
    state: row.state,
    input: row.input,
    profileDigest: row.profile_digest,
    summary: row.summary,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
    ...(row.approved_at === null ? {} : { approvedAt: row.approved_at.toISOString() }),
    ...(row.manifest_sha256 === null ? {} : { manifestSha256: row.manifest_sha256 }),
    ...(row.seal_seq === null ? {} : { sealSeq: row.seal_seq }),
    ...(row.anchor === null ? {} : { anchor: row.anchor }),
  });
}

export async function insertRelease(
  tx: Tx,
  one: { input: CreateRelease; profileDigest: string; summary: Summary; by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO dataset_release (name, state, input, profile_digest, summary, created_by, created_at)
     VALUES ($1, 'draft', $2, $3, $4, $5, $6)`,
    [one.input.name, JSON.stringify(one.input), one.profileDigest, JSON.stringify(one.summary), one.by, one.at],
  );
}

export async function insertExclusions(tx: Tx, release: string, exclusions: readonly Exclusion[]): Promise<void> {
  await tx.query(
    `INSERT INTO release_exclusion (release, question_id, instance_id, reasons)
     SELECT $1, question, instance, reasons FROM jsonb_to_recordset($2::jsonb) AS one (question text, instance uuid, reasons jsonb)`,
    [release, JSON.stringify(exclusions)],
  );
}

export async function readExclusions(tx: Tx, release: string): Promise<Exclusion[]> {
  const rows = await tx.query<{ question_id: string; instance_id: string; reasons: unknown }>(
    'SELECT * FROM release_exclusion WHERE release = $1 ORDER BY question_id COLLATE "C"',
    [release],
  );
  return rows.map((row) =>
    Exclusion.parse({ question: row.question_id, instance: row.instance_id, reasons: row.reasons }),
  );
}

export async function readRelease(tx: Tx, name: string): Promise<Release | undefined> {
  const [row] = await tx.query<ReleaseRow>('SELECT * FROM dataset_release WHERE name = $1', [name]);
  return row === undefined ? undefined : toRelease(row);
}

/** As `readRelease`, with the row locked until the transaction ends. */
export async function lockRelease(tx: Tx, name: string): Promise<Release | undefined> {
  const [row] = await tx.query<ReleaseRow>('SELECT * FROM dataset_release WHERE name = $1 FOR UPDATE', [name]);
  return row === undefined ? undefined : toRelease(row);
}

export async function listReleases(tx: Tx): Promise<Release[]> {
  return (await tx.query<ReleaseRow>('SELECT * FROM dataset_release ORDER BY created_at, name')).map(toRelease);
}

export async function markSealed(
  tx: Tx,
  name: string,
  seal: { by: string; at: Date; manifestSha256: string; seq: number },
): Promise<void> {
  await tx.query(
    `UPDATE dataset_release SET state = 'sealed', approved_by = $2, approved_at = $3, manifest_sha256 = $4, seal_seq = $5
     WHERE name = $1`,
    [name, seal.by, seal.at, seal.manifestSha256, seal.seq],
  );
}

export async function setAnchor(tx: Tx, name: string, state: ReleaseState, anchor: Anchor): Promise<void> {
  await tx.query('UPDATE dataset_release SET state = $2, anchor = $3 WHERE name = $1', [
    name,
    state,
    JSON.stringify(anchor),
  ]);
}

/** Takes back a draft: nothing of it was signed. */
export async function deleteDraft(tx: Tx, name: string): Promise<void> {
  await tx.query(`DELETE FROM dataset_release WHERE name = $1 AND state = 'draft'`, [name]);
}

/** Forgets that an erased instance was ever left out of a release. */
export async function deleteExclusions(tx: Tx, instance: string): Promise<void> {
  await tx.query('DELETE FROM release_exclusion WHERE instance_id = $1', [instance]);
}

/** How many erasures the files of a frozen release take account of. */
export async function erasuresApplied(tx: Tx, name: string): Promise<number> {
  const [row] = await tx.query<{ erasures: string | number }>('SELECT erasures FROM dataset_release WHERE name = $1', [
    name,
  ]);
  return Number(row?.erasures ?? 0);
}

export async function setErasuresApplied(tx: Tx, name: string, erasures: number): Promise<void> {
  await tx.query('UPDATE dataset_release SET erasures = $2 WHERE name = $1', [name, erasures]);
}
