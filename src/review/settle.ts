import { randomUUID } from 'node:crypto';
import type { TxContext } from '../context/context.ts';
import { failRound, moveInstance } from '../generation/actions.ts';
import type { Instance, TraceRecord } from '../generation/schema.ts';
import { appendEvent } from '../ledger/actions.ts';
import { roundOutcome } from './consensus.ts';
import { remarks } from './remarks.ts';
import type { PanelTrigger, Review } from './schema.ts';
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
    case 'failed': {
      const { escalate } = await failRound(
        ctx,
        instance,
        outcome.reasons,
        remarks(ctx.profile, instance.language, reviews),
      );
      if (escalate) await openCase(ctx, instance, trace, 'five-strikes');
      return;
    }
    case 'panel':
      await openCase(ctx, instance, trace, outcome.trigger);
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

/** Opens a panel case on a trace and moves the instance to the panel. */
export async function openCase(
  ctx: TxContext,
  instance: Instance,
  trace: TraceRecord,
  trigger: PanelTrigger,
): Promise<string> {
  const id = randomUUID();
  await insertCase(ctx.tx, { id, instanceId: instance.id, traceId: trace.id, trigger, at: ctx.clock.now() });
  await moveInstance(ctx, instance.id, { state: 'panel' });
  await appendEvent(ctx, {
    subject: instance.id,
    type: 'panel.opened',
    data: { case: id, trigger, round: instance.round, trace: trace.id, strikes: instance.strikes },
  });
  return id;
}
