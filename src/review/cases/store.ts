import type { Tx } from '../../db/database.ts';
import { CaseMessage } from './schema.ts';

export async function insertMessage(
  tx: Tx,
  one: { caseId: string; member: string; text: string; at: Date },
): Promise<void> {
  await tx.query('INSERT INTO case_message (case_id, member, text, said_at) VALUES ($1, $2, $3, $4)', [
    one.caseId,
    one.member,
    one.text,
    one.at,
  ]);
}

/** What was said in the discussion of a case, oldest first. */
export async function readMessages(tx: Tx, caseId: string): Promise<CaseMessage[]> {
  const rows = await tx.query<{ member: string; name: string; text: string; said_at: Date }>(
    `SELECT member, account.name, text, said_at FROM case_message JOIN account ON account.id = member
     WHERE case_id = $1 ORDER BY case_message.id`,
    [caseId],
  );
  return rows.map(({ said_at, ...row }) => CaseMessage.parse({ ...row, at: said_at.toISOString() }));
}

/** Records who looked behind the letters; false where that was recorded before. */
export async function insertUnmasking(
  tx: Tx,
  one: { caseId: string; account: string; reason: string; at: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO case_unmasking (case_id, account_id, reason, at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING case_id`,
    [one.caseId, one.account, one.reason, one.at],
  );
  return rows.length > 0;
}

export async function hasUnmasked(tx: Tx, caseId: string, account: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM case_unmasking WHERE case_id = $1 AND account_id = $2', [caseId, account]);
  return rows.length > 0;
}
