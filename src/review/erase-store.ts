import type { Tx } from '../db/database.ts';

/** Deletes reviews and panel cases of an instance. The database refuses it unless the instance is recorded as erased. */
export async function deleteReviewsOf(tx: Tx, instance: string): Promise<void> {
  const cases = 'case_id IN (SELECT id FROM panel_case WHERE instance_id = $1)';
  await tx.query('DELETE FROM edit_confirmation WHERE review_id IN (SELECT id FROM review WHERE instance_id = $1)', [
    instance,
  ]);
  await tx.query(`DELETE FROM case_message WHERE ${cases}`, [instance]);
  await tx.query(`DELETE FROM case_unmasking WHERE ${cases}`, [instance]);
  await tx.query(`DELETE FROM panel_vote WHERE ${cases}`, [instance]);
  await tx.query(`DELETE FROM panel_decision WHERE ${cases}`, [instance]);
  await tx.query('DELETE FROM panel_case WHERE instance_id = $1', [instance]);
  await tx.query('DELETE FROM review WHERE instance_id = $1', [instance]);
}
