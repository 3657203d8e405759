import type { Tx } from '../../db/database.ts';

/** How often each active time was measured, by kind of question; of one reviewer, or of all. */
export async function secondsBy(
  tx: Tx,
  reviewer: string | undefined,
): Promise<{ kind: string; seconds: number; n: number }[]> {
  return tx.query(
    `SELECT kind, seconds, count(*)::int AS n FROM review JOIN instance ON instance.id = instance_id
     WHERE seconds IS NOT NULL AND ($1::text IS NULL OR reviewer = $1) GROUP BY 1, 2 ORDER BY 1, 2`,
    [reviewer ?? null],
  );
}

/** Reviews by day (UTC) and reviewer from a time on. */
export async function reviewsPerDay(
  tx: Tx,
  { from, reviewer }: { from: Date; reviewer: string | undefined },
): Promise<{ day: string; reviewer: string; reviews: number }[]> {
  return tx.query(
    `SELECT to_char(submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, reviewer, count(*)::int AS reviews
     FROM review WHERE submitted_at >= $1 AND ($2::text IS NULL OR reviewer = $2) GROUP BY 1, 2 ORDER BY 1, 2`,
    [from, reviewer ?? null],
  );
}

/** Reviews that rounds in the queue still need. */
export async function reviewsNeeded(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: string | null }>(
    `SELECT sum(overlap - taken) AS n FROM instance WHERE state = 'in-review' AND taken < overlap`,
  );
  return Number(row?.n ?? 0);
}
