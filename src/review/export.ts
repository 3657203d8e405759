import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { getInstance } from '../generation/actions.ts';
import { visibleReviews } from './actions.ts';
import type { Review } from './schema.ts';
import { readConfirmations, reviewPage } from './store.ts';
import type { ExportedReview } from './transfer-schema.ts';

/** A page of all reviews as lines that `importReviews` understands, with their history. `next` is absent on the last page. */
export async function exportReviews(
  ctx: Context,
  page: { after?: string; limit: number },
): Promise<{ reviews: ExportedReview[]; next?: string }> {
  requireRole(ctx.actor, 'steward', 'auditor', 'engineer');
  const reviews = await reviewPage(reader(ctx), page.after, page.limit);
  const lines: ExportedReview[] = [];
  for (const review of reviews) {
    const line = await exported(ctx, review);
    if (line !== undefined) lines.push(line);
  }
  const last = reviews.at(-1);
  return { reviews: lines, ...(reviews.length === page.limit && last !== undefined ? { next: last.id } : {}) };
}

/** The line of one review; none of a peer in a round that the actor could still review. */
async function exported(ctx: Context, review: Review): Promise<ExportedReview | undefined> {
  const { instance, traces } = await getInstance(ctx, review.instanceId);
  const visible = await visibleReviews(ctx, instance);
  if (!visible.some((one) => one.id === review.id)) return undefined;
  const confirmations = await readConfirmations(reader(ctx), review.instanceId, review.round);
  const confirmed = confirmations.find((one) => one.reviewer === review.reviewer);
  const { id: _, instanceId, traceId, rubricVersion: __, profileDigest: ___, ...said } = review;
  return {
    ...said,
    question: instance.questionId,
    instance: instanceId,
    kind: instance.kind,
    traceSha256: traces.find((trace) => trace.id === traceId)?.sha256 ?? '',
    ...(confirmed === undefined ? {} : { confirmedScores: confirmed.scores }),
  };
}
