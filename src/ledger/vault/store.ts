import type { Tx } from '../../db/database.ts';
import { toBase64 } from '../bytes.ts';
import type { WrappedKey } from './vault.ts';

/** The data keys of the chains, as the database keeps them. */

export async function insertKey(tx: Tx, subject: string, { version, wrapped }: WrappedKey): Promise<void> {
  await tx.query('INSERT INTO subject_key (subject, version, wrapped) VALUES ($1, $2, $3)', [
    subject,
    version,
    wrapped,
  ]);
}

export async function readKey(tx: Tx, subject: string): Promise<WrappedKey | undefined> {
  const [row] = await tx.query<{ version: number; wrapped: Uint8Array }>(
    'SELECT version, wrapped FROM subject_key WHERE subject = $1',
    [subject],
  );
  return row === undefined ? undefined : { version: row.version, wrapped: new Uint8Array(row.wrapped) };
}

/** Destroys the data key of a chain: what was sealed under it can never be read again. */
export async function destroyKey(tx: Tx, subject: string): Promise<void> {
  await tx.query('DELETE FROM subject_key WHERE subject = $1', [subject]);
}

/** Some data keys that are wrapped under another version than this one. */
export async function keysOfOtherVersions(
  tx: Tx,
  version: number,
  limit: number,
): Promise<({ subject: string } & WrappedKey)[]> {
  const rows = await tx.query<{ subject: string; version: number; wrapped: Uint8Array }>(
    'SELECT subject, version, wrapped FROM subject_key WHERE version <> $1 LIMIT $2',
    [version, limit],
  );
  return rows.map((row) => ({ ...row, wrapped: new Uint8Array(row.wrapped) }));
}

export async function replaceKeys(tx: Tx, keys: readonly ({ subject: string } & WrappedKey)[]): Promise<void> {
  const rows = keys.map(({ subject, version, wrapped }) => ({ subject, version, wrapped: toBase64(wrapped) }));
  await tx.query(
    `UPDATE subject_key SET version = one.version, wrapped = decode(one.wrapped, 'base64')
     FROM jsonb_to_recordset($1::jsonb) AS one (subject uuid, version int, wrapped text)
     WHERE subject_key.subject = one.subject`,
    [JSON.stringify(rows)],
  );
}
