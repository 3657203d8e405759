import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { appendEvent } from '../actions.ts';
import { erasureType } from '../event-types.ts';
import { destroyKey, keysOfOtherVersions, replaceKeys } from '../vault/store.ts';
import type { Erasure, ErasureReason } from './schema.ts';
import { erasedSince, findErasure, insertErasure, listErasures } from './store.ts';

const rewrapBatch = 1000;

/**
 * Erases the contents of a chain, in the caller's transaction: records that they were erased, why and in which role,
 * and destroys their data key. The leaves stay; what they commit to can never be opened again. The rows of the stages
 * are theirs to delete; call `closeErasures` afterwards.
 */
export async function eraseContents(
  ctx: TxContext,
  one: { subject: string; record: string; reason: ErasureReason; role: string; models: string[] },
): Promise<Erasure> {
  const { subject, record, reason, role, models } = one;
  if ((await findErasure(ctx.tx, subject)) !== undefined)
    throw new AppError('conflict', `The contents of ${record} are erased already.`);
  const { seq } = await appendEvent(ctx, { subject, type: erasureType, data: { reason, role } });
  const erasure = {
    subject,
    record,
    reason,
    models,
    eventSeq: seq,
    erasedBy: ctx.actor.id,
    erasedAt: ctx.clock.now().toISOString(),
  };
  await insertErasure(ctx.tx, { ...erasure, vaultVersion: ctx.ledger.contents.version() });
  await destroyKey(ctx.tx, subject);
  return erasure;
}

/** All erasures, oldest first. */
export function erasures(ctx: Context): Promise<Erasure[]> {
  return listErasures(reader(ctx));
}

/** The erasure of a chain, by its subject or by the id of the question it was about; undefined if it was not erased. */
export function erasureOf(ctx: Context, id: string): Promise<Erasure | undefined> {
  return findErasure(reader(ctx), id);
}

/**
 * Brings all data keys under a new version of the vault if a chain was erased under the present one, so that copies of
 * the database made before cannot be opened with the keys of today. Does nothing otherwise; goes on after a crash.
 */
export async function closeErasures(ctx: Context): Promise<void> {
  const vault = ctx.ledger.contents;
  if (!(await erasedSince(reader(ctx), vault.version())) && !vault.rotating()) return;
  await vault.rotate(async (toNewest) => {
    for (let moved = rewrapBatch; moved === rewrapBatch; )
      moved = await transact(ctx, async (ctx) => {
        const keys = await keysOfOtherVersions(ctx.tx, vault.version(), rewrapBatch);
        await replaceKeys(
          ctx.tx,
          keys.map((key) => ({ subject: key.subject, ...toNewest(key.subject, key) })),
        );
        return keys.length;
      });
  });
}
