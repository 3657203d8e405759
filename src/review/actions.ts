import { randomUUID } from 'node:crypto';
import { getAccount } from '../accounts/actions.ts';
import type { Account } from '../accounts/schema.ts';
import { kindsFor, placeReview } from '../assignment/actions.ts';
import { type Role, requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { parseTrace, renderTrace, type Trace } from '../core/trace.ts';
import { getInstance, lockedInstance, traceOfRound } from '../generation/actions.ts';
import type { Instance, TraceRecord } from '../generation/schema.ts';
import { currentGuidelineVersion } from '../guideline/actions.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { rubricFor } from '../profile/rubric.ts';
import { deleteReviewsOf } from './erase-store.ts';
import { onBehalf } from './on-behalf.ts';
import type { Confirmation, Review, ReviewInput, Scores } from './schema.ts';
import { settleRound } from './settle.ts';
import { countReviews, insertConfirmation, insertReview, queueFor, readConfirmations, readReviews } from './store.ts';
import { checkScores, checkSubmission } from './submission.ts';

/** What waits for the actor: instance ids with their round, oldest ids first. */
export async function reviewQueue(ctx: Context, limit: number): Promise<{ instance: string; round: number }[]> {
  const kinds = kindsFor(ctx.profile, ctx.actor.roles);
  if (kinds.length === 0)
    throw new AppError(
      'forbidden',
      `${ctx.actor.name} reviews by no rubric: it needs the role of one, reviewer or ethics-reviewer.`,
    );
  const rows = await queueFor(reader(ctx), ctx.actor.id, kinds, limit);
  return rows.map((row) => ({ instance: row.id, round: row.round }));
}

/** Submits the actor's own review of the instance's current round. */
export async function submitReview(ctx: Context, input: { instance: string; review: ReviewInput }): Promise<Review> {
  return transact(ctx, async (ctx) => {
    const instance = await lockedInstance(ctx, input.instance);
    return takeReview(ctx, {
      instance,
      round: instance.round,
      reviewer: await getAccount(ctx, ctx.actor.id),
      review: input.review,
    });
  });
}

type Taking = {
  instance: Instance;
  round: number;
  reviewer: Account;
  review: ReviewInput;
  importedBy?: string;
  /** What another workspace recorded about it. */
  elsewhere?: Record<string, unknown>;
};

/** Checks, stores and records one review, then settles the round. The instance is locked by the caller. */
export async function takeReview(ctx: TxContext, taking: Taking): Promise<Review> {
  const { instance, reviewer, review } = taking;
  const rubric = rubricFor(ctx.profile, instance.kind);
  requireRole(reviewer, rubric.role);
  const trace = await currentTrace(ctx, instance, taking.round);
  const edited = checkSubmission(ctx.profile, instance.kind, wellFormed(trace), review);
  const earlier = (await readReviews(ctx.tx, instance.id)).filter((one) => one.round === instance.round);
  if (earlier.some((one) => one.reviewer === reviewer.id))
    throw new AppError('conflict', `${reviewer.name} has already reviewed round ${instance.round} of this instance.`);
  const beyond = taking.importedBy !== undefined || instance.state !== 'in-review';
  await placeReview(ctx, { instance, round: taking.round, reviewer: reviewer.id }, beyond);
  const { editedScores, ...said } = review;
  // What came from elsewhere says by itself which guideline it followed, or nothing.
  const guideline = taking.importedBy === undefined ? await currentGuidelineVersion(ctx) : undefined;
  const record: Omit<Review, 'eventSeq'> = {
    ...said,
    ...(editedScores === undefined || edited === undefined ? {} : { editedScores }),
    id: randomUUID(),
    instanceId: instance.id,
    traceId: trace.id,
    round: instance.round,
    reviewer: reviewer.id,
    track: rubric.track,
    rubricVersion: rubric.version,
    profileDigest: ctx.profile.digest,
    ...(edited === undefined ? {} : { resultSha256: sha256Hex(renderTrace(edited)) }),
    ...(said.guidelineVersion !== undefined || guideline === undefined ? {} : { guidelineVersion: guideline }),
    ...(taking.importedBy === undefined ? {} : { importedBy: taking.importedBy }),
    submittedAt: ctx.clock.now().toISOString(),
  };
  const event = await appendEvent(ctx, {
    subject: instance.id,
    type: 'review.signed',
    data: {
      ...record,
      ...(taking.elsewhere === undefined ? {} : { elsewhere: asJson(taking.elsewhere) }),
      traceSha256: trace.sha256,
      credentialed: reviewer.credential !== undefined,
      demo: reviewer.demo,
    },
  });
  const stored = { ...record, eventSeq: event.seq };
  await insertReview(ctx.tx, stored);
  await settleRound(ctx, instance, trace);
  return stored;
}

/** The actor's scores for the text that a peer's edit produced; the last one settles the round. */
export async function confirmEdit(ctx: Context, input: { instance: string; scores: Scores }): Promise<Confirmation> {
  return transact(ctx, async (ctx) => {
    const instance = await lockedInstance(ctx, input.instance);
    return takeConfirmation(ctx, { instance, reviewer: await getAccount(ctx, ctx.actor.id), scores: input.scores });
  });
}

export async function takeConfirmation(
  ctx: TxContext,
  taking: { instance: Instance; reviewer: Account; scores: Scores },
): Promise<Confirmation> {
  const { instance, reviewer } = taking;
  if (instance.state !== 'confirming')
    throw new AppError('conflict', `Nothing waits for confirmation: the instance is ${instance.state}.`);
  const round = (await readReviews(ctx.tx, instance.id)).filter((review) => review.round === instance.round);
  const edited = round.find((review) => review.edits.length > 0);
  const own = round.find((review) => review.reviewer === reviewer.id);
  if (edited?.resultSha256 === undefined || own === undefined || own.edits.length > 0)
    throw new AppError('forbidden', `${reviewer.name} is not asked to confirm an edit of this instance.`);
  if ((await readConfirmations(ctx.tx, instance.id, instance.round)).some((one) => one.reviewer === reviewer.id))
    throw new AppError('conflict', `${reviewer.name} has already confirmed this edit.`);
  checkScores(ctx.profile, instance.kind, taking.scores, 'scores');
  const record = {
    reviewId: edited.id,
    reviewer: reviewer.id,
    resultSha256: edited.resultSha256,
    scores: taking.scores,
    confirmedAt: ctx.clock.now().toISOString(),
  };
  const event = await appendEvent(ctx, {
    subject: instance.id,
    type: 'edit.signed',
    data: {
      ...record,
      round: instance.round,
      credentialed: reviewer.credential !== undefined,
      demo: reviewer.demo,
      ...onBehalf(ctx, reviewer.id),
    },
  });
  const stored = { ...record, eventSeq: event.seq };
  await insertConfirmation(ctx.tx, stored);
  await settleRound(ctx, instance, await currentTrace(ctx, instance, instance.round));
  return stored;
}

/** The trace of the instance's round that may be reviewed now; a case already with the panel still takes late reviews. */
async function currentTrace(ctx: TxContext, instance: Instance, round: number): Promise<TraceRecord> {
  const open = instance.state === 'in-review' || instance.state === 'panel' || instance.state === 'confirming';
  if (!open || round !== instance.round)
    throw new AppError(
      'conflict',
      `Round ${round} cannot be reviewed: the instance is ${instance.state} in round ${instance.round}.`,
    );
  return traceOfRound(await getInstance(ctx, instance.id), round);
}

/** The steps and answer of a recorded trace; malformed ones never reach reviewers. */
export function wellFormed(trace: TraceRecord): Trace {
  const parsed = parseTrace(trace.text);
  if (parsed.state === 'malformed')
    throw new AppError('conflict', `The trace is malformed (${parsed.reason}) and is not reviewed.`);
  return parsed.trace;
}

/**
 * The reviews of an instance as the actor may see them: their own always; those of peers only after their own review of
 * that round is signed. Stewards, auditors and engineers see all but a round that they could still review themselves;
 * members of boards when the instance is decided, before that only under letters (viewCase).
 */
export async function visibleReviews(ctx: Context, instance: Instance): Promise<Review[]> {
  const all = await readReviews(reader(ctx), instance.id);
  const done = new Set(all.filter((review) => review.reviewer === ctx.actor.id).map((review) => review.round));
  const has = (...roles: Role[]): boolean => ctx.actor.roles.some((role) => roles.includes(role));
  const decided = instance.state === 'accepted' || instance.state === 'rejected';
  const oversees =
    has('steward', 'auditor', 'engineer') ||
    (decided && has('adjudicator', 'panel-member', 'panel-chair', 'release-approver'));
  const blind = mayStillReview(ctx, instance);
  return all.filter((review) => done.has(review.round) || (oversees && !(blind && review.round === instance.round)));
}

/** True while the actor could review the round that is open, whatever else they oversee. */
export function mayStillReview(ctx: Context, instance: Instance): boolean {
  const open = instance.state === 'in-review' || instance.state === 'panel';
  return open && kindsFor(ctx.profile, ctx.actor.roles).includes(instance.kind);
}

/** How many reviews, edits, confirmations and panel cases there are, counted from their rows. */
export async function reviewCounts(ctx: Context): ReturnType<typeof countReviews> {
  return countReviews(reader(ctx));
}

/** Deletes what people said about an erased instance. */
export async function eraseReviews(ctx: TxContext, instance: string): Promise<void> {
  await deleteReviewsOf(ctx.tx, instance);
}
