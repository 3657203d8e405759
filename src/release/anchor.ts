import type { Context } from '../context/context.ts';
import { transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { toBase64 } from '../ledger/bytes.ts';
import { positionOf } from '../ledger/chains.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import { parseNote } from '../ledger/note.ts';
import { sequencerOf } from '../ledger/sequencer.ts';
import type { Anchor, Release } from './schema.ts';
import { setAnchor } from './store.ts';

/** Waits for the seal's place in the log and keeps the head above it: every export of this release shows that one. */
export async function anchorSeal(ctx: Context, release: Release): Promise<Anchor> {
  await sequencerOf(ctx.ledger).flush();
  const { sealSeq } = release;
  const sealIndex = sealSeq === undefined ? undefined : await positionOf(ctx, ctx.ledger.systemSubject, sealSeq);
  if (sealIndex === undefined) throw new AppError('internal', `The seal of "${release.name}" has no place in the log.`);
  const anchor = anchorNow(ctx, sealIndex);
  await transact(ctx, (ctx) => setAnchor(ctx.tx, release.name, 'sealed', anchor));
  return anchor;
}

/** The log's present head as the anchor of a release that was sealed at that leaf. */
export function anchorNow(ctx: Context, sealIndex: number): Anchor {
  const checkpoint = sequencerOf(ctx.ledger).log.checkpoint();
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  return { sealIndex, size, root: toBase64(root), checkpoint };
}
