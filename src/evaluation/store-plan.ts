import { Question } from '../corpus/schema.ts';
import type { Tx } from '../db/database.ts';
import type { ExamQuestion } from './asking/exam.ts';
import { variantsOf } from './plan.ts';
import { SetPlan } from './schema.ts';

/** Stores how the sets of an evaluation are asked. */
export async function insertPlans(tx: Tx, id: string, plans: ReadonlyMap<string, SetPlan>): Promise<void> {
  const rows = [...plans].map(([set_name, plan]) => ({ set_name, variants: variantsOf(plan), plan }));
  await tx.query(
    `INSERT INTO evaluation_set (evaluation_id, set_name, variants, plan)
     SELECT $1, set_name, variants, plan FROM jsonb_to_recordset($2::jsonb) AS row (set_name text, variants int, plan jsonb)`,
    [id, JSON.stringify(rows)],
  );
}

/** How each set of an evaluation is asked, in the order of their names. */
export async function readPlans(tx: Tx, id: string): Promise<Map<string, SetPlan>> {
  const rows = await tx.query<{ set_name: string; plan: unknown }>(
    'SELECT set_name, plan FROM evaluation_set WHERE evaluation_id = $1 ORDER BY set_name COLLATE "C"',
    [id],
  );
  return new Map(rows.map((row) => [row.set_name, SetPlan.parse(row.plan)]));
}

/**
 * Draws solved examples for a set by the seed: questions with one right option of the other set, in the languages that the
 * set's own questions have, and none that the evaluation asks, whatever its letters. Returns how many were found.
 */
export async function drawExamples(
  tx: Tx,
  id: string,
  wanted: { set: string; from: string; shots: number; seed: number },
): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO evaluation_example (evaluation_id, set_name, position, question_id)
     SELECT $1, $2, row_number() OVER (ORDER BY md5($5::text || ':' || one.id), one.id), one.id
     FROM question AS one
     WHERE coalesce(one.set_name, one.dataset) = $3 AND state <> 'excluded'
       AND coalesce(jsonb_array_length(body -> 'options'), 0) > 1 AND jsonb_array_length(body -> 'answer') = 1
       AND one.language IN (SELECT language FROM evaluation_question JOIN question ON question.id = question_id
         WHERE evaluation_id = $1 AND evaluation_question.set_name = $2)
       AND one.identity NOT IN (SELECT identity FROM evaluation_question JOIN question ON question.id = question_id
         WHERE evaluation_id = $1)
     ORDER BY md5($5::text || ':' || one.id), one.id LIMIT $4 RETURNING 1`,
    [id, wanted.set, wanted.from, wanted.shots, String(wanted.seed)],
  );
  return rows.length;
}

/** The solved examples of each set, in their order. */
export async function readExamples(tx: Tx, id: string): Promise<Map<string, ExamQuestion[]>> {
  const rows = await tx.query<{ set_name: string; body: unknown }>(
    `SELECT evaluation_example.set_name, body FROM evaluation_example JOIN question ON question.id = question_id
     WHERE evaluation_id = $1 ORDER BY evaluation_example.set_name, position`,
    [id],
  );
  const examples = new Map<string, ExamQuestion[]>();
  for (const row of rows) {
    const { options = [], ...question } = Question.parse(row.body);
    examples.set(row.set_name, [...(examples.get(row.set_name) ?? []), { ...question, options }]);
  }
  return examples;
}
