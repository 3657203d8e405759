import type { Tx } from '../../db/database.ts';

export type Outcomes = { id: string; model: string; closed: number; struck: number; open: number; order: boolean[] };

type Row = { id: string; model: string; closed: number; struck: number; open: number; outcomes: string | null };

/**
 * What became of the traces of each batch (or model): true is a failed round. A round is closed when it failed or its
 * instance was accepted or rejected in it; the order is that of closing, and `order` holds the first `limit` closed rounds
 * of a batch, the last `limit` of a model.
 */
export async function outcomesBy(
  tx: Tx,
  by: 'batch' | 'model',
  { limit, groups }: { limit: number; groups: number },
): Promise<Outcomes[]> {
  const key = by === 'batch' ? 'trace.batch::text' : 'trace.model';
  const direction = by === 'batch' ? 'ASC' : 'DESC';
  const rows = await tx.query<Row>(
    `WITH outcome AS (
       SELECT ${key} AS id, trace.model, trace.id AS trace, trace.created_at,
         CASE WHEN strike.instance_id IS NOT NULL THEN '1'
           WHEN instance.round = trace.round AND instance.state IN ('accepted', 'rejected') THEN '0' END AS result,
         coalesce(strike.struck_at, instance.updated_at) AS closed_at
       FROM trace JOIN instance ON instance.id = trace.instance_id
         LEFT JOIN strike ON strike.instance_id = trace.instance_id AND strike.round = trace.round
       WHERE ${key} IS NOT NULL),
     placed AS (
       SELECT *, row_number() OVER (PARTITION BY id, result IS NULL ORDER BY closed_at ${direction}, trace) AS place FROM outcome)
     SELECT id, min(model) AS model, count(result)::int AS closed, count(*) FILTER (WHERE result = '1')::int AS struck,
       count(*) FILTER (WHERE result IS NULL)::int AS open,
       string_agg(result, '' ORDER BY closed_at, trace) FILTER (WHERE place <= $1) AS outcomes
     FROM placed GROUP BY id ORDER BY max(created_at) DESC, id LIMIT $2`,
    [limit, groups],
  );
  return rows.map(({ outcomes, ...row }) => ({ ...row, order: [...(outcomes ?? '')].map((mark) => mark === '1') }));
}
