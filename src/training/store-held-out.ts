import type { Tx } from '../db/database.ts';

/** Keeps these texts out of training for good; `heldFor` names what they are held for. */
export async function insertHeldOut(tx: Tx, digests: readonly string[], heldFor: string, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO held_out_text (text_sha256, held_for, held_at) SELECT digest, $2, $3 FROM unnest($1::text[]) AS digest
     ON CONFLICT DO NOTHING`,
    [digests, heldFor, at],
  );
}

/** Which of these digests are held out: digest → what for. */
export async function heldOutAmong(tx: Tx, digests: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ text_sha256: string; held_for: string }>(
    'SELECT text_sha256, held_for FROM held_out_text WHERE text_sha256 = ANY($1)',
    [digests],
  );
  return new Map(rows.map((row) => [row.text_sha256, row.held_for]));
}
