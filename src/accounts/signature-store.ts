import type { Tx } from '../db/database.ts';

export type Challenge = { challenge: string; account: string; digest: string; rpId: string; origin: string };

export async function insertChallenge(tx: Tx, one: Challenge & { at: Date; expiresAt: Date }): Promise<void> {
  await tx.query('DELETE FROM signature_challenge WHERE expires_at <= $1', [one.at]);
  await tx.query(
    `INSERT INTO signature_challenge (challenge, account_id, digest, rp_id, origin, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [one.challenge, one.account, one.digest, one.rpId, one.origin, one.expiresAt],
  );
}

/** Uses a live challenge of the account over that digest up. */
export async function takeChallenge(
  tx: Tx,
  { challenge, account, digest, at }: { challenge: string; account: string; digest: string; at: Date },
): Promise<Challenge | undefined> {
  const [row] = await tx.query<{ rp_id: string; origin: string }>(
    `DELETE FROM signature_challenge WHERE challenge = $1 AND account_id = $2 AND digest = $3 AND expires_at > $4
     RETURNING rp_id, origin`,
    [challenge, account, digest, at],
  );
  return row === undefined ? undefined : { challenge, account, digest, rpId: row.rp_id, origin: row.origin };
}
