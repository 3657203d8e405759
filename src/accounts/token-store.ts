import type { Tx } from '../db/database.ts';
import { type Account, Token, TokenScope } from './schema.ts';
import { toAccount } from './store.ts';

export async function insertToken(
  tx: Tx,
  token: { sha256: string; accountId: string; label: string; scope: TokenScope; at: Date; expiresAt?: Date },
): Promise<void> {
  await tx.query(
    'INSERT INTO account_token (sha256, account_id, label, scope, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [token.sha256, token.accountId, token.label, token.scope, token.at, token.expiresAt ?? null],
  );
}

type Holder = Parameters<typeof toAccount>[0] & { scope: string; token_id: string; stale: boolean };

/** The account of a token that is neither expired nor revoked. `stale`: its last use was noted more than an hour ago. */
export async function accountByToken(
  tx: Tx,
  sha256: string,
  at: Date,
): Promise<{ account: Account; scope: TokenScope; token: string; stale: boolean } | undefined> {
  const [row] = await tx.query<Holder>(
    `SELECT account.*, token.scope, token.id AS token_id,
       coalesce(token.last_used_at < $2::timestamptz - interval '1 hour', true) AS stale
     FROM account_token token JOIN account ON account.id = token.account_id
     WHERE token.sha256 = $1 AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > $2)
       AND account.revoked_at IS NULL`,
    [sha256, at],
  );
  if (row === undefined) return undefined;
  return { account: toAccount(row), scope: TokenScope.parse(row.scope), token: row.token_id, stale: row.stale };
}

export async function noteUse(tx: Tx, token: string, at: Date): Promise<void> {
  await tx.query('UPDATE account_token SET last_used_at = $2 WHERE id = $1', [token, at]);
}

type Row = {
  id: string;
  label: string;
  scope: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
};

/** The live tokens of an account, newest first. */
export async function listTokens(tx: Tx, account: string, at: Date): Promise<Token[]> {
  const rows = await tx.query<Row>(
    `SELECT id, label, scope, created_at, expires_at, last_used_at FROM account_token
     WHERE account_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
     ORDER BY created_at DESC, id`,
    [account, at],
  );
  return rows.map((row) =>
    Token.parse({
      id: row.id,
      label: row.label,
      scope: row.scope,
      createdAt: row.created_at.toISOString(),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
      ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.toISOString() }),
    }),
  );
}

/** Revokes one token of an account, or all of them; how many there were. */
export async function revokeTokens(
  tx: Tx,
  { account, id, at }: { account: string; id?: string; at: Date },
): Promise<number> {
  const rows = await tx.query(
    `UPDATE account_token SET revoked_at = $3
     WHERE account_id = $1 AND ($2::uuid IS NULL OR id = $2) AND revoked_at IS NULL RETURNING id`,
    [account, id ?? null, at],
  );
  return rows.length;
}
