import { type Context, reader } from '../../context/context.ts';
import { getInstance } from '../../generation/actions.ts';
import { confirmationsFor, readReviews } from '../store.ts';
import type { ConfirmationTask } from './schema.ts';
import { judged } from './work.ts';

/** Peers' edits that wait for the actor's scores. Nothing here is hidden from them: they have reviewed the round. */
export async function ownConfirmations(ctx: Context, limit: number): Promise<ConfirmationTask[]> {
  const tasks: ConfirmationTask[] = [];
  for (const id of await confirmationsFor(reader(ctx), ctx.actor.id, limit)) {
    const { instance, question, traces } = await getInstance(ctx, id);
    const round = (await readReviews(reader(ctx), id)).filter((review) => review.round === instance.round);
    const own = round.find((review) => review.reviewer === ctx.actor.id);
    const edited = round.find((review) => review.edits.length > 0);
    const trace = traces.find((one) => one.round === instance.round);
    if (own === undefined || edited === undefined || trace === undefined) continue;
    tasks.push({
      instance: id,
      round: instance.round,
      ...judged(ctx, question, trace),
      edits: edited.edits,
      scores: own.scores,
    });
  }
  return tasks;
}
