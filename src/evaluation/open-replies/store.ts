import { Question } from '../../corpus/schema.ts';
import type { Tx } from '../../db/database.ts';
import type { OpenQuestion } from '../asking/exam.ts';

export type Judgment = {
  target: string;
  question: string;
  variant: number;
  judge: string;
  version: string;
  score: number | null;
  reason: string;
  met?: Record<string, boolean>;
  calls: string[];
  judgedAt: string;
};

export type OpenReply = { target: string; set: string; variant: number; reply: string; question: OpenQuestion };

/** Open replies that the judge has not scored yet, each looked up by its whole key, whatever the planner believes of growing tables. */
export async function unjudgedReplies(tx: Tx, id: string, judge: string, limit: number): Promise<OpenReply[]> {
  const rows = await tx.query<{ target: string; set: string; variant: number; reply: string; body: unknown }>(
    `SELECT target, asked.set_name AS set, variant, reply, body
     FROM evaluation_answer AS given JOIN evaluation_question AS asked USING (evaluation_id, question_id)
       JOIN question ON question.id = question_id
     WHERE evaluation_id = $1 AND given.state = 'open' AND (SELECT 1 FROM evaluation_judgment AS known
       WHERE known.evaluation_id = $1 AND known.target = given.target AND known.question_id = given.question_id
         AND known.variant = given.variant AND known.judge = $2) IS NULL
     ORDER BY position, target, variant LIMIT $3`,
    [id, judge, limit],
  );
  return rows.map(({ body, ...row }) => {
    const { options = [], ...question } = Question.parse(body);
    return { ...row, question: { ...question, options } };
  });
}

/** Stores judgments; a reply that the judge has scored already keeps its first score. */
export async function insertJudgments(tx: Tx, id: string, judgments: Judgment[]): Promise<void> {
  await tx.query(
    `INSERT INTO evaluation_judgment (evaluation_id, target, question_id, variant, judge, version, score, reason, met, calls, judged_at)
     SELECT $1, target, question, variant, judge, version, score, reason, met, calls, "judgedAt"
     FROM jsonb_to_recordset($2::jsonb) AS row (target text, question text, variant int, judge text, version text, score float8,
       reason text, met jsonb, calls jsonb, "judgedAt" timestamptz)
     ON CONFLICT DO NOTHING`,
    [id, JSON.stringify(judgments)],
  );
}

/** Replies with equal scores by one judge; `group` is what the benchmark's first field of grouping says of their questions. */
export type ScoreCount = {
  target: string;
  set: string;
  judge: string;
  group: string | null;
  score: number | null;
  n: number;
};

export async function readScoreCounts(tx: Tx, id: string): Promise<ScoreCount[]> {
  const rows = await tx.query<Omit<ScoreCount, 'n'> & { n: string }>(
    `SELECT target, asked.set_name AS set, judge, question.body -> 'tags' ->> (plan.plan -> 'grouping' ->> 0) AS "group",
       score, count(*) AS n
     FROM evaluation_judgment JOIN evaluation_question AS asked USING (evaluation_id, question_id)
       JOIN evaluation_set AS plan ON plan.evaluation_id = $1 AND plan.set_name = asked.set_name
       JOIN question ON question.id = question_id
     WHERE evaluation_judgment.evaluation_id = $1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    [id],
  );
  return rows.map((row) => ({ ...row, n: Number(row.n) }));
}

/** How many open replies wait for one of so many judges. */
export async function countUnjudged(tx: Tx, id: string, judges: number): Promise<number> {
  const [row] = await tx.query<{ open: string; judged: string }>(
    `SELECT (SELECT count(*) FROM evaluation_answer WHERE evaluation_id = $1 AND state = 'open') AS open,
       (SELECT count(*) FROM evaluation_judgment WHERE evaluation_id = $1) AS judged`,
    [id],
  );
  return Number(row?.open ?? 0) * judges - Number(row?.judged ?? 0);
}

/** One open reply with the score of each judge; null where a judge gave none. */
export type JudgedReply = { target: string; set: string; scores: Record<string, number | null> };

/** Every judged reply of an evaluation, in the order of targets and positions. */
export async function readJudgedReplies(tx: Tx, id: string): Promise<JudgedReply[]> {
  return tx.query<JudgedReply>(
    `SELECT target, asked.set_name AS set, jsonb_object_agg(judge, score) AS scores
     FROM evaluation_judgment JOIN evaluation_question AS asked USING (evaluation_id, question_id)
     WHERE evaluation_id = $1 GROUP BY target, asked.set_name, position, variant ORDER BY target, position, variant`,
    [id],
  );
}
