import { Question } from '../corpus/schema.ts';
import type { Tx } from '../db/database.ts';
import type { ExamQuestion } from './asking/exam.ts';
import { EvaluationItem } from './schema.ts';
import { slicesOf } from './store-slices.ts';

// Pages are read in steps by keys, never by one join: without statistics, which the embedded database does not gather, a
// planner takes a join over whole tables for each page, and a run over n questions costs n².

export type OpenQuestion = { position: number; set: string; question: ExamQuestion; given: ReadonlySet<number> };

type Place = { id: string; position: number; set_name: string };

/** A page of the questions asked from a position on, each with the variants that the target has answered. */
export async function askedPage(
  tx: Tx,
  wanted: { id: string; target: string; from: number; limit: number },
): Promise<{ questions: OpenQuestion[]; next?: number }> {
  const places = await tx.query<Place>(
    `SELECT question_id AS id, position, set_name FROM evaluation_question
     WHERE evaluation_id = $1 AND problem IS NULL AND position >= $2 ORDER BY position LIMIT $3`,
    [wanted.id, wanted.from, wanted.limit],
  );
  const last = places.at(-1);
  if (last === undefined) return { questions: [] };
  const ids = places.map((place) => place.id);
  const answered = await tx.query<{ id: string; variant: number }>(
    `SELECT question_id AS id, variant FROM evaluation_answer
     WHERE evaluation_id = $1 AND target = $2 AND question_id = ANY($3::text[])`,
    [wanted.id, wanted.target, ids],
  );
  const given = new Map<string, Set<number>>();
  for (const { id, variant } of answered) given.set(id, (given.get(id) ?? new Set()).add(variant));
  const bodies = await questionBodies(tx, ids);
  const questions = places.flatMap(({ id, position, set_name }) => {
    const question = bodies.get(id);
    return question === undefined ? [] : [{ position, set: set_name, question, given: given.get(id) ?? new Set() }];
  });
  return { questions, ...(places.length < wanted.limit ? {} : { next: last.position + 1 }) };
}

async function questionBodies(tx: Tx, ids: string[]): Promise<Map<string, ExamQuestion>> {
  const rows = await tx.query<{ id: string; body: unknown }>(
    'SELECT id, body FROM question WHERE id = ANY($1::text[])',
    [ids],
  );
  return new Map(
    rows.map((row) => {
      const { options = [], ...question } = Question.parse(row.body);
      return [row.id, { ...question, options }];
    }),
  );
}

export type ItemFilter = {
  target: string;
  set?: string;
  state?: string;
  /** Only questions of one part: what it is by (language, specialty, dimension, a field of the benchmark), and its value. */
  by?: string;
  value?: string;
  /** Position of the first item. */
  from: number;
  /** Most questions of the page; one that is asked in several variants gives as many items. */
  limit: number;
};

type ItemRow = {
  variant: number;
  target: string;
  question_id: string;
  state: string;
  rule: string;
  answer: string | null;
  quote: string | null;
  reply: string;
  finish_reason: string;
  log_probs: unknown;
  model: string;
  call_key: string;
  answered_at: Date;
};

type QuestionRow = {
  id: string;
  identity: string;
  language: string;
  expected: string | null;
  text: string;
  options: unknown;
};
type JudgmentRow = { id: string; variant: number; judge: string; score: number | null; reason: string };

function toItem(row: ItemRow, place: Place, question: QuestionRow, judgments: JudgmentRow[]): EvaluationItem {
  return EvaluationItem.parse({
    position: place.position,
    set: place.set_name,
    questionIdentity: question.identity,
    expected: question.expected ?? '',
    language: question.language,
    text: question.text,
    options: question.options,
    ...(row.state === 'open' ? { judgments } : {}),
    target: row.target,
    question: row.question_id,
    variant: row.variant,
    state: row.state,
    rule: row.rule,
    ...(row.answer === null ? {} : { answer: row.answer }),
    ...(row.quote === null ? {} : { quote: row.quote }),
    reply: row.reply,
    finishReason: row.finish_reason,
    ...(row.log_probs === null ? {} : { logProbs: row.log_probs }),
    model: row.model,
    callKey: row.call_key,
    answeredAt: row.answered_at.toISOString(),
  });
}

/** A page of a target's replies in the order of positions and variants; `next` is where the following page begins. */
export async function itemPage(
  tx: Tx,
  id: string,
  filter: ItemFilter,
): Promise<{ items: EvaluationItem[]; next?: number }> {
  const places = await itemPlaces(tx, id, filter);
  const [beyond] = places.splice(filter.limit);
  const ids = places.map((place) => place.id);
  const rows = await tx.query<ItemRow>(
    `SELECT * FROM evaluation_answer WHERE evaluation_id = $1 AND target = $2 AND question_id = ANY($3::text[])
       AND ($4::text IS NULL OR state = $4) ORDER BY question_id, variant`,
    [id, filter.target, ids, filter.state ?? null],
  );
  const keys = await tx.query<QuestionRow>(
    `SELECT id, identity, language, body -> 'answer' ->> 0 AS expected, body ->> 'text' AS text,
       coalesce(body -> 'options', '[]'::jsonb) AS options FROM question WHERE id = ANY($1::text[])`,
    [ids],
  );
  const judgments = rows.some((row) => row.state === 'open') ? await judgmentsOf(tx, id, filter.target, ids) : [];
  const answers = Map.groupBy(rows, (row) => row.question_id);
  const questions = new Map(keys.map((key) => [key.id, key]));
  const items = places.flatMap((place) => {
    const question = questions.get(place.id);
    if (question === undefined) return [];
    return (answers.get(place.id) ?? []).map((row) => {
      const own = judgments.filter((one) => one.id === row.question_id && one.variant === row.variant);
      return toItem(row, place, question, own);
    });
  });
  return { items, ...(beyond === undefined ? {} : { next: beyond.position }) };
}

function judgmentsOf(tx: Tx, id: string, target: string, ids: string[]): Promise<JudgmentRow[]> {
  return tx.query<JudgmentRow>(
    `SELECT question_id AS id, variant, judge, score, reason FROM evaluation_judgment
     WHERE evaluation_id = $1 AND target = $2 AND question_id = ANY($3::text[]) ORDER BY judge`,
    [id, target, ids],
  );
}

/** Where the page's questions stand: one more than asked for, so that it is known whether more follow. */
function itemPlaces(tx: Tx, id: string, filter: ItemFilter): Promise<Place[]> {
  const { target, set, state, by, value, from, limit } = filter;
  const parameters: unknown[] = [id, from, set ?? null, limit + 1];
  const conditions: string[] = [];
  if (state !== undefined) {
    parameters.push(target, state);
    conditions.push(`AND question_id IN (SELECT question_id FROM evaluation_answer
         WHERE evaluation_id = $1 AND target = $${parameters.length - 1} AND state = $${parameters.length})`);
  }
  if (by !== undefined && value !== undefined) {
    parameters.push(by, value);
    conditions.push(`AND EXISTS (SELECT 1 FROM question
         LEFT JOIN evaluation_set AS plan ON plan.evaluation_id = $1 AND plan.set_name = asked.set_name ${slicesOf}
         WHERE question.id = asked.question_id AND slice.by = $${parameters.length - 1} AND slice.value = $${parameters.length})`);
  }
  return tx.query<Place>(
    `SELECT question_id AS id, position, set_name FROM evaluation_question AS asked
     WHERE evaluation_id = $1 AND problem IS NULL AND position >= $2 AND ($3::text IS NULL OR set_name = $3)
       ${conditions.join('\n       ')}
     ORDER BY position LIMIT $4`,
    parameters,
  );
}
