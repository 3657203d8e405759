import type { Tx } from '../db/database.ts';

/**
 * The parts that a question belongs to, each a row of `slice` (by, value): language, specialty, dimension, and the fields by
 * which its benchmark is grouped. To be joined where `question` and `plan`, the row of evaluation_set, stand.
 */
export const slicesOf = `CROSS JOIN LATERAL (
         SELECT 'language' AS by, question.language AS value
         UNION ALL SELECT 'specialty', body ->> 'specialty' WHERE body ? 'specialty'
         UNION ALL SELECT 'dimension', jsonb_array_elements_text(body -> 'dimensions')
         UNION ALL SELECT field, body -> 'tags' ->> field
           FROM jsonb_array_elements_text(coalesce(plan.plan -> 'grouping', '[]'::jsonb)) AS field
           WHERE body -> 'tags' ? field AND field NOT IN ('language', 'specialty', 'dimension')) AS slice`;

/** Questions of one target in one part: right with every reply, with a reply that is no answer, and all. */
export type OwnSlice = { target: string; by: string; value: string; right: number; unanswered: number; n: number };

/** How each target did in each part; questions for judges are in none. */
export async function readOwnSlices(tx: Tx, id: string): Promise<OwnSlice[]> {
  const rows = await tx.query<Record<'target' | 'by' | 'value' | 'right' | 'unanswered' | 'n', string>>(
    `SELECT target, slice.by, slice.value, count(*) FILTER (WHERE "right") AS "right",
       count(*) FILTER (WHERE unanswered) AS unanswered, count(*) AS n
     FROM (SELECT target, question_id, bool_and(state = 'answered-correct') AS "right",
             bool_or(state NOT LIKE 'answered-%') AS unanswered
           FROM evaluation_answer WHERE evaluation_id = $1 AND state <> 'open' GROUP BY target, question_id) AS given
       JOIN evaluation_question AS asked ON asked.evaluation_id = $1 AND asked.question_id = given.question_id
       JOIN question ON question.id = given.question_id
       LEFT JOIN evaluation_set AS plan ON plan.evaluation_id = $1 AND plan.set_name = asked.set_name
       ${slicesOf}
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [id],
  );
  return rows.map(({ target, by, value, right, unanswered, n }) => ({
    target,
    by,
    value,
    right: Number(right),
    unanswered: Number(unanswered),
    n: Number(n),
  }));
}
