import type { TxContext } from '../../context/context.ts';
import { batchMates, getInstance, lockedInstance, moveInstance, traceOfRound } from '../../generation/actions.ts';
import type { Instance, TraceRecord } from '../../generation/schema.ts';
import { currentGuidelineVersion, fileGap } from '../../guideline/actions.ts';
import { appendEvent } from '../../ledger/actions.ts';
import type { PanelCase, PanelDecision } from '../schema.ts';
import { openCase, strikeRound } from '../settle.ts';

type Decided = { one: PanelCase; instance: Instance; trace: TraceRecord; decision: PanelDecision };

/** Draws the consequence of a signed decision, in its transaction and with the instance locked. */
export async function carryOut(ctx: TxContext, decided: Decided): Promise<void> {
  const { one, instance, trace, decision } = decided;
  switch (decision.decision) {
    case 'accept':
    case 'accept-edited':
      await moveInstance(ctx, instance.id, { state: 'accepted', consecutiveStrikes: 0 });
      await appendEvent(ctx, {
        subject: instance.id,
        type: 'example.approved',
        data: {
          round: trace.round,
          by: one.board,
          case: one.id,
          trace: trace.id,
          traceSha256: trace.sha256,
          resultSha256: decision.resultSha256 ?? trace.sha256,
        },
      });
      return;
    case 'reject':
      return reject(ctx, decided);
    case 'regenerate':
      return strikeRound(ctx, instance, trace, [`adjudicator: ${decision.rationale}`]);
    case 'refer':
      await openCase(ctx, instance, trace, { board: 'panel', trigger: 'referred' });
      return;
    case 'return-batch':
      await reject(ctx, decided);
      return returnBatch(ctx, trace, one.id);
    case 'amend-guideline': {
      const version = (await currentGuidelineVersion(ctx)) ?? 0;
      await fileGap(ctx, { text: decision.rationale, cause: 'guideline-gap', instance: instance.id });
      await openCase(ctx, instance, trace, { board: 'panel', trigger: 'guideline-amended' }, version);
    }
  }
}

async function reject(ctx: TxContext, { one, instance, trace }: Decided): Promise<void> {
  await moveInstance(ctx, instance.id, { state: 'rejected', consecutiveStrikes: 0 });
  await appendEvent(ctx, {
    subject: instance.id,
    type: 'example.rejected',
    data: { round: trace.round, by: one.board, case: one.id, trace: trace.id },
  });
}

/** Sends everything still undecided that the same run of the teacher wrote back to it: a strike each. */
async function returnBatch(ctx: TxContext, trace: TraceRecord, caseId: string): Promise<void> {
  for (const id of await batchMates(ctx, trace)) {
    const mate = await lockedInstance(ctx, id);
    if (mate.state !== 'in-review' && mate.state !== 'confirming') continue;
    const own = traceOfRound(await getInstance(ctx, id), mate.round);
    await strikeRound(ctx, mate, own, [`batch returned by the panel: ${caseId}`]);
  }
}
