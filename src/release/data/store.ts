import { Question } from '../../corpus/schema.ts';
import type { Tx } from '../../db/database.ts';

/** What a release is made of, read from the tables of the stages before. */
export type Candidate = {
  readonly instance: string;
  readonly question: Question;
  readonly group: string;
  readonly identity: string;
  readonly excluded: boolean;
};

type CandidateRow = { instance: string; body: unknown; group_key: string; identity: string; state: string };

const selectCandidates = `SELECT instance.id AS instance, body, group_key, identity, question.state FROM instance
     JOIN question ON question.id = instance.question_id`;

function toCandidate(row: CandidateRow): Candidate {
  return {
    instance: row.instance,
    question: Question.parse(row.body),
    group: row.group_key,
    identity: row.identity,
    excluded: row.state === 'excluded',
  };
}

/** A page of accepted instances in the order of their questions' ids (by code unit, on every database). */
export async function candidatePage(
  tx: Tx,
  filter: { dataset?: string | undefined; after?: string | undefined; limit: number },
): Promise<Candidate[]> {
  const rows = await tx.query<CandidateRow>(
    `${selectCandidates}
     WHERE instance.state = 'accepted' AND ($1::text IS NULL OR question.dataset = $1)
       AND ($2::text IS NULL OR question.id COLLATE "C" > $2 COLLATE "C")
     ORDER BY question.id COLLATE "C" LIMIT $3`,
    [filter.dataset ?? null, filter.after ?? null, filter.limit],
  );
  return rows.map(toCandidate);
}

/** Candidates by instance, in no order. */
export async function candidatesOf(tx: Tx, instances: readonly string[]): Promise<Candidate[]> {
  const rows = await tx.query<CandidateRow>(`${selectCandidates} WHERE instance.id = ANY($1)`, [instances]);
  return rows.map(toCandidate);
}

export type BenchmarkQuestion = {
  id: string;
  identity: string;
  group: string;
  text: string;
  options?: { text: string }[];
};

/** A page of benchmark questions by id: none of them may be in a release. */
export async function benchmarkPage(tx: Tx, after: string | undefined, limit: number): Promise<BenchmarkQuestion[]> {
  const rows = await tx.query<{ id: string; identity: string; group_key: string; body: unknown }>(
    `SELECT id, identity, group_key, body FROM question WHERE benchmark
       AND ($1::text IS NULL OR id COLLATE "C" > $1 COLLATE "C") ORDER BY id COLLATE "C" LIMIT $2`,
    [after ?? null, limit],
  );
  return rows.map((row) => {
    const { text, options } = Question.parse(row.body);
    const one = { id: row.id, identity: row.identity, group: row.group_key, text };
    return options === undefined ? one : { ...one, options };
  });
}
