import type { Tx } from '../../db/database.ts';
import { QuestionKind } from '../../profile/schema.ts';
import type { ReviewInput } from '../../review/schema.ts';
import { GoldExpectation, GoldLine, GoldOutcome, GoldSummary, GoldUse } from './schema.ts';

export type GoldSetting = { share: number; secret: string };

export async function readSetting(tx: Tx): Promise<GoldSetting | undefined> {
  const [row] = await tx.query<GoldSetting>('SELECT share, secret FROM gold_setting ORDER BY id DESC LIMIT 1');
  return row;
}

export async function insertSetting(tx: Tx, one: GoldSetting & { by: string; at: Date }): Promise<void> {
  await tx.query('INSERT INTO gold_setting (share, secret, set_by, set_at) VALUES ($1, $2, $3, $4)', [
    one.share,
    one.secret,
    one.by,
    one.at,
  ]);
}

/** A registered item: of an instance's round, or with a question and trace of its own. */
export type GoldRecord = {
  id: string;
  use: GoldUse;
  kind: QuestionKind;
  language: string;
  specialty?: string;
  instance?: { id: string; round: number };
  content?: Pick<GoldLine, 'question' | 'steps' | 'answer'>;
  expected: GoldExpectation;
  sha256: string;
};

const GoldContent = GoldLine.pick({ question: true, steps: true, answer: true });

type GoldRow = {
  id: string;
  use: string;
  kind: string;
  language: string;
  specialty: string | null;
  instance_id: string | null;
  round: number | null;
  content: unknown;
  expected: unknown;
  sha256: string;
};

function toRecord(row: GoldRow): GoldRecord {
  return {
    id: row.id,
    use: GoldUse.parse(row.use),
    kind: QuestionKind.parse(row.kind),
    language: row.language,
    ...(row.specialty === null ? {} : { specialty: row.specialty }),
    ...(row.instance_id === null || row.round === null ? {} : { instance: { id: row.instance_id, round: row.round } }),
    ...(row.content === null ? {} : { content: GoldContent.parse(row.content) }),
    expected: GoldExpectation.parse(row.expected),
    sha256: row.sha256,
  };
}

export async function insertGold(tx: Tx, one: GoldRecord & { by: string; at: Date; eventSeq: number }): Promise<void> {
  await tx.query(
    `INSERT INTO gold_item (id, use, kind, language, specialty, instance_id, round, content, expected, sha256, registered_by, registered_at, event_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      one.id,
      one.use,
      one.kind,
      one.language,
      one.specialty ?? null,
      one.instance?.id ?? null,
      one.instance?.round ?? null,
      one.content === undefined ? null : JSON.stringify(one.content),
      JSON.stringify(one.expected),
      one.sha256,
      one.by,
      one.at,
      one.eventSeq,
    ],
  );
}

export async function readGold(tx: Tx, id: string): Promise<GoldRecord | undefined> {
  const [row] = await tx.query<GoldRow>('SELECT * FROM gold_item WHERE id = $1', [id]);
  return row === undefined ? undefined : toRecord(row);
}

/** True where an item of the same content, or of the same instance, is registered already. */
export async function isRegistered(tx: Tx, one: { sha256: string; instance?: string }): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM gold_item WHERE sha256 = $1 OR instance_id = $2', [
    one.sha256,
    one.instance ?? null,
  ]);
  return rows.length > 0;
}

/**
 * Items in use that the reviewer has neither answered nor reviewed as an instance, in the order of their registration.
 * Conflicts of interest keep a reviewer away from gold as from anything else.
 */
export async function openGold(tx: Tx, reviewer: string, use: GoldUse, kinds: QuestionKind[]): Promise<GoldRecord[]> {
  const rows = await tx.query<GoldRow>(
    `SELECT * FROM gold_item WHERE use = $2 AND kind = ANY($3)
       AND NOT EXISTS (SELECT 1 FROM gold_retirement WHERE item_id = gold_item.id)
       AND NOT EXISTS (SELECT 1 FROM gold_answer WHERE item_id = gold_item.id AND reviewer = $1)
       AND NOT EXISTS (SELECT 1 FROM review WHERE review.instance_id = gold_item.instance_id AND review.reviewer = $1)
       AND NOT EXISTS (SELECT 1 FROM conflict_of_interest AS conflict JOIN instance ON instance.id = gold_item.instance_id
           JOIN question ON question.id = instance.question_id
           JOIN trace ON trace.instance_id = instance.id AND trace.round = gold_item.round
         WHERE conflict.account_id = $1 AND conflict.target = CASE conflict.scope
           WHEN 'question' THEN question.id WHEN 'dataset' THEN question.dataset WHEN 'model' THEN trace.model
           WHEN 'author' THEN question.body -> 'tags' ->> 'author' END)
     ORDER BY registered_at, id`,
    [reviewer, use, kinds],
  );
  return rows.map(toRecord);
}

/** Gold items that stood or stand in the reviewer's queue. */
export async function handedGold(tx: Tx, reviewer: string): Promise<string[]> {
  const rows = await tx.query<{ gold: string }>(
    'SELECT gold FROM assignment WHERE reviewer = $1 AND gold IS NOT NULL',
    [reviewer],
  );
  return rows.map((row) => row.gold);
}

/**
 * How many items the reviewer was handed, gold or not. It grows with each new item and with nothing else, so asking again
 * changes nothing.
 */
export async function countHanded(tx: Tx, reviewer: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM assignment WHERE reviewer = $1', [
    reviewer,
  ]);
  return row?.n ?? 0;
}

export async function insertAnswer(
  tx: Tx,
  one: {
    id: string;
    item: string;
    reviewer: string;
    answer: ReviewInput;
    outcome: GoldOutcome;
    at: Date;
    eventSeq: number;
  },
): Promise<void> {
  await tx.query(
    'INSERT INTO gold_answer (id, item_id, reviewer, answer, outcome, answered_at, event_seq) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [one.id, one.item, one.reviewer, JSON.stringify(one.answer), JSON.stringify(one.outcome), one.at, one.eventSeq],
  );
}

export type GoldAnswered = { item: string; use: GoldUse; outcome: GoldOutcome };

/** A reviewer's answers, oldest first. */
export async function answersOf(tx: Tx, reviewer: string): Promise<GoldAnswered[]> {
  const rows = await tx.query<{ item_id: string; use: string; outcome: unknown }>(
    `SELECT item_id, use, outcome FROM gold_answer JOIN gold_item ON gold_item.id = item_id WHERE reviewer = $1
     ORDER BY answered_at, gold_answer.id`,
    [reviewer],
  );
  return rows.map((row) => ({
    item: row.item_id,
    use: GoldUse.parse(row.use),
    outcome: GoldOutcome.parse(row.outcome),
  }));
}

/** All items, newest first, with how they were answered. */
export async function listGold(tx: Tx, limit: number): Promise<GoldSummary[]> {
  const rows = await tx.query<{
    id: string;
    use: string;
    kind: string;
    language: string;
    instance_id: string | null;
    registered_by: string;
    registered_at: Date;
    retired: string | null;
    answers: number;
    right: number;
  }>(
    `SELECT gold_item.id, use, kind, language, instance_id, registered_by, registered_at, retirement.reason AS retired,
       count(answer.id)::int AS answers, count(answer.id) FILTER (WHERE (answer.outcome ->> 'right')::boolean)::int AS right
     FROM gold_item LEFT JOIN gold_retirement AS retirement ON retirement.item_id = gold_item.id
       LEFT JOIN gold_answer AS answer ON answer.item_id = gold_item.id
     GROUP BY gold_item.id, retirement.reason ORDER BY registered_at DESC, gold_item.id LIMIT $1`,
    [limit],
  );
  return rows.map((row) =>
    GoldSummary.parse({
      id: row.id,
      use: row.use,
      kind: row.kind,
      language: row.language,
      ...(row.instance_id === null ? {} : { instance: row.instance_id }),
      registeredBy: row.registered_by,
      registeredAt: row.registered_at.toISOString(),
      ...(row.retired === null ? {} : { retired: row.retired }),
      answers: row.answers,
      right: row.right,
    }),
  );
}

export async function insertRetirement(
  tx: Tx,
  one: { item: string; reason: string; by: string; at: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO gold_retirement (item_id, reason, retired_by, retired_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (item_id) DO NOTHING RETURNING item_id`,
    [one.item, one.reason, one.by, one.at],
  );
  return rows.length > 0;
}

/** Deletes what an erased instance was gold for. The database refuses it unless the instance is recorded as erased. */
export async function deleteGoldOf(tx: Tx, instance: string): Promise<void> {
  await tx.query('DELETE FROM gold_answer WHERE item_id IN (SELECT id FROM gold_item WHERE instance_id = $1)', [
    instance,
  ]);
  await tx.query('DELETE FROM gold_item WHERE instance_id = $1', [instance]);
}
