import { requireRole } from '../context/actor.ts';
import { type Context, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, logStatus } from './actions.ts';
import { toBase64 } from './bytes.ts';
import { insertLogKey, lockAllChains, readLogKeys } from './keys/store.ts';
import { sequencerOf } from './log/sequencer.ts';
import type { LogStatus } from './schema.ts';

/**
 * Gives the log a new key: made in a file of its own, announced by a `key.rotated` event that the old key signs, and
 * used for every event behind that one. Checkpoints carry the old key's line too until its file is taken away. The
 * change takes place in one transaction, in which `refuse` may still throw; interrupted before, it is as if it had never
 * been asked for, and interrupted behind, the next start goes on with the new key.
 */
export async function rotateKey(ctx: Context, refuse: (ctx: TxContext) => Promise<void>): Promise<LogStatus> {
  requireRole(ctx.actor, 'admin');
  const { keys } = ctx.ledger;
  const sequencer = sequencerOf(ctx.ledger);
  await sequencer.flush();
  const next = await keys.prepare();
  await transact(ctx, async (ctx) => {
    await lockAllChains(ctx.tx);
    const known = await readLogKeys(ctx.tx);
    if (known.length !== next.ordinal)
      throw new AppError('conflict', 'The key of the log was changed at the same time by somebody else.');
    await refuse(ctx);
    const retires = known.at(-1)?.keyid ?? '';
    const { keyid, publicKey } = next;
    await appendEvent(ctx, { type: 'key.rotated', data: { keyid, publicKey: toBase64(publicKey), retires } });
    await insertLogKey(ctx.tx, next);
  });
  keys.adopt(next);
  await sequencer.log.signWith([next.signer, ...keys.beside()]);
  await sequencer.flush();
  return logStatus(ctx);
}
