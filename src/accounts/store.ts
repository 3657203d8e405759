import type { Tx } from '../db/database.ts';
import { Account } from './schema.ts';

type Row = {
  id: string;
  name: string;
  roles: string[];
  credential: string | null;
  credential_checked_at: Date | null;
  specialties: string[];
  languages: string[];
  email: string | null;
  demo: boolean;
  created_at: Date;
  revoked_at: Date | null;
};

function toAccount(row: Row): Account {
  return Account.parse({
    id: row.id,
    name: row.name,
    roles: row.roles,
    specialties: row.specialties,
    languages: row.languages,
    ...(row.email === null ? {} : { email: row.email }),
    demo: row.demo,
    createdAt: row.created_at.toISOString(),
    ...(row.credential === null ? {} : { credential: row.credential }),
    ...(row.credential_checked_at === null ? {} : { credentialCheckedAt: row.credential_checked_at.toISOString() }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
  });
}

export async function insertAccount(
  tx: Tx,
  account: {
    id: string;
    name: string;
    roles: readonly string[];
    credential?: string;
    specialties: string[];
    languages: string[];
    email?: string;
    demo: boolean;
    at: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO account (id, name, roles, credential, credential_checked_at, demo, created_at, specialties, languages, email)
     VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NULL THEN NULL ELSE $6::timestamptz END, $5, $6, $7, $8, $9)`,
    [
      account.id,
      account.name,
      account.roles,
      account.credential ?? null,
      account.demo,
      account.at,
      account.specialties,
      account.languages,
      account.email ?? null,
    ],
  );
}

export async function readAccount(tx: Tx, id: string): Promise<Account | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM account WHERE id = $1', [id]);
  return row === undefined ? undefined : toAccount(row);
}

export async function listAccounts(tx: Tx): Promise<Account[]> {
  return (await tx.query<Row>('SELECT * FROM account ORDER BY id')).map(toAccount);
}

export async function insertToken(
  tx: Tx,
  token: { sha256: string; accountId: string; label: string; at: Date; expiresAt?: Date },
): Promise<void> {
  await tx.query(
    'INSERT INTO account_token (sha256, account_id, label, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
    [token.sha256, token.accountId, token.label, token.at, token.expiresAt ?? null],
  );
}

/** The account of a live token that is neither expired nor revoked. */
export async function accountByToken(tx: Tx, sha256: string, at: Date): Promise<Account | undefined> {
  const [row] = await tx.query<Row>(
    `SELECT account.* FROM account_token token JOIN account ON account.id = token.account_id
     WHERE token.sha256 = $1 AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > $2)
       AND account.revoked_at IS NULL`,
    [sha256, at],
  );
  return row === undefined ? undefined : toAccount(row);
}
