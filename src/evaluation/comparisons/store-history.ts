import type { Tx } from '../../db/database.ts';

export type CompletedPoint = {
  evaluation: string;
  completedAt: string;
  target: string;
  ref: string;
  set: string;
  /** Questions with every reply right, and all. */
  right: number;
  questions: number;
};

/** What each target of the latest completed evaluations got right in each set, oldest first; sets for judges are left out. */
export async function completedPoints(
  tx: Tx,
  filter: { target?: string; set?: string; limit: number },
): Promise<CompletedPoint[]> {
  const rows = await tx.query<{
    evaluation: string;
    completed_at: Date;
    target: string;
    ref: string;
    set: string;
    right: string;
    questions: string;
  }>(
    `WITH latest AS (SELECT id, completed_at FROM evaluation WHERE completed_at IS NOT NULL
       ORDER BY completed_at DESC, id LIMIT $3),
     question AS (SELECT evaluation_id, target, question_id, bool_and(state = 'answered-correct') AS "right"
       FROM evaluation_answer WHERE evaluation_id IN (SELECT id FROM latest) AND state <> 'open'
         AND ($1::text IS NULL OR target = $1) GROUP BY 1, 2, 3)
     SELECT latest.id AS evaluation, completed_at, target, identity ->> 'ref' AS ref, set_name AS set,
       count(*) FILTER (WHERE "right") AS "right", count(*) AS questions
     FROM question JOIN latest ON latest.id = evaluation_id
       JOIN evaluation_question USING (evaluation_id, question_id)
       JOIN evaluation_target ON evaluation_target.evaluation_id = latest.id AND evaluation_target.name = target
     WHERE $2::text IS NULL OR set_name = $2
     GROUP BY latest.id, completed_at, target, identity, set_name ORDER BY completed_at, latest.id, target, set_name`,
    [filter.target ?? null, filter.set ?? null, filter.limit],
  );
  return rows.map(({ completed_at, right, questions, ...row }) => ({
    ...row,
    completedAt: completed_at.toISOString(),
    right: Number(right),
    questions: Number(questions),
  }));
}
