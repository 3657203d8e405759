import type { Tx } from '../db/database.ts';

/** Seconds. Failures further back than this are forgotten; no pause is longer. */
const longest = 900;

/**
 * Counts one more attempt before it is made, so that attempts at the same moment count each other. Returns undefined, or
 * until when this key has to wait. Beyond `free` failures each one doubles the pause.
 */
export async function countAttempt(tx: Tx, key: string, free: number, at: Date): Promise<Date | undefined> {
  const [counted] = await tx.query(
    `INSERT INTO sign_in_attempt AS known (key, failures, last_at, blocked_until) VALUES ($1, 1, $2, $2)
     ON CONFLICT (key) DO UPDATE SET last_at = $2,
       failures = CASE WHEN known.last_at < $2::timestamptz - make_interval(secs => $4) THEN 1 ELSE known.failures + 1 END,
       blocked_until = $2::timestamptz + make_interval(secs => CASE
         WHEN known.last_at < $2::timestamptz - make_interval(secs => $4) OR known.failures + 1 < $3 THEN 0
         ELSE least($4, power(2, least(known.failures + 1 - $3, 20))) END)
     WHERE known.blocked_until <= $2 RETURNING key`,
    [key, at, free, longest],
  );
  if (counted !== undefined) return undefined;
  const [row] = await tx.query<{ blocked_until: Date }>('SELECT blocked_until FROM sign_in_attempt WHERE key = $1', [
    key,
  ]);
  return row?.blocked_until;
}

/** Takes one counted attempt back: it was right. */
export async function uncountAttempt(tx: Tx, key: string, at: Date): Promise<void> {
  await tx.query('UPDATE sign_in_attempt SET failures = greatest(0, failures - 1), blocked_until = $2 WHERE key = $1', [
    key,
    at,
  ]);
}

/** Forgets the failures of a key, and of all keys what is too old to matter. */
export async function forgetAttempts(tx: Tx, key: string, at: Date): Promise<void> {
  await tx.query(
    `DELETE FROM sign_in_attempt WHERE key = $1 OR last_at < $2::timestamptz - make_interval(secs => $3)`,
    [key, at, 2 * longest],
  );
}
