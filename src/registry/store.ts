import type { Tx } from '../db/database.ts';
import { Ancestor, Model } from './schema.ts';

export type StoredSignature = { envelope: string; sha256: string; signedAt: string };

type Row = {
  digest: string;
  name: string;
  kind: string;
  state: string;
  files: unknown;
  files_verified: boolean;
  base_digest: string | null;
  release: string | null;
  run: string | null;
  endpoint: unknown;
  registered_by: string;
  registered_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  approval_note: string | null;
  retired_by: string | null;
  retired_at: Date | null;
  retirement_reason: string | null;
};

function toModel(row: Row): Model {
  return Model.parse({
    digest: row.digest,
    name: row.name,
    kind: row.kind,
    state: row.state,
    files: row.files,
    filesVerified: row.files_verified,
    ...(row.base_digest === null ? {} : { base: row.base_digest }),
    ...(row.release === null ? {} : { release: row.release }),
    ...(row.run === null ? {} : { run: row.run }),
    endpoint: row.endpoint,
    registeredBy: row.registered_by,
    registeredAt: row.registered_at.toISOString(),
    ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
    ...(row.approved_at === null ? {} : { approvedAt: row.approved_at.toISOString() }),
    ...(row.approval_note === null ? {} : { approvalNote: row.approval_note }),
    ...(row.retired_by === null ? {} : { retiredBy: row.retired_by }),
    ...(row.retired_at === null ? {} : { retiredAt: row.retired_at.toISOString() }),
    ...(row.retirement_reason === null ? {} : { retirementReason: row.retirement_reason }),
  });
}

export async function insertModel(tx: Tx, model: Model): Promise<void> {
  await tx.query(
    `INSERT INTO model (digest, name, kind, state, files, files_verified, base_digest, release, run, endpoint,
       registered_by, registered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      model.digest,
      model.name,
      model.kind,
      model.state,
      JSON.stringify(model.files),
      model.filesVerified,
      model.base ?? null,
      model.release ?? null,
      model.run ?? null,
      JSON.stringify(model.endpoint),
      model.registeredBy,
      model.registeredAt,
    ],
  );
}

/** A model by its name or its digest. */
export async function readModel(tx: Tx, nameOrDigest: string): Promise<Model | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM model WHERE digest = $1 OR name = $1', [nameOrDigest]);
  return row === undefined ? undefined : toModel(row);
}

/** The model with its row locked until the transaction ends. */
export async function lockModel(tx: Tx, nameOrDigest: string): Promise<Model | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM model WHERE digest = $1 OR name = $1 FOR UPDATE', [nameOrDigest]);
  return row === undefined ? undefined : toModel(row);
}

/** A page of models by name, each with the name of its base. */
export async function modelPage(
  tx: Tx,
  after: string | undefined,
  limit: number,
): Promise<(Model & { baseName?: string })[]> {
  const rows = await tx.query<Row & { base_name: string | null }>(
    `SELECT model.*, base.name AS base_name FROM model LEFT JOIN model AS base ON base.digest = model.base_digest
     WHERE $1::text IS NULL OR model.name > $1 ORDER BY model.name LIMIT $2`,
    [after ?? null, limit],
  );
  return rows.map((row) => ({ ...toModel(row), ...(row.base_name === null ? {} : { baseName: row.base_name }) }));
}

/** The models that a training run wrote. */
export async function modelsOfRun(tx: Tx, run: string): Promise<Model[]> {
  return (await tx.query<Row>('SELECT * FROM model WHERE run = $1 ORDER BY name', [run])).map(toModel);
}

export async function setApproved(
  tx: Tx,
  digest: string,
  approval: { by: string; at: Date; note: string | undefined; filesVerified: boolean },
): Promise<void> {
  await tx.query(
    `UPDATE model SET state = 'approved', approved_by = $2, approved_at = $3, approval_note = $4,
       files_verified = files_verified OR $5 WHERE digest = $1`,
    [digest, approval.by, approval.at, approval.note ?? null, approval.filesVerified],
  );
}

export async function setRetired(
  tx: Tx,
  digest: string,
  retirement: { by: string; at: Date; reason: string },
): Promise<void> {
  await tx.query(
    `UPDATE model SET state = 'retired', retired_by = $2, retired_at = $3, retirement_reason = $4 WHERE digest = $1`,
    [digest, retirement.by, retirement.at, retirement.reason],
  );
}

/** Stores the signed statement of a model; one that is stored already stays. */
export async function insertSignature(tx: Tx, digest: string, signed: StoredSignature): Promise<void> {
  await tx.query(
    `INSERT INTO model_signature (model_digest, envelope, sha256, signed_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [digest, signed.envelope, signed.sha256, signed.signedAt],
  );
}

export async function readSignature(tx: Tx, digest: string): Promise<StoredSignature | undefined> {
  const [row] = await tx.query<{ envelope: string; sha256: string; signed_at: Date }>(
    'SELECT envelope, sha256, signed_at FROM model_signature WHERE model_digest = $1',
    [digest],
  );
  return row === undefined
    ? undefined
    : { envelope: row.envelope, sha256: row.sha256, signedAt: row.signed_at.toISOString() };
}

/** The model $1 and all it was trained from. */
export const line = `WITH RECURSIVE line AS (
    SELECT digest, base_digest, 0 AS depth FROM model WHERE digest = $1
    UNION ALL SELECT model.digest, model.base_digest, depth + 1 FROM model JOIN line ON model.digest = line.base_digest)`;

/** The models it was trained from, nearest first. A base is registered before what is trained from it, so there is no circle. */
export async function readLineage(tx: Tx, digest: string): Promise<Ancestor[]> {
  const rows = await tx.query<{ digest: string; name: string; release: string | null }>(
    `${line} SELECT model.digest, name, release FROM line JOIN model USING (digest) WHERE depth > 0 ORDER BY depth`,
    [digest],
  );
  return rows.map((row) =>
    Ancestor.parse({ digest: row.digest, name: row.name, ...(row.release === null ? {} : { release: row.release }) }),
  );
}
