import { getAccount } from '../../accounts/actions.ts';
import type { Account } from '../../accounts/schema.ts';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { getInstance, lockedInstance } from '../../generation/actions.ts';
import { currentGuidelineVersion } from '../../guideline/actions.ts';
import { appendEvent } from '../../ledger/actions.ts';
import { onBehalf } from '../on-behalf.ts';
import type { PanelCase, PanelVote } from '../schema.ts';
import { fiveStrikes, openCase } from '../settle.ts';
import { casesOf, insertVote, instancesWithoutCase, listCases, lockCase, readCase, setCaseState } from '../store.ts';
import { requireMember } from './access.ts';
import { ballotOf, panelState, tally } from './panel.ts';

/** Opens cases for instances that reached the panel without one; returns how many. */
export async function openMissingCases(ctx: Context): Promise<number> {
  const waiting = await instancesWithoutCase(reader(ctx));
  for (const id of waiting)
    await transact(ctx, async (ctx) => {
      const instance = await lockedInstance(ctx, id);
      const trace = (await getInstance(ctx, id)).traces.at(-1);
      const open = (await casesOf(ctx.tx, id)).some((one) => one.state !== 'decided');
      if (trace !== undefined && instance.state === 'panel' && !open) await openCase(ctx, instance, trace, fiveStrikes);
    });
  return waiting.length;
}

/** All cases, open ones first, then oldest first. Votes of an open ballot are shown to nobody but their own member. */
export async function panelCases(ctx: Context, limit: number): Promise<PanelCase[]> {
  requireRole(ctx.actor, 'adjudicator', 'panel-member', 'panel-chair', 'steward', 'auditor', 'engineer');
  return (await listCases(reader(ctx), limit)).map((one) => blinded(ctx, one));
}

export async function panelCasesOf(ctx: Context, instanceId: string): Promise<PanelCase[]> {
  return (await casesOf(reader(ctx), instanceId)).map((one) => blinded(ctx, one));
}

/** The case without the votes that the actor must not see yet. */
export function blinded(ctx: Context, one: PanelCase): PanelCase {
  const open = ([1, 2] as const).filter(
    (ballot) => tally(ctx.profile.policy.panel, one.votes, ballot).state === 'open',
  );
  return {
    ...one,
    votes: one.votes.filter((vote) => !open.some((ballot) => ballot === vote.ballot) || vote.member === ctx.actor.id),
  };
}

/** A case with all its votes; for rules, not for replies. */
export async function ownCase(ctx: Context, id: string): Promise<PanelCase> {
  const one = await readCase(reader(ctx), id);
  if (one === undefined) throw new AppError('not_found', `There is no case ${id}.`);
  return one;
}

/** An undecided case, locked until the transaction ends. */
export async function openCaseOf(ctx: TxContext, id: string): Promise<PanelCase> {
  const one = await lockCase(ctx.tx, id);
  if (one === undefined) throw new AppError('not_found', `There is no case ${id}.`);
  if (one.state === 'decided') throw new AppError('conflict', 'This case has been decided.');
  return one;
}

/** True while a panel that asked for another guideline has not got it. */
export async function awaitsGuideline(ctx: Context, one: PanelCase): Promise<boolean> {
  if (one.waitsForGuideline === undefined) return false;
  return ((await currentGuidelineVersion(ctx)) ?? 0) <= one.waitsForGuideline;
}

/** Casts the actor's vote in the ballot that is open. */
export async function castVote(ctx: Context, input: { case: string; vote: PanelVote }): Promise<PanelCase> {
  return transact(ctx, async (ctx) =>
    blinded(ctx, await takeVote(ctx, { ...input, member: await getAccount(ctx, ctx.actor.id) })),
  );
}

/** Stores one vote. Whoever reviewed the instance, or has a conflict of interest, may not sit on its panel. */
export async function takeVote(
  ctx: TxContext,
  input: { case: string; member: Account; vote: PanelVote },
): Promise<PanelCase> {
  requireRole(input.member, 'panel-member', 'panel-chair');
  const one = await openCaseOf(ctx, input.case);
  if (one.board !== 'panel') throw new AppError('conflict', 'An adjudicator decides this case; nobody votes in it.');
  await requireMember(ctx, one, input.member);
  if (input.vote === 'regenerate' || input.vote === 'refer')
    throw new AppError('invalid_input', `A panel cannot vote "${input.vote}"; that is an adjudicator's decision.`);
  if (await awaitsGuideline(ctx, one))
    throw new AppError(
      'conflict',
      `The panel asked for another guideline: it votes when a version after ${one.waitsForGuideline} is published.`,
    );
  const ballot = ballotOf(one);
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
