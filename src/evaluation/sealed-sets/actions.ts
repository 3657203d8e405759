import { requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { appendEvent } from '../../ledger/actions.ts';
import { readers } from '../report-actions.ts';
import type { SealedSet, SealSet, Target } from '../schema.ts';
import { readBenchmarkSets } from '../store.ts';
import { refuseBeyondBudget } from './sealed.ts';
import { insertSealedSet, insertSubmission, readSealedSets } from './store.ts';

/** Seals a benchmark set: from now on it may be used as often as its budget says, and that is never raised. */
export async function sealSet(ctx: Context, { set, budget }: SealSet): Promise<SealedSet> {
  requireRole(ctx.actor, 'steward');
  return transact(ctx, async (ctx) => {
    const known = (await readBenchmarkSets(ctx.tx)).map((one) => one.name);
    if (!known.includes(set))
      throw new AppError('not_found', `There is no benchmark set "${set}" (there are: ${known.join(', ') || 'none'}).`);
    if ((await readSealedSets(ctx.tx, [set])).length > 0)
      throw new AppError('conflict', `The set "${set}" is sealed already; its budget cannot be changed.`);
    const event = await appendEvent(ctx, { type: 'eval.sealed', data: { set, budget } });
    const sealed = {
      set,
      budget,
      sealedBy: ctx.actor.id,
      sealedAt: ctx.clock.now().toISOString(),
      eventSeq: event.seq,
    };
    await insertSealedSet(ctx.tx, sealed);
    return { ...sealed, used: 0 };
  });
}

/** The sealed sets with what is left of their budgets. */
export async function sealedSets(ctx: Context): Promise<SealedSet[]> {
  requireRole(ctx.actor, ...readers);
  return readSealedSets(reader(ctx));
}

/** Books an evaluation's targets on the budgets of the sealed sets among its sets, one event each, or refuses it. */
export async function submitToSealed(
  ctx: TxContext,
  { evaluation, sets, targets }: { evaluation: string; sets: readonly string[]; targets: readonly Target[] },
): Promise<void> {
  const sealed = await readSealedSets(ctx.tx, sets);
  refuseBeyondBudget(sealed, targets.length);
  for (const { set, budget, used } of sealed)
    for (const [index, { name }] of targets.entries()) {
      const number = used + index + 1;
      const data = { set, number, budget, evaluation, target: name };
      const event = await appendEvent(ctx, { type: 'eval.submitted', data });
      const at = ctx.clock.now();
      await insertSubmission(ctx.tx, { set, number, evaluation, target: name, at, eventSeq: event.seq });
    }
}
