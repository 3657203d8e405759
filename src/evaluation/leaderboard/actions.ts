import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { readPairedCounts } from '../comparisons/store.ts';
import { isOpen } from '../plan.ts';
import { evaluationOf, readers, reportOf, targetsOf } from '../report-actions.ts';
import type { Evaluation } from '../schema.ts';
import { listEvaluations, readSetCounts } from '../store.ts';
import {
  boardEntry,
  boardMethod,
  macroOrder,
  type NeighbourCounts,
  neighbourFindings,
  ordered,
  reasonsAgainst,
} from './board.ts';
import type { BoardEntry, BoardSet, Leaderboard } from './schema.ts';
import { readSharedSets } from './store.ts';

/** So many completed evaluations are looked through, newest first. */
const most = 50;

/**
 * Models beside each other that were asked the same questions in the same way as in one evaluation, the newest complete one
 * where none is named; of a model that was asked several times its figures there, else the newest. Neighbours are compared pairwise.
 */
export async function leaderboard(ctx: Context, wanted: { lead?: string; by?: string }): Promise<Leaderboard> {
  requireRole(ctx.actor, ...readers);
  const completed = await listEvaluations(reader(ctx), most, true);
  const lead = wanted.lead === undefined ? completed[0] : await evaluationOf(ctx, wanted.lead);
  const by = wanted.by ?? macroOrder;
  if (lead === undefined) return { sets: [], by, method: boardMethod(by, 0), entries: [], neighbours: [], leftOut: [] };
  if (lead.completedAt === undefined)
    throw new AppError('conflict', `The evaluation ${lead.id} is not complete: a leaderboard has finished ones only.`);
  const sets = await boardSets(ctx, lead);
  if (by !== macroOrder && !sets.some((set) => set.name === by))
    throw new AppError(
      'invalid_input',
      `The evaluation ${lead.id} has no set "${by}" (there are: ${sets.map((set) => set.name).join(', ')}; or ${macroOrder}).`,
    );
  const others = completed.filter((one) => one.id !== lead.id);
  const { belonging, leftOut } = await sorted(ctx, lead, others);
  const entries = ordered(await entriesOf(ctx, [lead, ...belonging], sets), sets, by);
  const pairs = await pairsOf(ctx, { entries, sets, by });
  const compared = pairs.filter((pair) => 'counts' in pair).length;
  const neighbours = neighbourFindings(pairs, by);
  return { lead, sets, by, method: boardMethod(by, compared), entries, neighbours, leftOut };
}

async function boardSets(ctx: Context, lead: Evaluation): Promise<BoardSet[]> {
  const counts = await readSetCounts(reader(ctx), lead.id);
  return counts
    .filter((set) => set.questions > 0)
    .map(({ set, plan }) => ({ name: set, polarity: plan.polarity, judged: isOpen(plan) }));
}

/** Which of the other evaluations belong on the board, and why the rest does not. */
async function sorted(
  ctx: Context,
  lead: Evaluation,
  others: readonly Evaluation[],
): Promise<{ belonging: Evaluation[]; leftOut: Leaderboard['leftOut'] }> {
  const tx = reader(ctx);
  const sizes = new Map((await readSetCounts(tx, lead.id)).map((set) => [set.set, set.questions]));
  const belonging: Evaluation[] = [];
  const leftOut: Leaderboard['leftOut'] = [];
  for (const other of others) {
    const shared = await readSharedSets(tx, lead.id, other.id);
    const reasons = reasonsAgainst({ evaluation: lead, sets: sizes }, other, shared);
    if (reasons.length === 0) belonging.push(other);
    else {
      const targets = (await targetsOf(ctx, other.id)).map((target) => target.name);
      leftOut.push({ evaluation: other.id, targets, reasons });
    }
  }
  return { belonging, leftOut };
}

async function entriesOf(ctx: Context, evaluations: Evaluation[], sets: BoardSet[]): Promise<BoardEntry[]> {
  const entries: BoardEntry[] = [];
  const met = new Set<string>();
  for (const evaluation of evaluations) {
    const { models } = await reportOf(ctx, evaluation);
    const found = Object.entries(models).map(([target, report]) => {
      const { identity } = report;
      const model = identity.kind === 'model' ? identity.digest : identity.ref;
      const of = { evaluation: evaluation.id, target, completedAt: evaluation.completedAt ?? '' };
      return { model, entry: boardEntry(report, sets, of) };
    });
    entries.push(...found.filter(({ model }) => !met.has(model)).map(({ entry }) => entry));
    for (const { model } of found) met.add(model);
  }
  return entries;
}

async function pairsOf(
  ctx: Context,
  board: { entries: BoardEntry[]; sets: BoardSet[]; by: string },
): Promise<NeighbourCounts[]> {
  const { entries, sets, by } = board;
  if (sets.some((set) => set.name === by && set.judged))
    return entries.slice(1).map(() => ({ reason: 'replies that judges score are not compared yet' }));
  const wanted = by === macroOrder ? sets.filter((set) => !set.judged).map((set) => set.name) : [by];
  const pairs: NeighbourCounts[] = [];
  for (const [index, lower] of entries.slice(1).entries()) {
    const upper = entries[index];
    if (upper === undefined) continue;
    const found = await readPairedCounts(reader(ctx), upper, lower);
    const counts = found.filter((one) => wanted.includes(one.name)).map((one) => one.counts);
    pairs.push(counts.length < wanted.length ? { reason: 'one of the two was not asked every set' } : { counts });
  }
  return pairs;
}
