import { type Context, reader } from '../../context/context.ts';
import { getInstance } from '../../generation/actions.ts';
import { erasureOf } from '../../ledger/erasure/actions.ts';
import { history, openingsOf } from '../../ledger/history.ts';
import type { LoggedEvent, Opening } from '../../ledger/schema.ts';
import { visibleReviews } from '../actions.ts';
import { panelCasesOf } from '../cases/actions.ts';
import type { Confirmation } from '../schema.ts';
import { readConfirmations } from '../store.ts';
import type { InstanceView } from './schema.ts';

/** Everything about one instance, as far as the actor may see it. */
export async function viewInstance(ctx: Context, id: string): Promise<InstanceView> {
  const { visible, ...seen } = await seenOf(ctx, id);
  return { ...seen, history: (await history(ctx, id)).filter(visible) };
}

/** The instance's chain for whoever checks it: all leaves, and the openings of the events that the actor may see. */
export async function instanceOpenings(ctx: Context, id: string): Promise<Opening[]> {
  // Of an erased instance nothing is left to be hidden: its chain shows leaves, and the record of the erasure.
  if ((await erasureOf(ctx, id)) !== undefined) return openingsOf(ctx, id, () => true);
  const { visible } = await seenOf(ctx, id);
  return openingsOf(ctx, id, visible);
}

type Seen = Omit<InstanceView, 'history'> & { visible: (event: LoggedEvent) => boolean };

/** What the actor may see of an instance, and which of its events: the one place that keeps peers blind. */
async function seenOf(ctx: Context, id: string): Promise<Seen> {
  const detail = await getInstance(ctx, id);
  const reviews = await visibleReviews(ctx, detail.instance);
  const rounds = new Set(reviews.map((review) => review.round));
  const confirmations: Confirmation[] = [];
  for (const round of rounds) confirmations.push(...(await readConfirmations(reader(ctx), id, round)));
  const seen = new Set([...reviews, ...confirmations].map((one) => one.eventSeq));
  const panel = await panelCasesOf(ctx, id);
  const votes = panel.flatMap((one) => one.votes.map((vote) => `${one.id}/${vote.ballot}/${vote.member}`));
  const visible = (event: LoggedEvent): boolean => {
    if (event.type === 'review.signed' || event.type === 'edit.signed') return seen.has(event.seq);
    if (event.type === 'vote.signed')
      return votes.includes(`${event.data.case}/${event.data.ballot}/${event.data.member}`);
    return true;
  };
  return { ...detail, reviews, confirmations, panel, visible };
}
