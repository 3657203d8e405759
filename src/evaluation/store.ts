import type { Tx } from '../db/database.ts';
import type { AnswerCount, SetCount } from './report.ts';
import {
  Answer,
  type BenchmarkSet,
  Evaluation,
  type EvaluationSettings,
  QuestionProblem,
  SetPlan,
  Target,
} from './schema.ts';
import { readPlans } from './store-plan.ts';
import type { QuestionCount } from './variation.ts';

/** Why a question cannot be scored as a choice with one right answer; null when it can. */
const problem = `CASE WHEN coalesce(jsonb_array_length(body -> 'options'), 0) = 0 THEN 'no-options'
    WHEN jsonb_array_length(body -> 'answer') = 0 THEN 'no-answer'
    WHEN jsonb_array_length(body -> 'answer') > 1 THEN 'several-answers' END`;

const benchmark = `SELECT id, coalesce(set_name, dataset) AS set_name, language, body, ${problem} AS problem
    FROM question WHERE benchmark AND state <> 'excluded'`;

function problemsOf(rows: { problem: string | null; n: number }[]): Partial<Record<QuestionProblem, number>> {
  const problems: Partial<Record<QuestionProblem, number>> = {};
  for (const { problem, n } of rows) if (problem !== null) problems[QuestionProblem.parse(problem)] = n;
  return problems;
}

/** The benchmark sets that the corpus holds. */
export async function readBenchmarkSets(tx: Tx): Promise<BenchmarkSet[]> {
  const rows = await tx.query<{ set_name: string; language: string; problem: string | null; n: string }>(
    `SELECT set_name, language, problem, count(*) AS n FROM (${benchmark}) AS one
     GROUP BY set_name, language, problem ORDER BY set_name, language, problem`,
  );
  const sets = Map.groupBy(rows, (row) => row.set_name);
  return [...sets].map(([name, rows]) => {
    const counted = new Map<string | null, number>();
    for (const row of rows) counted.set(row.problem, (counted.get(row.problem) ?? 0) + Number(row.n));
    return {
      name,
      questions: [...counted.values()].reduce((sum, n) => sum + n, 0),
      languages: [...new Set(rows.map((row) => row.language))].sort(),
      problems: problemsOf([...counted].map(([problem, n]) => ({ problem, n }))),
    };
  });
}

export async function insertEvaluation(tx: Tx, one: Evaluation, targets: Target[]): Promise<void> {
  await tx.query(
    'INSERT INTO evaluation (id, settings, profile_digest, created_by, created_at) VALUES ($1, $2, $3, $4, $5)',
    [one.id, JSON.stringify(one.settings), one.profileDigest, one.createdBy, one.createdAt],
  );
  for (const [position, target] of targets.entries())
    await tx.query('INSERT INTO evaluation_target (evaluation_id, name, position, identity) VALUES ($1, $2, $3, $4)', [
      one.id,
      target.name,
      position,
      JSON.stringify(target.identity),
    ]);
}

/**
 * Writes down which questions the evaluation asks: all of the sets, or `limit` of each in an order that the seed decides.
 * A question of an open set needs no options.
 * Positions follow set and id by code point, so that they are the same on every database.
 */
export async function insertQuestions(
  tx: Tx,
  id: string,
  sets: { names: string[]; open: string[] },
  settings: Pick<EvaluationSettings, 'limit' | 'seed'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO evaluation_question (evaluation_id, question_id, position, set_name, options, problem)
     SELECT $1, id, row_number() OVER (ORDER BY set_name COLLATE "C", id COLLATE "C"), set_name,
       coalesce(jsonb_array_length(body -> 'options'), 0), problem
     FROM (SELECT *, row_number() OVER (PARTITION BY set_name, problem IS NULL ORDER BY md5($4::text || ':' || id), id) AS place
           FROM (SELECT id, set_name, body, CASE WHEN NOT set_name = ANY($5::text[]) THEN problem END AS problem
                 FROM (${benchmark}) AS found) AS one WHERE set_name = ANY($2::text[])) AS drawn
     WHERE problem IS NOT NULL OR $3::int IS NULL OR place <= $3`,
    [id, sets.names, settings.limit ?? null, String(settings.seed), sets.open],
  );
}

type EvaluationRow = {
  id: string;
  settings: unknown;
  profile_digest: string;
  created_by: string;
  created_at: Date;
  completed_at: Date | null;
  event_seq: number | null;
};

function toEvaluation(row: EvaluationRow): Evaluation {
  return Evaluation.parse({
    id: row.id,
    settings: row.settings,
    profileDigest: row.profile_digest,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
    ...(row.event_seq === null ? {} : { eventSeq: row.event_seq }),
  });
}

export async function readEvaluation(tx: Tx, id: string): Promise<Evaluation | undefined> {
  const [row] = await tx.query<EvaluationRow>('SELECT * FROM evaluation WHERE id = $1', [id]);
  return row === undefined ? undefined : toEvaluation(row);
}

export async function lockEvaluation(tx: Tx, id: string): Promise<Evaluation | undefined> {
  const [row] = await tx.query<EvaluationRow>('SELECT * FROM evaluation WHERE id = $1 FOR UPDATE', [id]);
  return row === undefined ? undefined : toEvaluation(row);
}

/** The latest evaluations, or the latest completed ones, newest first. */
export async function listEvaluations(tx: Tx, limit: number, completed = false): Promise<Evaluation[]> {
  const rows = await tx.query<EvaluationRow>(
    `SELECT * FROM evaluation WHERE NOT $2::boolean OR completed_at IS NOT NULL
     ORDER BY created_at DESC, id LIMIT $1`,
    [limit, completed],
  );
  return rows.map(toEvaluation);
}

/** The evaluations that asked a model, oldest first, with the name it had among the targets. */
export async function evaluationsByModel(
  tx: Tx,
  digest: string,
): Promise<{ evaluation: Evaluation; target: string }[]> {
  const rows = await tx.query<EvaluationRow & { target: string }>(
    `SELECT evaluation.*, evaluation_target.name AS target FROM evaluation_target
       JOIN evaluation ON evaluation.id = evaluation_id
     WHERE identity ->> 'digest' = $1 ORDER BY created_at, evaluation.id, position`,
    [digest],
  );
  return rows.map((row) => ({ evaluation: toEvaluation(row), target: row.target }));
}

export async function setCompleted(tx: Tx, id: string, at: Date, eventSeq: number): Promise<void> {
  await tx.query('UPDATE evaluation SET completed_at = $2, event_seq = $3 WHERE id = $1', [id, at, eventSeq]);
}

export async function readTargets(tx: Tx, id: string): Promise<Target[]> {
  const rows = await tx.query<{ name: string; identity: unknown }>(
    'SELECT name, identity FROM evaluation_target WHERE evaluation_id = $1 ORDER BY position',
    [id],
  );
  return rows.map((row) => Target.parse(row));
}

/** What each set of the evaluation asks, in the order of the sets' names. */
export async function readSetCounts(tx: Tx, id: string): Promise<SetCount[]> {
  const rows = await tx.query<{ set_name: string; problem: string | null; n: string; chance: number | null }>(
    `SELECT set_name, problem, count(*) AS n, avg(1.0::float8 / nullif(options, 0)) AS chance
     FROM evaluation_question WHERE evaluation_id = $1 GROUP BY set_name, problem ORDER BY set_name COLLATE "C", problem`,
    [id],
  );
  const plans = await readPlans(tx, id);
  return [...Map.groupBy(rows, (row) => row.set_name)].map(([set, rows]) => {
    const asked = rows.find((row) => row.problem === null);
    return {
      set,
      questions: Number(asked?.n ?? 0),
      plan: plans.get(set) ?? SetPlan.parse({}),
      chance: asked?.chance ?? null,
      problems: problemsOf(rows.map((row) => ({ problem: row.problem, n: Number(row.n) }))),
    };
  });
}

/** The ids of the questions asked from a position on, with their sets. */
export async function askedQuestions(
  tx: Tx,
  id: string,
  from: number,
  limit: number,
): Promise<{ id: string; set: string; position: number }[]> {
  return tx.query<{ id: string; set: string; position: number }>(
    `SELECT question_id AS id, set_name AS set, position FROM evaluation_question
     WHERE evaluation_id = $1 AND problem IS NULL AND position >= $2 ORDER BY position LIMIT $3`,
    [id, from, limit],
  );
}

/** Stores answers in one statement; a question that the target has answered already keeps its first answer. */
export async function insertAnswers(tx: Tx, id: string, answers: Answer[]): Promise<void> {
  await tx.query(
    `INSERT INTO evaluation_answer (evaluation_id, target, question_id, variant, state, rule, answer, quote, reply, finish_reason,
       log_probs, model, call_key, answered_at)
     SELECT $1, target, question, variant, state, rule, answer, quote, reply, "finishReason", "logProbs", model, "callKey", "answeredAt"
     FROM jsonb_to_recordset($2::jsonb) AS row (target text, question text, variant int, state text, rule text, answer text, quote text, reply text,
       "finishReason" text, "logProbs" jsonb, model text, "callKey" text, "answeredAt" timestamptz)
     ON CONFLICT DO NOTHING`,
    [id, JSON.stringify(answers)],
  );
}

/** How many answers the evaluation has. */
export async function countAnswers(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.query<{ n: string }>('SELECT count(*) AS n FROM evaluation_answer WHERE evaluation_id = $1', [
    id,
  ]);
  return Number(row?.n ?? 0);
}

export async function readAnswerCounts(tx: Tx, id: string): Promise<AnswerCount[]> {
  const rows = await tx.query<{
    target: string;
    set: string;
    state: string;
    rule: string;
    truncated: boolean;
    n: string;
  }>(
    `SELECT target, set_name AS set, state, rule, finish_reason = 'length' AS truncated, count(*) AS n
     FROM evaluation_answer JOIN evaluation_question USING (evaluation_id, question_id)
     WHERE evaluation_id = $1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    [id],
  );
  return rows.map((row) => ({ ...row, state: Answer.shape.state.parse(row.state), n: Number(row.n) }));
}

/** How many questions of a set were answered alike over their variants, in the sets that have several. */
export async function readQuestionCounts(tx: Tx, id: string): Promise<QuestionCount[]> {
  const rows = await tx.query<{ target: string; set: string; right: string; wrong: string; given: string; n: string }>(
    `SELECT target, set, "right", wrong, given, count(*) AS n FROM (
       SELECT target, set_name AS set, question_id, count(*) FILTER (WHERE state = 'answered-correct') AS "right",
         count(*) FILTER (WHERE state = 'answered-wrong') AS wrong, count(*) AS given
       FROM evaluation_answer JOIN evaluation_question USING (evaluation_id, question_id)
         JOIN evaluation_set USING (evaluation_id, set_name)
       WHERE evaluation_id = $1 AND variants > 1 GROUP BY target, set_name, question_id) AS question
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    [id],
  );
  return rows.map(({ target, set, right, wrong, given, n }) => ({
    target,
    set,
    right: Number(right),
    wrong: Number(wrong),
    given: Number(given),
    n: Number(n),
  }));
}
