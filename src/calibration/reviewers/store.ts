import type { Tx } from '../../db/database.ts';
import type { Residual } from './drift.ts';

export type Person = { id: string; name: string; reviews: number };

/** Everybody who made a review or answered a gold item, or one of them, in the order of their ids. */
export async function reviewingPeople(tx: Tx, only: string | undefined): Promise<Person[]> {
  return tx.query<Person>(
    `SELECT account.id, account.name, coalesce(made.n, 0)::int AS reviews FROM account
       LEFT JOIN (SELECT reviewer, count(*) AS n FROM review WHERE $1::text IS NULL OR reviewer = $1 GROUP BY 1) AS made
         ON made.reviewer = account.id
     WHERE ($1::text IS NULL OR account.id = $1)
       AND (made.n IS NOT NULL OR $1 IS NOT NULL OR EXISTS (SELECT 1 FROM gold_answer WHERE gold_answer.reviewer = account.id))
     ORDER BY account.id`,
    [only ?? null],
  );
}

/** The last rounds of a reviewer that others reviewed too, oldest first, with the difference from the others' mean level. */
export async function lastResiduals(tx: Tx, reviewer: string, limit: number): Promise<Residual[]> {
  const rows = await tx.query<{ at: Date; value: number }>(
    `WITH own AS (
       SELECT id, instance_id, round, submitted_at, (SELECT avg(value::float8) FROM jsonb_each_text(scores)) AS level
       FROM review WHERE reviewer = $1 AND EXISTS (SELECT 1 FROM review AS peer
         WHERE peer.instance_id = review.instance_id AND peer.round = review.round AND peer.reviewer <> $1)
       ORDER BY submitted_at DESC, id DESC LIMIT $2)
     SELECT submitted_at AS at, level - (SELECT avg((SELECT avg(value::float8) FROM jsonb_each_text(peer.scores))) FROM review AS peer
       WHERE peer.instance_id = own.instance_id AND peer.round = own.round AND peer.reviewer <> $1) AS value
     FROM own WHERE level IS NOT NULL ORDER BY submitted_at, id`,
    [reviewer, limit],
  );
  return rows.map((row) => ({ at: row.at.toISOString(), value: row.value }));
}
