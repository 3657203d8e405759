import type { Tx } from '../db/database.ts';

export async function insertEvidence(
  tx: Tx,
  pack: { sha256: string; path: string; release: string; claims: number; by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO evidence_pack (sha256, path, release, claims, issued_by, issued_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [pack.sha256, pack.path, pack.release, pack.claims, pack.by, pack.at],
  );
}

/** Issued packs, newest first. */
export async function listEvidence(tx: Tx): Promise<{ sha256: string; path: string; issuedAt: string }[]> {
  const rows = await tx.query<{ sha256: string; path: string; issued_at: Date }>(
    'SELECT sha256, path, issued_at FROM evidence_pack ORDER BY issued_at DESC',
  );
  return rows.map((row) => ({ sha256: row.sha256, path: row.path, issuedAt: row.issued_at.toISOString() }));
}
