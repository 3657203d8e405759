import { randomUUID } from 'node:crypto';
import type { Tx } from '../db/database.ts';
import { Method } from './schema.ts';
import { Passkey, Session } from './sign-in-schema.ts';

/** The hash of an account's password, if it has one. */
export async function readPassword(tx: Tx, account: string): Promise<string | undefined> {
  const [row] = await tx.query<{ password: string | null }>(
    `SELECT password FROM auth_account WHERE user_id = $1 AND provider_id = 'credential'`,
    [account],
  );
  return row?.password ?? undefined;
}

export async function writePassword(tx: Tx, account: string, hash: string, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO auth_account (id, user_id, provider_id, account_id, password, created_at, updated_at)
     VALUES ($1, $2, 'credential', $2, $3, $4, $4)
     ON CONFLICT (provider_id, account_id) DO UPDATE SET password = $3, updated_at = $4`,
    [randomUUID(), account, hash, at],
  );
}

/** Every way to sign in that an account has. */
export async function signInMethods(tx: Tx, account: string): Promise<Method[]> {
  const rows = await tx.query<{ method: string }>(
    `SELECT DISTINCT CASE provider_id WHEN 'credential' THEN 'password' ELSE 'oidc' END AS method
       FROM auth_account WHERE user_id = $1
     UNION SELECT 'passkey' FROM auth_passkey WHERE user_id = $1 ORDER BY method`,
    [account],
  );
  return Method.array().parse(rows.map((row) => row.method));
}

/** The accounts that have a way to sign in. */
export async function accountsWithMethods(tx: Tx): Promise<Set<string>> {
  const rows = await tx.query<{ user_id: string }>(
    'SELECT user_id FROM auth_account UNION SELECT user_id FROM auth_passkey',
  );
  return new Set(rows.map((row) => row.user_id));
}

/** True as soon as one administrator who is not a demonstration has a way to sign in. */
export async function administratorExists(tx: Tx): Promise<boolean> {
  const [row] = await tx.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM account WHERE revoked_at IS NULL AND NOT demo AND 'admin' = ANY(roles)
       AND id IN (SELECT user_id FROM auth_account UNION SELECT user_id FROM auth_passkey)) AS known`,
  );
  return row?.known === true;
}

/** Forgets every way in which an account could sign in. */
export async function removeMethods(tx: Tx, account: string): Promise<void> {
  await tx.query('DELETE FROM auth_account WHERE user_id = $1', [account]);
  await tx.query('DELETE FROM auth_passkey WHERE user_id = $1', [account]);
}

type PasskeyRow = { id: string; name: string | null; created_at: Date };

export async function listPasskeys(tx: Tx, account: string): Promise<(typeof Passkey)['_output'][]> {
  const rows = await tx.query<PasskeyRow>(
    'SELECT id, name, created_at FROM auth_passkey WHERE user_id = $1 ORDER BY created_at, id',
    [account],
  );
  return rows.map((row) =>
    Passkey.parse({
      id: row.id,
      ...(row.name === null ? {} : { name: row.name }),
      createdAt: row.created_at.toISOString(),
    }),
  );
}

export type StoredPasskey = { id: string; credential: string; publicKey: Uint8Array; counter: number };

/** The account's passkey with that WebAuthn credential id. */
export async function readPasskey(tx: Tx, account: string, credential: string): Promise<StoredPasskey | undefined> {
  const [row] = await tx.query<{ id: string; public_key: string; counter: string | number }>(
    'SELECT id, public_key, counter FROM auth_passkey WHERE user_id = $1 AND credential_id = $2',
    [account, credential],
  );
  if (row === undefined) return undefined;
  const publicKey = new Uint8Array(Buffer.from(row.public_key, 'base64'));
  return { id: row.id, credential, publicKey, counter: Number(row.counter) };
}

/** WebAuthn ids of the account's passkeys. */
export async function credentialIds(tx: Tx, account: string): Promise<string[]> {
  const rows = await tx.query<{ credential_id: string }>(
    'SELECT credential_id FROM auth_passkey WHERE user_id = $1 ORDER BY created_at',
    [account],
  );
  return rows.map((row) => row.credential_id);
}

export async function setCounter(tx: Tx, passkey: string, counter: number): Promise<void> {
  await tx.query('UPDATE auth_passkey SET counter = $2 WHERE id = $1', [passkey, counter]);
}

/** Removes one passkey of an account; false when there is none. */
export async function removePasskey(tx: Tx, account: string, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM auth_passkey WHERE user_id = $1 AND id = $2 RETURNING id', [account, id]);
  return rows.length > 0;
}

type SessionRow = { id: string; user_agent: string | null; created_at: Date; updated_at: Date };

export async function listSessions(
  tx: Tx,
  { account, current, at }: { account: string; current: string | undefined; at: Date },
): Promise<(typeof Session)['_output'][]> {
  const rows = await tx.query<SessionRow>(
    'SELECT id, user_agent, created_at, updated_at FROM auth_session WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC',
    [account, at],
  );
  return rows.map((row) =>
    Session.parse({
      id: row.id,
      browser: row.user_agent ?? '',
      createdAt: row.created_at.toISOString(),
      usedAt: row.updated_at.toISOString(),
      current: row.id === current,
    }),
  );
}

/** Ends the sessions of an account: one of them, all but one, or all. */
export async function endSessions(
  tx: Tx,
  { account, only, but }: { account: string; only?: string; but?: string },
): Promise<void> {
  await tx.query(
    `DELETE FROM auth_session WHERE user_id = $1 AND ($2::text IS NULL OR id = $2) AND ($3::text IS NULL OR id <> $3)`,
    [account, only ?? null, but ?? null],
  );
}

/** Removes sessions, challenges and states that ended or were never finished. */
export async function removeExpired(tx: Tx, at: Date): Promise<void> {
  await tx.query('DELETE FROM auth_session WHERE expires_at <= $1', [at]);
  await tx.query('DELETE FROM auth_verification WHERE expires_at <= $1', [at]);
}
