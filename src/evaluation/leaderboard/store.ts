import type { Tx } from '../../db/database.ts';
import type { SharedSet } from './board.ts';

/** Of the sets that both evaluations ask: how many questions the other one asks, and how many of those the lead asks too. */
export async function readSharedSets(tx: Tx, lead: string, other: string): Promise<SharedSet[]> {
  const rows = await tx.query<{ set: string; own: string; shared: string }>(
    `SELECT asked.set_name AS set, count(*) AS own, count(led.question_id) AS shared
     FROM evaluation_question AS asked
       LEFT JOIN evaluation_question AS led
         ON led.evaluation_id = $1 AND led.question_id = asked.question_id AND led.problem IS NULL
     WHERE asked.evaluation_id = $2 AND asked.problem IS NULL
       AND asked.set_name IN (SELECT set_name FROM evaluation_question WHERE evaluation_id = $1 AND problem IS NULL)
     GROUP BY 1 ORDER BY 1`,
    [lead, other],
  );
  return rows.map(({ set, own, shared }) => ({ set, own: Number(own), shared: Number(shared) }));
}
