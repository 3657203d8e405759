import { randomUUID } from 'node:crypto';
import type { TxContext } from '../context/context.ts';
import { failRound, moveInstance } from '../generation/actions.ts';
import type { Instance, TraceRecord } from '../generation/schema.ts';
import { appendEvent } from '../ledger/actions.ts';
import { roundOutcome } from './consensus.ts';
import { remarks } from './remarks.ts';
import type { Board, PanelTrigger, Review } from './schema.ts';
import { insertCase, readConfirmations, readReviews } from './store.ts';

/**
 * Draws the consequence of the reviews of the instance's round: nothing yet, a request to confirm an edit, another
 * round, the panel, acceptance or rejection. Called with the instance locked, in the transaction of the last review.
 */
export async function settleRound(ctx: TxContext, instance: Instance, trace: TraceRecord): Promise<void> {
  if (instance.state !== 'in-review' && instance.state !== 'confirming') return;
  const reviews = (await readReviews(ctx.tx, instance.id)).filter((review) => review.round === instance.round);
  const confirmations = await readConfirmations(ctx.tx, instance.id, instance.round);
  const outcome = roundOutcome(ctx.profile, instance.overlap, reviews, confirmations);
  switch (outcome.state) {
    case 'open':
      return;
    case 'confirming':
      await moveInstance(ctx, instance.id, { state: 'confirming' });
      return;
    case 'failed':
      await strikeRound(ctx, instance, trace, outcome.reasons);
      return;
    case 'raise':
      await moveInstance(ctx, instance.id, { overlap: outcome.to, raised: true });
      return;
    case 'case':
      await openCase(ctx, instance, trace, outcome);
      return;
    case 'rejected':
      await moveInstance(ctx, instance.id, { state: 'rejected' });
      await appendEvent(ctx, {
        subject: instance.id,
        type: 'example.rejected',
        data: { round: instance.round, by: 'reviewers', trace: trace.id },
      });
      return;
    case 'accepted':
      await approve(ctx, instance, trace, outcome.edited);
  }
}

async function approve(
  ctx: TxContext,
  instance: Instance,
  trace: TraceRecord,
  edited: Review | undefined,
): Promise<void> {
  await moveInstance(ctx, instance.id, { state: 'accepted', consecutiveStrikes: 0 });
  await appendEvent(ctx, {
    subject: instance.id,
    type: 'example.approved',
    data: {
      round: instance.round,
      by: 'reviewers',
      trace: trace.id,
      traceSha256: trace.sha256,
      ...(edited === undefined ? {} : { review: edited.id }),
      resultSha256: edited?.resultSha256 ?? trace.sha256,
    },
  });
}

/** Counts a strike for the round of that trace, with what its reviewers remarked, and calls the panel where the policy does. */
export async function strikeRound(
  ctx: TxContext,
  instance: Instance,
  trace: TraceRecord,
  reasons: string[],
): Promise<void> {
  const reviews = (await readReviews(ctx.tx, instance.id)).filter((review) => review.traceId === trace.id);
  const said = remarks(ctx.profile, instance.language, reviews);
  const { escalate } = await failRound(ctx, instance, reasons, said);
  if (escalate) await openCase(ctx, instance, trace, fiveStrikes);
}

export const fiveStrikes = { board: 'panel', trigger: 'five-strikes' } as const;

/** Opens a case on a trace and takes the instance out of review until it is decided. */
export async function openCase(
  ctx: TxContext,
  instance: Instance,
  trace: TraceRecord,
  { board, trigger }: { board: Board; trigger: PanelTrigger },
  waitsForGuideline?: number,
): Promise<string> {
  const id = randomUUID();
  const about = { instanceId: instance.id, traceId: trace.id, board, trigger };
  const waiting = waitsForGuideline === undefined ? {} : { waitsForGuideline };
  await insertCase(ctx.tx, { id, ...about, ...waiting, at: ctx.clock.now() });
  await moveInstance(ctx, instance.id, { state: 'panel' });
  await appendEvent(ctx, {
    subject: instance.id,
    type: 'panel.opened',
    data: { case: id, board, trigger, round: instance.round, trace: trace.id, strikes: instance.strikes },
  });
  return id;
}
