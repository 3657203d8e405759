import type { Account, Signature, SignatureProof } from '../../accounts/schema.ts';
import { signContent } from '../../accounts/signature.ts';
import { type Context, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { applyEdits, renderTrace } from '../../core/trace.ts';
import { getInstance, lockedInstance } from '../../generation/actions.ts';
import type { Instance, TraceRecord } from '../../generation/schema.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { wellFormed } from '../actions.ts';
import { onBehalf } from '../on-behalf.ts';
import type { Board, DecisionInput, PanelCase, PanelDecision, PanelVote } from '../schema.ts';
import { insertDecision, setCaseState } from '../store.ts';
import { checkReason, checkScores } from '../submission.ts';
import { actorAccount, requireMember, signers } from './access.ts';
import { openCaseOf } from './actions.ts';
import { carryOut } from './carry-out.ts';
import { decisionDigest } from './digest.ts';
import { bindingVote } from './panel.ts';

const decisionsOf: Record<Board, PanelVote[]> = {
  adjudicator: ['accept', 'accept-edited', 'reject', 'regenerate', 'refer'],
  panel: ['accept', 'accept-edited', 'reject', 'return-batch', 'amend-guideline'],
};

/**
 * Signs the decision of a case: an adjudicator's own, or, as its chair, the panel's, which must follow the binding vote.
 * Whoever is signed in proves anew who they are; the signature is bound to the digest of what was decided.
 */
export async function decideCase(
  ctx: Context,
  input: { case: string; decision: DecisionInput; proof?: SignatureProof | undefined },
): Promise<PanelDecision> {
  const { decision, proof } = input;
  const digest = decisionDigest(input.case, decision);
  const signature = await signContent(ctx, { digest, meaning: 'responsibility', proof });
  return transact(ctx, async (ctx) =>
    takeDecision(ctx, { case: input.case, decision, signature, chair: await actorAccount(ctx) }),
  );
}

/** Stores and records a decision, and draws its consequence. */
export async function takeDecision(
  ctx: TxContext,
  input: { case: string; decision: DecisionInput; chair: Account; signature?: Signature },
): Promise<PanelDecision> {
  const { chair, decision: said } = input;
  const one = await openCaseOf(ctx, input.case);
  await requireMember(ctx, one, chair);
  if (!chair.roles.includes(signers[one.board]))
    throw new AppError(
      'forbidden',
      `${chair.name} may not sign this decision: it needs the role ${signers[one.board]}.`,
    );
  requireBinding(ctx, one, said.decision);
  const instance = await lockedInstance(ctx, one.instanceId);
  const trace = (await getInstance(ctx, instance.id)).traces.find((known) => known.id === one.traceId);
  if (trace === undefined) throw new AppError('internal', `The case ${one.id} names a trace that does not exist.`);
  const resultSha256 = checkDecision(ctx, instance, trace, said);
  const record = {
    ...said,
    ...(resultSha256 === undefined ? {} : { resultSha256 }),
    ...(input.signature === undefined ? {} : { signature: input.signature }),
    chair: chair.id,
    decidedAt: ctx.clock.now().toISOString(),
  };
  const event = await appendEvent(ctx, {
    subject: instance.id,
    type: 'adjudication.signed',
    data: asJson({
      case: one.id,
      board: one.board,
      trigger: one.trigger,
      trace: trace.id,
      traceSha256: trace.sha256,
      votes: one.votes.map(({ ballot, member, vote }) => ({ ballot, member, vote })),
      credentialed: chair.credential !== undefined,
      demo: chair.demo,
      ...onBehalf(ctx, chair.id),
      ...record,
    }),
  });
  const decision = { ...record, eventSeq: event.seq };
  await insertDecision(ctx.tx, one.id, decision);
  await setCaseState(ctx.tx, one.id, 'decided');
  await carryOut(ctx, { one, instance, trace, decision });
  return decision;
}

function requireBinding(ctx: TxContext, one: PanelCase, decision: PanelVote): void {
  if (!decisionsOf[one.board].includes(decision))
    throw new AppError('invalid_input', `"${decision}" is no decision of the ${one.board}.`);
  if (one.board === 'adjudicator') return;
  const vote = bindingVote(ctx.profile.policy.panel, one.votes);
  if (vote !== decision)
    throw new AppError('conflict', `The panel voted "${vote}"; the decision "${decision}" does not follow it.`);
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
  if (!edited && input.decision !== 'accept') return undefined;
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
