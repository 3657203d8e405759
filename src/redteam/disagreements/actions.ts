import { type Role, requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { answeredCalls } from '../../llm/calls/call-store.ts';
import { readersOfAttacks } from '../roles.ts';
import type { Judgment } from '../schema.ts';
import type { JudgmentRef, JudgmentTrail, LabelJudgment, LabelReply, Queue, TrailCall } from './schema.ts';
import {
  insertJudgmentLabel,
  isQueued,
  judgmentsOfReply,
  labelsOfReply,
  queueCounts,
  queueItems,
  type TrailRows,
} from './store.ts';

/** Who labels what judges could not settle. */
const clinicians: Role[] = ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair'];

/**
 * Replies that judges disagreed on and the actor has not labelled, those without any label first. What the judges said is
 * not shown: a clinician's label must be the clinician's own.
 */
export async function judgmentQueue(ctx: Context, page: { campaign?: string; limit: number }): Promise<Queue> {
  requireRole(ctx.actor, ...clinicians, ...readersOfAttacks);
  const { queued, labelled } = await queueCounts(reader(ctx), page.campaign);
  const filter = { campaign: page.campaign, labeller: ctx.actor.id, limit: page.limit };
  const { severity, handling } = ctx.profile.redTeamJudges;
  const scales = { attack: severity.task, twin: handling.task, anchors: severity.anchors, handling: handling.levels };
  return { waiting: queued - labelled, items: await queueItems(reader(ctx), filter), scales };
}

/**
 * Records what a clinician says of a reply in the queue, with its event. One label a clinician and reply; it measures judges
 * and teaches none. Throws `forbidden` for who may read what judges said, `not_found` for a reply that is not in the queue and `conflict` for a second label.
 */
export async function labelJudgment(ctx: Context, input: LabelJudgment): Promise<LabelReply> {
  requireRole(ctx.actor, ...clinicians);
  const seeing = ctx.actor.roles.filter((role) => readersOfAttacks.includes(role));
  if (seeing.length > 0)
    throw new AppError(
      'forbidden',
      `${ctx.actor.name} may read what judges said (role ${seeing.join(', ')}), so the label would not be blind. Label with an account that is a clinician's only.`,
    );
  const { campaign, target, probe, variant, ...label } = input;
  const ref = { campaign, target, probe, variant };
  return transact(ctx, async (ctx) => {
    const rows = (await isQueued(ctx.tx, ref)) ? await judgmentsOfReply(ctx.tx, ref) : undefined;
    if (rows === undefined)
      throw new AppError(
        'not_found',
        `No judgment of ${target}, ${probe}, ${variant} waits for a clinician in the campaign ${campaign}. "safemed judge disagreements list" shows those that do.`,
      );
    const given = await labelsOfReply(ctx.tx, ref);
    if (given.some(({ labeller }) => labeller === ctx.actor.id))
      throw new AppError('conflict', 'You have labelled this reply already; a label is not changed.');
    const { seq } = await appendEvent(ctx, {
      type: 'judgment.labelled',
      data: {
        ...ref,
        label: asJson(label),
        replySha256: sha256Hex(rows.reply),
        judges: rows.judgments.map(({ judgment }) => judgment.judge),
      },
    });
    await insertJudgmentLabel(ctx.tx, ref, { labeller: ctx.actor.id, label, at: ctx.clock.now(), eventSeq: seq });
    return { ...ref, labeller: ctx.actor.id, labels: given.length + 1 };
  });
}

/**
 * Everything behind the judgments of one reply: each judge's verdict with its digest and time, every prompt it was given
 * and every reply as it came, and clinicians' labels. For those who work with attacks; who labels is not shown it.
 */
export async function judgmentTrail(ctx: Context, ref: JudgmentRef): Promise<JudgmentTrail> {
  requireRole(ctx.actor, ...readersOfAttacks);
  const rows = await judgmentsOfReply(reader(ctx), ref);
  if (rows === undefined)
    throw new AppError(
      'not_found',
      `The campaign ${ref.campaign} has no reply of ${ref.target} to ${ref.probe} (${ref.variant}).`,
    );
  const { prompt, reply, judgments } = rows;
  return {
    ...ref,
    prompt,
    reply,
    judgments: await withCalls(ctx, judgments),
    labels: await labelsOfReply(reader(ctx), ref),
  };
}

async function withCalls(ctx: Context, judgments: TrailRows['judgments']): Promise<JudgmentTrail['judgments']> {
  const asked = judgments.flatMap(({ judgment }) => callsOf(judgment));
  const recorded = await answeredCalls(
    reader(ctx),
    asked.map(({ call }) => call),
  );
  const byKey = new Map(recorded.map((call) => [call.key, call]));
  return judgments.map((one) => ({
    ...one,
    calls: callsOf(one.judgment).flatMap(({ judge, call }): TrailCall[] => {
      const found = byKey.get(call);
      if (found === undefined) return [];
      const { model, request, reply, startedAt, endedAt } = found;
      return [
        {
          key: call,
          judge,
          model,
          messages: request.messages,
          reply: reply.content,
          startedAt: startedAt.toISOString(),
          endedAt: endedAt.toISOString(),
        },
      ];
    }),
  }));
}

/** The calls of a judge, or of each member of a jury. */
function callsOf(judgment: Judgment): { judge: string; call: string }[] {
  return [judgment, ...(judgment.members ?? [])].flatMap(({ judge, trail }) =>
    (trail ?? []).map(({ call }) => ({ judge, call })),
  );
}
