import type { Tx } from '../../db/database.ts';
import type { PairedCounts } from '../../statistics/intervals/paired-proportions.ts';
import { slicesOf } from '../store-slices.ts';
import { Flip } from './schema.ts';

/** One target of one evaluation. */
export type Side = { evaluation: string; target: string };

/**
 * Both sides' answers to the same question; a question that only one side answered is not in it, nor one for judges. Asked in
 * several variants, a question is right when all its replies are: replies to one question are no independent pairs.
 */
const side = (evaluation: string, target: string): string =>
  `(SELECT question_id, bool_and(state = 'answered-correct') AS "right",
      (array_agg(state ORDER BY (state = 'answered-correct'), variant))[1] AS state,
      (array_agg(answer ORDER BY (state = 'answered-correct'), variant))[1] AS answer
    FROM evaluation_answer WHERE evaluation_id = ${evaluation} AND target = ${target} AND state <> 'open'
    GROUP BY question_id)`;
const pairs = `FROM ${side('$1', '$2')} AS a JOIN ${side('$3', '$4')} AS b USING (question_id)
    JOIN evaluation_question AS asked ON asked.evaluation_id = $1 AND asked.question_id = a.question_id`;
const counted = `count(*) FILTER (WHERE a."right" AND b."right") AS both,
       count(*) FILTER (WHERE a."right" AND NOT b."right") AS only_a,
       count(*) FILTER (WHERE NOT a."right" AND b."right") AS only_b,
       count(*) FILTER (WHERE NOT a."right" AND NOT b."right") AS neither`;

type CountRow = { both: string; only_a: string; only_b: string; neither: string };

function toCounts(row: CountRow): PairedCounts {
  return { a: Number(row.both), b: Number(row.only_a), c: Number(row.only_b), d: Number(row.neither) };
}

/** Paired counts by set, in the order of the sets' names. */
export async function readPairedCounts(tx: Tx, a: Side, b: Side): Promise<{ name: string; counts: PairedCounts }[]> {
  const rows = await tx.query<CountRow & { name: string }>(
    `SELECT asked.set_name AS name, ${counted} ${pairs} GROUP BY asked.set_name ORDER BY asked.set_name`,
    [a.evaluation, a.target, b.evaluation, b.target],
  );
  return rows.map((row) => ({ name: row.name, counts: toCounts(row) }));
}

/** Paired counts by language, specialty, dimension and the fields by which the benchmarks are grouped. */
export async function readSliceCounts(
  tx: Tx,
  a: Side,
  b: Side,
): Promise<{ by: string; value: string; counts: PairedCounts }[]> {
  const rows = await tx.query<CountRow & { by: string; value: string }>(
    `SELECT slice.by, slice.value, ${counted} ${pairs}
       JOIN question ON question.id = a.question_id
       LEFT JOIN evaluation_set AS plan ON plan.evaluation_id = $1 AND plan.set_name = asked.set_name
       ${slicesOf}
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [a.evaluation, a.target, b.evaluation, b.target],
  );
  return rows.map((row) => ({ by: row.by, value: row.value, counts: toCounts(row) }));
}

/** How many questions the first side answered and the second did not. */
export async function countUnpaired(tx: Tx, a: Side, b: Side): Promise<number> {
  const [row] = await tx.query<{ n: string }>(
    `SELECT count(DISTINCT question_id) AS n FROM evaluation_answer AS a WHERE a.evaluation_id = $1 AND a.target = $2
       AND NOT EXISTS (SELECT 1 FROM evaluation_answer AS b
         WHERE b.evaluation_id = $3 AND b.target = $4 AND b.question_id = a.question_id)`,
    [a.evaluation, a.target, b.evaluation, b.target],
  );
  return Number(row?.n ?? 0);
}

type FlipRow = {
  question: string;
  set: string;
  gained: boolean;
  expected: string;
  state_a: string;
  answer_a: string | null;
  state_b: string;
  answer_b: string | null;
};

/** A page of the questions that exactly one side got right, in the order of their ids. */
export async function flipPage(
  tx: Tx,
  sides: { a: Side; b: Side },
  page: { after?: string | undefined; limit: number },
): Promise<Flip[]> {
  const { a, b } = sides;
  const rows = await tx.query<FlipRow>(
    `SELECT question_id AS question, set, gained, state_a, answer_a, state_b, answer_b,
       question.body -> 'answer' ->> 0 AS expected
     FROM (SELECT a.question_id, asked.set_name AS set, b."right" AS gained, a.state AS state_a, a.answer AS answer_a,
             b.state AS state_b, b.answer AS answer_b
           ${pairs} WHERE a."right" <> b."right" AND ($5::text IS NULL OR a.question_id > $5)
           ORDER BY a.question_id LIMIT $6) AS flip
       JOIN question ON question.id = question_id ORDER BY question_id`,
    [a.evaluation, a.target, b.evaluation, b.target, page.after ?? null, page.limit],
  );
  return rows.map((row) =>
    Flip.parse({
      question: row.question,
      set: row.set,
      direction: row.gained ? 'gained' : 'lost',
      expected: row.expected,
      a: { state: row.state_a, ...(row.answer_a === null ? {} : { answer: row.answer_a }) },
      b: { state: row.state_b, ...(row.answer_b === null ? {} : { answer: row.answer_b }) },
    }),
  );
}
