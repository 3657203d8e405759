import { requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { parseTrace } from '../../core/trace.ts';
import { getInstance, strikesOf } from '../../generation/actions.ts';
import { appendEvent } from '../../ledger/actions.ts';
import { judged } from '../drafts/work.ts';
import { readReviews } from '../store.ts';
import { actorAccount, barredFrom, members, requireMember, signers } from './access.ts';
import { awaitsGuideline, blinded, openCaseOf, ownCase } from './actions.ts';
import { masked } from './mask.ts';
import { ballotOf, settledVote, tally } from './panel.ts';
import type { CaseView } from './schema.ts';
import { hasUnmasked, insertMessage, insertUnmasking, readMessages } from './store.ts';

/** A case as its deciders see it: reviewers are letters, votes of an open ballot are their member's own. */
export async function viewCase(ctx: Context, id: string): Promise<CaseView> {
  requireRole(ctx.actor, 'adjudicator', 'panel-member', 'panel-chair', 'steward', 'auditor');
  const one = await ownCase(ctx, id);
  const { profile } = ctx;
  const { question, instance, traces } = await getInstance(ctx, one.instanceId);
  const trace = traces.find((known) => known.id === one.traceId);
  if (trace === undefined) throw new AppError('internal', `The case ${id} names a trace that does not exist.`);
  const reviews = (await readReviews(reader(ctx), instance.id)).filter((review) => review.traceId === trace.id);
  const barred = await barredFrom(ctx, one, await actorAccount(ctx));
  const { statements, names } = masked(id, barred === 'reviewed-it' ? [] : reviews);
  const strikes = await strikesOf(ctx, instance.id);
  const earlier = strikes.flatMap((strike) => {
    const written = traces.find((known) => known.round === strike.round && known.id !== trace.id);
    const parsed = written === undefined ? undefined : parseTrace(written.text);
    if (parsed?.state !== 'well-formed') return [];
    return [{ ...strike, ...parsed.trace }];
  });
  const { panel, gate, strikes: limits } = profile.policy;
  const ballot = ballotOf(one);
  const settled = settledVote(panel, one.votes);
  const binding = one.board === 'panel' && 'vote' in settled ? settled.vote : undefined;
  const takesPart = barred === undefined && one.state !== 'decided';
  const voted = one.votes.some((vote) => vote.ballot === ballot && vote.member === ctx.actor.id);
  const open = tally(panel, one.votes, ballot).state === 'open';
  const mayVote = one.board === 'panel' && takesPart && !voted && open && !(await awaitsGuideline(ctx, one));
  const maySign = takesPart && ctx.actor.roles.includes(signers[one.board]);
  return {
    case: blinded(ctx, one),
    ...judged(ctx, question, trace),
    severities: profile.severities,
    minimumScore: gate.minimumScore,
    statements,
    earlier,
    strikes: instance.strikes,
    strikeLimit: limits.limit,
    messages: await readMessages(reader(ctx), id),
    quorum: panel.quorum,
    cast: one.votes.filter((vote) => vote.ballot === ballot).length,
    can: {
      vote: mayVote,
      discuss: one.board === 'panel' && takesPart && tally(panel, one.votes, 1).state !== 'open',
      decide: maySign && (one.board === 'adjudicator' || binding !== undefined),
      unmask: barred === undefined,
    },
    ...(barred === undefined ? {} : { barred }),
    ...(binding === undefined ? {} : { binding }),
    ...((await hasUnmasked(reader(ctx), id, ctx.actor.id)) ? { unmasked: Object.fromEntries(names) } : {}),
  };
}

/** Adds to the discussion of a panel, which opens when its first ballot is closed: first votes are independent. */
export async function sayInCase(ctx: Context, input: { case: string; text: string }): Promise<void> {
  await transact(ctx, async (ctx) => {
    const one = await openCaseOf(ctx, input.case);
    await requireMember(ctx, one, await actorAccount(ctx));
    if (one.board !== 'panel' || tally(ctx.profile.policy.panel, one.votes, 1).state === 'open')
      throw new AppError('conflict', 'The discussion opens when the first ballot is closed.');
    await insertMessage(ctx.tx, { caseId: one.id, member: ctx.actor.id, text: input.text, at: ctx.clock.now() });
  });
}

/** Shows the actor who is behind the letters of a case. That somebody looked, and why, is recorded in the log. */
export async function unmaskCase(ctx: Context, input: { case: string; reason: string }): Promise<void> {
  await transact(ctx, async (ctx) => {
    const one = await ownCase(ctx, input.case);
    requireRole(ctx.actor, ...members[one.board]);
    await requireMember(ctx, one, await actorAccount(ctx));
    const { reason } = input;
    const unmasking = { caseId: one.id, account: ctx.actor.id, reason, at: ctx.clock.now() };
    if (!(await insertUnmasking(ctx.tx, unmasking))) return;
    await appendEvent(ctx, {
      subject: one.instanceId,
      type: 'case.unmasked',
      data: { case: one.id, by: ctx.actor.id, reason },
    });
  });
}
