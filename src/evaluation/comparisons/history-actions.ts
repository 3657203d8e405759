import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { rateOf } from '../../statistics/intervals/proportion.ts';
import { readers } from '../report-actions.ts';
import { pairedParts, totalCounts } from './comparison.ts';
import type { EvaluationHistory, HistoryPoint } from './schema.ts';
import { readPairedCounts, type Side } from './store.ts';
import { completedPoints } from './store-history.ts';

export type HistoryFilter = { target?: string; set?: string; limit: number };

/**
 * How often each target was right in each set, evaluation by evaluation, oldest first. Targets are followed by their names.
 * The latest is compared with the one before and with the first, on the questions that both asked, by exact tests adjusted
 * over all series; two points are no trend.
 */
export async function evaluationHistory(ctx: Context, filter: HistoryFilter): Promise<EvaluationHistory> {
  requireRole(ctx.actor, ...readers);
  const rows = await completedPoints(reader(ctx), filter);
  const series = [...Map.groupBy(rows, (row) => JSON.stringify([row.target, row.set])).values()];
  const changes: { series: number; since: 'previous' | 'first'; counts: ReturnType<typeof totalCounts> }[] = [];
  for (const [index, points] of series.entries()) {
    const latest = points.at(-1);
    const previous = points.at(-2);
    const [first] = points;
    if (latest === undefined || previous === undefined || first === undefined) continue;
    changes.push({ series: index, since: 'previous', counts: await countsOf(ctx, previous, latest) });
    if (first !== previous) changes.push({ series: index, since: 'first', counts: await countsOf(ctx, first, latest) });
  }
  const tested = pairedParts(changes);
  return {
    series: series.map((points, index) => {
      const own = tested.filter((change) => change.series === index);
      const [sincePrevious] = own.filter((change) => change.since === 'previous');
      const [sinceFirst] = own.filter((change) => change.since === 'first');
      return {
        target: points[0]?.target ?? '',
        set: points[0]?.set ?? '',
        points: points.map(toPoint),
        ...(sincePrevious === undefined ? {} : { sincePrevious }),
        ...(sinceFirst === undefined ? {} : { sinceFirst }),
      };
    }),
  };
}

type Row = Awaited<ReturnType<typeof completedPoints>>[number];

async function countsOf(ctx: Context, a: Row, b: Row): Promise<ReturnType<typeof totalCounts>> {
  const side = ({ evaluation, target }: Row): Side => ({ evaluation, target });
  const sets = await readPairedCounts(reader(ctx), side(a), side(b));
  return totalCounts(sets.filter((set) => set.name === b.set).map((set) => set.counts));
}

function toPoint({ evaluation, completedAt, ref, right, questions }: Row): HistoryPoint {
  const { k, n, rate, ci95 } = rateOf(right, questions);
  return { evaluation, completedAt, ref, correct: k, n, rate, ci95 };
}
