import type { Tx } from '../db/database.ts';

export type CodePurpose = 'sign-in' | 'setup' | 'invitation';

export type StoredCode = { account?: string; createdBy: string; expiresAt: Date };

type Row = { account_id: string | null; created_by: string; expires_at: Date };

function toCode(row: Row): StoredCode {
  const account = row.account_id === null ? {} : { account: row.account_id };
  return { ...account, createdBy: row.created_by, expiresAt: row.expires_at };
}

export async function insertCode(
  tx: Tx,
  code: { sha256: string; purpose: CodePurpose; account?: string; by: string; at: Date; expiresAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO sign_in_code (sha256, purpose, account_id, created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [code.sha256, code.purpose, code.account ?? null, code.by, code.at, code.expiresAt],
  );
}

/** The live code of that hash, which stays usable. */
export async function readCode(
  tx: Tx,
  { sha256, purpose, at }: { sha256: string; purpose: CodePurpose; at: Date },
): Promise<StoredCode | undefined> {
  const [row] = await tx.query<Row>(
    'SELECT * FROM sign_in_code WHERE sha256 = $1 AND purpose = $2 AND expires_at > $3',
    [sha256, purpose, at],
  );
  return row === undefined ? undefined : toCode(row);
}

/** Uses a live code up: of several at the same moment exactly one gets it. */
export async function takeCode(
  tx: Tx,
  { sha256, purpose, at }: { sha256: string; purpose: CodePurpose; at: Date },
): Promise<StoredCode | undefined> {
  const [row] = await tx.query<Row>(
    'DELETE FROM sign_in_code WHERE sha256 = $1 AND purpose = $2 AND expires_at > $3 RETURNING *',
    [sha256, purpose, at],
  );
  return row === undefined ? undefined : toCode(row);
}

/** Removes the codes of an account (of one purpose, or all), and every code that has expired. */
export async function removeCodes(
  tx: Tx,
  { account, purpose, at }: { account?: string; purpose?: CodePurpose; at: Date },
): Promise<void> {
  await tx.query(
    `DELETE FROM sign_in_code WHERE expires_at <= $3
       OR (account_id IS NOT DISTINCT FROM $1 AND purpose = coalesce($2, purpose))`,
    [account ?? null, purpose ?? null, at],
  );
}

/** The accounts with an open invitation, and until when. */
export async function openInvitations(tx: Tx, at: Date): Promise<Map<string, string>> {
  const rows = await tx.query<{ account_id: string; expires_at: Date }>(
    `SELECT account_id, expires_at FROM sign_in_code WHERE purpose = 'invitation' AND expires_at > $1`,
    [at],
  );
  return new Map(rows.map((row) => [row.account_id, row.expires_at.toISOString()]));
}
