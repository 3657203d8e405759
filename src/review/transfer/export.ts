import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { getInstance } from '../../generation/actions.ts';
import { visibleReviews } from '../actions.ts';
import type { Confirmation, Review } from '../schema.ts';
import { casePage, readConfirmations, reviewPage } from '../store.ts';
import type { ExportedReview, PanelLine } from './schema.ts';

/** A page of all reviews as lines that `importReviews` understands, with their history. `next` is absent on the last page. */
export async function exportReviews(
  ctx: Context,
  page: { after?: string; limit: number },
): Promise<{ reviews: ExportedReview[]; next?: string }> {
  requireRole(ctx.actor, 'steward', 'auditor', 'engineer');
  const reviews = await reviewPage(reader(ctx), page.after, page.limit);
  const lines: ExportedReview[] = [];
  for (const [instance, said] of Map.groupBy(reviews, (review) => review.instanceId))
    lines.push(...(await exported(ctx, instance, said)));
  const last = reviews.at(-1);
  return { reviews: lines, ...(reviews.length === page.limit && last !== undefined ? { next: last.id } : {}) };
}

/** The lines of an instance's reviews; none of a peer in a round that the actor could still review. */
async function exported(ctx: Context, id: string, reviews: Review[]): Promise<ExportedReview[]> {
  const { instance, traces } = await getInstance(ctx, id);
  const visible = new Set((await visibleReviews(ctx, instance)).map((one) => one.id));
  const confirmations = new Map<number, Confirmation[]>();
  for (const round of new Set(reviews.map((review) => review.round)))
    confirmations.set(round, await readConfirmations(reader(ctx), id, round));
  return reviews
    .filter((review) => visible.has(review.id))
    .map((review) => {
      const confirmed = confirmations.get(review.round)?.find((one) => one.reviewer === review.reviewer);
      const { id: _, instanceId, traceId, rubricVersion: __, profileDigest: ___, ...said } = review;
      return {
        ...said,
        question: instance.questionId,
        instance: instanceId,
        kind: instance.kind,
        traceSha256: traces.find((trace) => trace.id === traceId)?.sha256 ?? '',
        ...(confirmed === undefined ? {} : { confirmedScores: confirmed.scores }),
      };
    });
}

/** A page of all decided cases as lines that `importPanels` understands. `next` is absent on the last page. */
export async function exportCases(
  ctx: Context,
  page: { after?: string; limit: number },
): Promise<{ cases: PanelLine[]; next?: string }> {
  requireRole(ctx.actor, 'steward', 'auditor', 'engineer');
  const found = await casePage(reader(ctx), page.after, page.limit);
  const lines: PanelLine[] = [];
  for (const one of found) {
    if (one.decision === undefined) continue;
    const { instance, traces } = await getInstance(ctx, one.instanceId);
    const { decision, edits, scores, rationale, chair } = one.decision;
    const ballot = (number: 1 | 2): PanelLine['votes'] =>
      one.votes.filter((vote) => vote.ballot === number).map(({ member, vote }) => ({ member, vote }));
    const second = ballot(2);
    lines.push({
      question: instance.questionId,
      trigger: one.trigger,
      round: traces.find((trace) => trace.id === one.traceId)?.round ?? instance.round,
      votes: ballot(1),
      ...(second.length === 0 ? {} : { secondVotes: second }),
      chair,
      decision,
      edits,
      scores,
      rationale,
    });
  }
  const last = found.at(-1);
  return { cases: lines, ...(found.length === page.limit && last !== undefined ? { next: last.id } : {}) };
}
