import type { Context } from '../../context/context.ts';
import { transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { toBase64 } from '../../ledger/bytes.ts';
import { positionOf } from '../../ledger/chains.ts';
import { parseCheckpoint } from '../../ledger/checkpoints/checkpoint.ts';
import { parseNote } from '../../ledger/checkpoints/note.ts';
import { judgeCheckpoint } from '../../ledger/checkpoints/policy.ts';
import { sequencerOf } from '../../ledger/log/sequencer.ts';
import type { Anchor, Release } from '../schema.ts';
import { setAnchor } from '../store.ts';
import { checkpointKeys } from './key-ring.ts';

/**
 * Waits for the seal's place in the log and for the witnesses, and keeps the head above the seal: every export of this
 * release shows that one. Throws unavailable, the release staying sealed, while the quorum is not met.
 */
export async function anchorSeal(ctx: Context, release: Release): Promise<Anchor> {
  await sequencerOf(ctx.ledger).flush();
  const { sealSeq } = release;
  const sealIndex = sealSeq === undefined ? undefined : await positionOf(ctx, ctx.ledger.systemSubject, sealSeq);
  if (sealIndex === undefined) throw new AppError('internal', `The seal of "${release.name}" has no place in the log.`);
  const anchor = await witnessedAnchor(ctx, sealIndex);
  await transact(ctx, (ctx) => setAnchor(ctx.tx, release.name, 'sealed', anchor));
  return anchor;
}

/**
 * The log's present head, with its quorum of witnesses, as the anchor of a release that was sealed at that leaf. Throws
 * unavailable if too few witnesses sign.
 */
export async function witnessedAnchor(ctx: Context, sealIndex: number): Promise<Anchor> {
  const { cosigner } = ctx.ledger;
  if (cosigner === undefined) return anchorNow(ctx, sealIndex);
  return anchorOf(await cosigner.collect(), sealIndex);
}

/** As `witnessedAnchor`, but asking nobody. */
export function anchorNow(ctx: Context, sealIndex: number): Anchor {
  return anchorOf(sequencerOf(ctx.ledger).log.checkpoint(), sealIndex);
}

function anchorOf(checkpoint: string, sealIndex: number): Anchor {
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  return { sealIndex, size, root: toBase64(root), checkpoint };
}

/** True if the anchor has the quorum that is asked for now; false if there is none, or it was kept without witnesses. */
export function isWitnessed({ ledger }: Context, anchor: Anchor | undefined): anchor is Anchor {
  if (anchor === undefined || ledger.cosigner === undefined) return anchor !== undefined;
  const { witnesses, quorum } = ledger.cosigner.policy;
  const logs = checkpointKeys(ledger).map((key) => ({ key }));
  return judgeCheckpoint(anchor.checkpoint, { logs, witnesses, quorum }).quorumMet;
}
