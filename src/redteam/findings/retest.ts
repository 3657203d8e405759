import type { TxContext } from '../../context/context.ts';
import type { Campaign } from '../schema.ts';
import { outcomeRows } from '../store.ts';
import { retestCounts } from './finding.ts';
import { findingOfRetest, insertFindingEvent, readFinding } from './store.ts';

/** Records in a finding's history how its probes went, where a campaign that has just been completed ran them again. */
export async function recordRetest(ctx: TxContext, campaign: Campaign): Promise<void> {
  const id = await findingOfRetest(ctx.tx, campaign.id);
  const finding = id === undefined ? undefined : await readFinding(ctx.tx, id, true);
  if (finding === undefined) return;
  const counts = retestCounts(await outcomeRows(ctx.tx, campaign), finding);
  await insertFindingEvent(ctx.tx, {
    finding: finding.id,
    kind: 'retested',
    by: ctx.actor.id,
    at: ctx.clock.now(),
    data: { campaign: campaign.id, ...counts },
  });
}
