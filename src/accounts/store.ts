import type { Tx } from '../db/database.ts';
import { Account, type EditInput } from './schema.ts';

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

export function toAccount(row: Row): Account {
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
    `INSERT INTO account (id, name, roles, credential, credential_checked_at, demo, created_at, specialties, languages,
       email, email_confirmed)
     VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NULL THEN NULL ELSE $6::timestamptz END, $5, $6, $7, $8, $9,
       $9::text IS NOT NULL)`,
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

/** As `readAccount`; nobody else changes the account until the transaction ends. */
export async function lockAccount(tx: Tx, id: string): Promise<Account | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM account WHERE id = $1 FOR UPDATE', [id]);
  return row === undefined ? undefined : toAccount(row);
}

/** The live account with that id or e-mail, whatever the case. */
export async function accountByLogin(tx: Tx, login: string): Promise<Account | undefined> {
  const [row] = await tx.query<Row>(
    'SELECT * FROM account WHERE (id = lower($1) OR lower(email) = lower($1)) AND revoked_at IS NULL ORDER BY id = lower($1) DESC LIMIT 1',
    [login],
  );
  return row === undefined ? undefined : toAccount(row);
}

/** Whether somebody else has this e-mail. */
export async function emailTaken(tx: Tx, email: string, id: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM account WHERE lower(email) = lower($1) AND id <> $2', [email, id])).length > 0;
}

export async function listAccounts(tx: Tx): Promise<Account[]> {
  return (await tx.query<Row>('SELECT * FROM account ORDER BY id')).map(toAccount);
}

/** Writes what `edit` names; a credential counts as checked at `at`, an e-mail as given by whoever `confirmed` says. */
export async function updateAccount(
  tx: Tx,
  id: string,
  { edit, at, confirmed }: { edit: EditInput; at: Date; confirmed: boolean },
): Promise<void> {
  await tx.query(
    `UPDATE account SET name = coalesce($2, name), roles = coalesce($3::text[], roles),
       credential = CASE WHEN $4 THEN $5 ELSE credential END,
       credential_checked_at = CASE WHEN $4 THEN CASE WHEN $5::text IS NULL THEN NULL ELSE $6::timestamptz END
         ELSE credential_checked_at END,
       specialties = coalesce($7::text[], specialties), languages = coalesce($8::text[], languages),
       email = CASE WHEN $9 THEN $10 ELSE email END, email_confirmed = CASE WHEN $9 THEN $11 ELSE email_confirmed END
     WHERE id = $1`,
    [
      id,
      edit.name ?? null,
      edit.roles ?? null,
      edit.credential !== undefined,
      edit.credential ?? null,
      at,
      edit.specialties ?? null,
      edit.languages ?? null,
      edit.email !== undefined,
      edit.email ?? null,
      confirmed,
    ],
  );
}

export async function markRevoked(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query('UPDATE account SET revoked_at = $2 WHERE id = $1', [id, at]);
}

/** How many live people hold a role. */
export async function countHolders(tx: Tx, role: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM account WHERE revoked_at IS NULL AND $1 = ANY(roles)',
    [role],
  );
  return row?.count ?? 0;
}
