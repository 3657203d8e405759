import { z } from 'zod';
import type { Tx } from '../db/database.ts';
import { SourceGuess } from './rating-schema.ts';

export type Item = { id: string; rater: string; position: number; response: string };

export async function insertItems(tx: Tx, study: string, items: readonly Item[]): Promise<void> {
  await tx.query(
    `INSERT INTO study_item (id, study_id, rater, position, response_id)
     SELECT id, $1, rater, position, response
     FROM jsonb_to_recordset($2::jsonb) AS given (id uuid, rater text, position int, response uuid)`,
    [study, JSON.stringify(items)],
  );
}

export type RaterProgress = { total: number; done: number; guesses: number };

/** How far one rater is; `total` is 0 for who does not rate in the study. */
export async function raterProgress(tx: Tx, study: string, rater: string): Promise<RaterProgress> {
  const [row] = await tx.query<RaterProgress>(
    `SELECT count(*)::int AS total, count(rated.item_id)::int AS done, count(guess.item_id)::int AS guesses
     FROM study_item AS item LEFT JOIN study_rating AS rated ON rated.item_id = item.id
       LEFT JOIN study_guess AS guess ON guess.item_id = item.id
     WHERE item.study_id = $1 AND item.rater = $2`,
    [study, rater],
  );
  return row ?? { total: 0, done: 0, guesses: 0 };
}

export type ItemText = { id: string; response: string; vignette: string; text: string };

const itemColumns = 'item.id, item.response_id AS response, response.vignette, response.body AS text';

/** The first item in the rater's order that has no rating. */
export async function nextItem(tx: Tx, study: string, rater: string): Promise<ItemText | undefined> {
  const [row] = await tx.query<ItemText>(
    `SELECT ${itemColumns} FROM study_item AS item JOIN study_response AS response ON response.id = item.response_id
     WHERE item.study_id = $1 AND item.rater = $2
       AND NOT EXISTS (SELECT 1 FROM study_rating WHERE item_id = item.id)
     ORDER BY item.position LIMIT 1`,
    [study, rater],
  );
  return row;
}

/** The rater's items without a guess, by their ids, which tell nothing of order or source. */
export async function unguessedItems(tx: Tx, study: string, rater: string): Promise<ItemText[]> {
  return tx.query<ItemText>(
    `SELECT ${itemColumns} FROM study_item AS item JOIN study_response AS response ON response.id = item.response_id
     WHERE item.study_id = $1 AND item.rater = $2
       AND NOT EXISTS (SELECT 1 FROM study_guess WHERE item_id = item.id)
     ORDER BY item.id`,
    [study, rater],
  );
}

/** The response behind an item of the rater; undefined where it is none of theirs. */
export async function responseOfItem(
  tx: Tx,
  study: string,
  { rater, item }: { rater: string; item: string },
): Promise<string | undefined> {
  const [row] = await tx.query<{ response_id: string }>(
    'SELECT response_id FROM study_item WHERE study_id = $1 AND rater = $2 AND id = $3',
    [study, rater, item],
  );
  return row?.response_id;
}

export type StoredRating = {
  response: string;
  rater: string;
  item?: string;
  key?: string;
  scores: Record<string, number>;
  note?: string;
  recognised: boolean;
  seconds?: number;
  imported: boolean;
  at: string;
  eventSeq: number;
};

type RatingRow = {
  response_id: string;
  rater: string;
  item_id: string | null;
  key: string | null;
  scores: unknown;
  note: string | null;
  recognised: boolean;
  seconds: number | null;
  imported: boolean;
  rated_at: Date;
  event_seq: number;
};

const Scores = z.record(z.string(), z.number());

function ratingOf(row: RatingRow): StoredRating {
  return {
    response: row.response_id,
    rater: row.rater,
    ...(row.item_id === null ? {} : { item: row.item_id }),
    ...(row.key === null ? {} : { key: row.key }),
    scores: Scores.parse(row.scores),
    ...(row.note === null ? {} : { note: row.note }),
    recognised: row.recognised,
    ...(row.seconds === null ? {} : { seconds: row.seconds }),
    imported: row.imported,
    at: row.rated_at.toISOString(),
    eventSeq: row.event_seq,
  };
}

/** All ratings of a study in the order in which they came. */
export async function readRatings(tx: Tx, study: string): Promise<StoredRating[]> {
  const rows = await tx.query<RatingRow>(
    'SELECT * FROM study_rating WHERE study_id = $1 ORDER BY event_seq, rater COLLATE "C", response_id',
    [study],
  );
  return rows.map(ratingOf);
}

/** The rater's rating under a key, or of an item. */
export async function findRating(
  tx: Tx,
  study: string,
  { rater, key, item }: { rater: string; key: string; item: string },
): Promise<StoredRating | undefined> {
  const [row] = await tx.query<RatingRow>(
    `SELECT * FROM study_rating WHERE study_id = $1 AND rater = $2 AND (key = $3 OR item_id = $4)
     ORDER BY (key = $3) DESC LIMIT 1`,
    [study, rater, key, item],
  );
  return row === undefined ? undefined : ratingOf(row);
}

export async function insertRatings(tx: Tx, study: string, ratings: readonly StoredRating[]): Promise<void> {
  await tx.query(
    `INSERT INTO study_rating (study_id, response_id, rater, item_id, key, scores, note, recognised, seconds, imported,
       rated_at, event_seq)
     SELECT $1, response, rater, item, key, scores, note, recognised, seconds, imported, at, "eventSeq"
     FROM jsonb_to_recordset($2::jsonb) AS given (response uuid, rater text, item uuid, key uuid, scores jsonb,
       note text, recognised boolean, seconds double precision, imported boolean, at timestamptz, "eventSeq" int)`,
    [study, JSON.stringify(ratings)],
  );
}

export type CountedRater = { rater: string; imported: boolean; planned: number; received: number; guesses: number };

/** Every rater with what is planned and received; who came by import only has no plan of items. */
export async function countByRater(tx: Tx, study: string): Promise<CountedRater[]> {
  return tx.query<CountedRater>(
    `SELECT rater, false AS imported, count(*)::int AS planned, count(rated.item_id)::int AS received,
       count(guess.item_id)::int AS guesses
     FROM study_item AS item
       LEFT JOIN (SELECT item_id FROM study_rating WHERE study_id = $1) AS rated ON rated.item_id = item.id
       LEFT JOIN study_guess AS guess ON guess.item_id = item.id
     WHERE item.study_id = $1 GROUP BY rater
     UNION ALL
     SELECT rater, true, 0, count(*)::int, 0 FROM study_rating WHERE study_id = $1 AND imported GROUP BY rater
     ORDER BY 1, 2`,
    [study],
  );
}

export type Guess = { item: string; guess: SourceGuess };

/** Guesses with the response that each is about. */
export async function readGuesses(tx: Tx, study: string): Promise<(Guess & { rater: string; response: string })[]> {
  const rows = await tx.query<{ item: string; guess: string; rater: string; response: string }>(
    `SELECT guess.item_id AS item, guess.guess, item.rater, item.response_id AS response
     FROM study_guess AS guess JOIN study_item AS item ON item.id = guess.item_id
     WHERE item.study_id = $1 ORDER BY item.rater COLLATE "C", item.position`,
    [study],
  );
  return rows.map((row) => ({ ...row, guess: SourceGuess.parse(row.guess) }));
}

/** The rater's own guesses among these items. */
export async function guessesOf(tx: Tx, items: readonly string[]): Promise<Guess[]> {
  const rows = await tx.query<{ item: string; guess: string }>(
    'SELECT item_id AS item, guess FROM study_guess WHERE item_id = ANY($1::uuid[])',
    [items],
  );
  return rows.map((row) => ({ item: row.item, guess: SourceGuess.parse(row.guess) }));
}

export async function insertGuesses(
  tx: Tx,
  guesses: readonly Guess[],
  { at, eventSeq }: { at: Date; eventSeq: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO study_guess (item_id, guess, guessed_at, event_seq)
     SELECT item, guess, $2, $3 FROM jsonb_to_recordset($1::jsonb) AS given (item uuid, guess text)`,
    [JSON.stringify(guesses), at, eventSeq],
  );
}
