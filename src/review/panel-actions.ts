import { getAccount } from '../accounts/actions.ts';
import type { Account } from '../accounts/schema.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { applyEdits, renderTrace } from '../core/trace.ts';
import { getInstance, lockedInstance, moveInstance } from '../generation/actions.ts';
import type { Instance, TraceRecord } from '../generation/schema.ts';
import { appendEvent } from '../ledger/actions.ts';
import { wellFormed } from './actions.ts';
import { onBehalf } from './on-behalf.ts';
import { bindingVote, panelState, tally } from './panel.ts';
import type { DecisionInput, PanelCase, PanelDecision, PanelVote } from './schema.ts';
import { openCase } from './settle.ts';
import {
  casesOf,
  insertDecision,
  insertVote,
  instancesWithoutCase,
  listCases,
  lockCase,
  readReviews,
  setCaseState,
} from './store.ts';
import { checkReason, checkScores } from './submission.ts';

/** Opens cases for instances that reached the panel without one; returns how many. */
export async function openMissingCases(ctx: Context): Promise<number> {
  const waiting = await instancesWithoutCase(reader(ctx));
  for (const id of waiting)
    await transact(ctx, async (ctx) => {
      const instance = await lockedInstance(ctx, id);
      const trace = (await getInstance(ctx, id)).traces.at(-1);
      const open = (await casesOf(ctx.tx, id)).some((one) => one.state !== 'decided');
      if (trace !== undefined && instance.state === 'panel' && !open)
        await openCase(ctx, instance, trace, 'five-strikes');
    });
  return waiting.length;
}

/** All panel cases, oldest first. Votes of an open ballot are shown to nobody but their own member. */
export async function panelCases(ctx: Context, limit: number): Promise<PanelCase[]> {
  requireRole(ctx.actor, 'panel-member', 'panel-chair', 'steward', 'auditor', 'engineer');
  return (await listCases(reader(ctx), limit)).map((one) => blinded(ctx, one));
}

export async function panelCasesOf(ctx: Context, instanceId: string): Promise<PanelCase[]> {
  return (await casesOf(reader(ctx), instanceId)).map((one) => blinded(ctx, one));
}

function blinded(ctx: Context, one: PanelCase): PanelCase {
  const open = ([1, 2] as const).filter(
    (ballot) => tally(ctx.profile.policy.panel, one.votes, ballot).state === 'open',
  );
  return {
    ...one,
    votes: one.votes.filter((vote) => !open.some((ballot) => ballot === vote.ballot) || vote.member === ctx.actor.id),
  };
}

/** Casts the actor's vote in the ballot that is open. */
export async function castVote(ctx: Context, input: { case: string; vote: PanelVote }): Promise<PanelCase> {
  return transact(ctx, async (ctx) =>
    takeVote(ctx, { case: input.case, member: await getAccount(ctx, ctx.actor.id), vote: input.vote }),
  );
}

/** Stores one vote. Whoever reviewed the instance may not sit on its panel. */
export async function takeVote(
  ctx: TxContext,
  input: { case: string; member: Account; vote: PanelVote },
): Promise<PanelCase> {
  requireRole(input.member, 'panel-member', 'panel-chair');
  const one = await lockedCase(ctx, input.case);
  await refuseReviewer(ctx, one.instanceId, input.member);
  const ballot = one.state === 'second-vote' ? 2 : 1;
  if (one.votes.some((vote) => vote.ballot === ballot && vote.member === input.member.id))
    throw new AppError('conflict', `${input.member.name} has already voted in ballot ${ballot}.`);
  if (tally(ctx.profile.policy.panel, one.votes, ballot).state !== 'open')
    throw new AppError('conflict', `Ballot ${ballot} is closed; the chair can sign the decision.`);
  const at = ctx.clock.now();
  await insertVote(ctx.tx, { caseId: one.id, ballot, member: input.member.id, vote: input.vote, at });
  await appendEvent(ctx, {
    subject: one.instanceId,
    type: 'vote.signed',
    data: {
      case: one.id,
      ballot,
      member: input.member.id,
      vote: input.vote,
      ...onBehalf(ctx, input.member.id),
    },
  });
  const votes = [...one.votes, { ballot, member: input.member.id, vote: input.vote, castAt: at.toISOString() }];
  const state = panelState(ctx.profile.policy.panel, votes);
  await setCaseState(ctx.tx, one.id, state);
  return { ...one, votes, state };
}

/** Signs the decision of a case as its chair. It must follow the binding vote. */
export async function decideCase(
  ctx: Context,
  input: { case: string; decision: DecisionInput },
): Promise<PanelDecision> {
  return transact(ctx, async (ctx) => takeDecision(ctx, { ...input, chair: await getAccount(ctx, ctx.actor.id) }));
}

export async function takeDecision(
  ctx: TxContext,
  input: { case: string; decision: DecisionInput; chair: Account },
): Promise<PanelDecision> {
  requireRole(input.chair, 'panel-chair');
  const one = await lockedCase(ctx, input.case);
  await refuseReviewer(ctx, one.instanceId, input.chair);
  const vote = bindingVote(ctx.profile.policy.panel, one.votes);
  if (vote !== input.decision.decision)
    throw new AppError(
      'conflict',
      `The panel voted "${vote}"; the decision "${input.decision.decision}" does not follow it.`,
    );
  const instance = await lockedInstance(ctx, one.instanceId);
  const trace = (await getInstance(ctx, instance.id)).traces.find((known) => known.id === one.traceId);
  if (trace === undefined) throw new AppError('internal', `The case ${one.id} names a trace that does not exist.`);
  const resultSha256 = checkDecision(ctx, instance, trace, input.decision);
  const record = {
    ...input.decision,
    ...(resultSha256 === undefined ? {} : { resultSha256 }),
    chair: input.chair.id,
    decidedAt: ctx.clock.now().toISOString(),
  };
  const event = await appendEvent(ctx, {
    subject: instance.id,
    type: 'adjudication.signed',
    data: {
      case: one.id,
      trigger: one.trigger,
      trace: trace.id,
      traceSha256: trace.sha256,
      votes: one.votes.map(({ ballot, member, vote }) => ({ ballot, member, vote })),
      credentialed: input.chair.credential !== undefined,
      demo: input.chair.demo,
      ...onBehalf(ctx, input.chair.id),
      ...record,
    },
  });
  const decision = { ...record, eventSeq: event.seq };
  await insertDecision(ctx.tx, one.id, decision);
  await setCaseState(ctx.tx, one.id, 'decided');
  const accepted = decision.decision !== 'reject';
  await moveInstance(ctx, instance.id, { state: accepted ? 'accepted' : 'rejected', consecutiveStrikes: 0 });
  await appendEvent(ctx, {
    subject: instance.id,
    type: accepted ? 'example.approved' : 'example.rejected',
    data: {
      round: trace.round,
      by: 'panel',
      case: one.id,
      trace: trace.id,
      ...(accepted ? { traceSha256: trace.sha256, resultSha256: resultSha256 ?? trace.sha256 } : {}),
    },
  });
  return decision;
}

function checkDecision(
  ctx: TxContext,
  instance: Instance,
  trace: TraceRecord,
  input: DecisionInput,
): string | undefined {
  const edited = input.decision === 'accept-edited';
  if (edited !== input.edits.length > 0)
    throw new AppError(
      'invalid_input',
      'A decision "accept-edited" needs at least one edit, and only that decision has edits.',
    );
  if (input.decision === 'reject') return undefined;
  checkScores(ctx.profile, instance.kind, input.scores, 'scores');
  const { minimumScore } = ctx.profile.policy.gate;
  const low = Object.entries(input.scores).find(([, score]) => score < minimumScore);
  if (low !== undefined)
    throw new AppError(
      'invalid_input',
      `An accepted text must reach ${minimumScore} on every criterion, but ${low[0]} is ${low[1]}.`,
    );
  for (const edit of input.edits) checkReason(ctx.profile, edit);
  return edited ? sha256Hex(renderTrace(applyEdits(wellFormed(trace), input.edits))) : undefined;
}

async function lockedCase(ctx: TxContext, id: string): Promise<PanelCase> {
  const one = await lockCase(ctx.tx, id);
  if (one === undefined) throw new AppError('not_found', `There is no panel case ${id}.`);
  if (one.state === 'decided') throw new AppError('conflict', 'This panel case has been decided.');
  return one;
}

async function refuseReviewer(ctx: TxContext, instanceId: string, person: Account): Promise<void> {
  const reviews = await readReviews(ctx.tx, instanceId);
  if (reviews.some((review) => review.reviewer === person.id))
    throw new AppError('forbidden', `${person.name} reviewed this instance and may not sit on its panel.`);
}
