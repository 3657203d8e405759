import type { Tx } from '../../db/database.ts';

/** A key of the log; the founding one has ordinal 0. */
export type LogKeyRow = { readonly ordinal: number; readonly keyid: string; readonly publicKey: Uint8Array };

/** All keys of the log, oldest first. */
export async function readLogKeys(tx: Tx): Promise<LogKeyRow[]> {
  const rows = await tx.query<{ ordinal: number; keyid: string; public_key: Uint8Array }>(
    'SELECT ordinal, keyid, public_key FROM log_key ORDER BY ordinal',
  );
  return rows.map(({ ordinal, keyid, public_key }) => ({ ordinal, keyid, publicKey: new Uint8Array(public_key) }));
}

export async function insertLogKey(tx: Tx, { ordinal, keyid, publicKey }: LogKeyRow): Promise<void> {
  await tx.query('INSERT INTO log_key (ordinal, keyid, public_key) VALUES ($1, $2, $3)', [ordinal, keyid, publicKey]);
}

/**
 * Waits until no transaction that has recorded an event is under way, and keeps others from recording one until this
 * transaction ends (`lockChain` takes the shared side): every event before the change of the key then stands before it
 * in the log, and every later one behind it.
 */
export async function lockAllChains(tx: Tx): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(7308895159)');
}
