import type { Tx } from '../db/database.ts';

export type Cached = { basis: string; content: unknown; computedAt: Date; milliseconds: number };

/** What all figures are computed from: the last review, and how many erasures there were. */
export type Basis = { last: string; erasures: string };

/** The name of the state of the reviews that figures computed now would rest on. */
export async function readBasis(tx: Tx): Promise<Basis> {
  const [row] = await tx.query<{ last: string | null; erasures: string }>(
    `SELECT (SELECT submitted_at::text || '/' || id FROM review ORDER BY submitted_at DESC, id DESC LIMIT 1) AS last,
       (SELECT coalesce(max(number), 0) FROM erasure)::text AS erasures`,
  );
  return { last: row?.last ?? '', erasures: row?.erasures ?? '0' };
}

/** How many reviews are newer than the last one that a basis knows of. */
export async function reviewsSince(tx: Tx, last: string): Promise<number> {
  if (last === '') return Number((await tx.query<{ n: string }>('SELECT count(*) AS n FROM review'))[0]?.n ?? 0);
  const [at, id] = last.split('/');
  const [row] = await tx.query<{ n: string }>(
    'SELECT count(*) AS n FROM review WHERE (submitted_at, id) > ($1::timestamptz, $2::uuid)',
    [at, id],
  );
  return Number(row?.n ?? 0);
}

export async function readCached(tx: Tx, name: string): Promise<Cached | undefined> {
  const [row] = await tx.query<{ basis: string; content: unknown; computed_at: Date; milliseconds: number }>(
    'SELECT basis, content, computed_at, milliseconds FROM quality_cache WHERE name = $1',
    [name],
  );
  if (row === undefined) return undefined;
  return { basis: row.basis, content: row.content, computedAt: row.computed_at, milliseconds: row.milliseconds };
}

export async function writeCached(tx: Tx, name: string, one: Cached): Promise<void> {
  await tx.query(
    `INSERT INTO quality_cache (name, basis, content, computed_at, milliseconds) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET basis = excluded.basis, content = excluded.content,
       computed_at = excluded.computed_at, milliseconds = excluded.milliseconds`,
    [name, one.basis, JSON.stringify(one.content), one.computedAt, one.milliseconds],
  );
}
