import { getAccount } from '../../accounts/actions.ts';
import {
  closedAssignments,
  finish,
  handedInToday,
  handIn,
  lockedAssignment,
  lost,
  ownAssignment,
  takeBack,
} from '../../assignment/actions.ts';
import type { Assignment } from '../../assignment/schema.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { lockedInstance } from '../../generation/actions.ts';
import { takeReview } from '../actions.ts';
import { checkSubmission } from '../submission.ts';
import type { OwnSubmissions, Submission, SubmitInput } from './schema.ts';
import {
  closeSubmission,
  dueSubmissions,
  insertSubmission,
  latestSubmission,
  latestSubmissions,
  submissionByKey,
} from './store.ts';
import { subjectOf } from './work.ts';

/**
 * Hands a review in. It is checked now and can be taken back for the policy's undo time; then it is signed into the log.
 * The same key again answers with what became of it.
 */
export async function submitAssignment(ctx: Context, id: string, { key, review }: SubmitInput): Promise<Submission> {
  const submitted = await transact(ctx, async (ctx) => {
    const assignment = await lockedAssignment(ctx, id);
    const before = await submissionByKey(ctx.tx, assignment, key);
    if (before !== undefined) return before;
    if (assignment.state !== 'leased') throw lost(assignment);
    const { trace } = await subjectOf(ctx, assignment);
    checkSubmission(ctx.profile, assignment.kind, { steps: trace.steps, answer: trace.answer }, review);
    const at = ctx.clock.now();
    const dueAt = new Date(at.getTime() + ctx.profile.policy.assignment.undoMinutes * 60_000);
    await insertSubmission(ctx.tx, { assignment: id, key, review, at, dueAt });
    const handed = await handIn(ctx, assignment);
    const times = { submittedAt: at.toISOString(), dueAt: dueAt.toISOString() };
    return { assignment: handed, state: 'waiting' as const, review, ...times };
  });
  if (submitted.state !== 'waiting' || new Date(submitted.dueAt) > ctx.clock.now()) return submitted;
  await signSubmission(ctx, id);
  return (await submissionByKey(reader(ctx), await ownAssignment(ctx, id), key)) ?? submitted;
}

/** Takes a submission back while that is possible; the draft is open again. */
export async function withdrawSubmission(ctx: Context, id: string): Promise<Assignment> {
  return transact(ctx, async (ctx) => {
    const assignment = await lockedAssignment(ctx, id);
    const submission = await latestSubmission(ctx.tx, assignment);
    if (assignment.state !== 'submitted' || submission?.state !== 'waiting' || isDue(ctx, submission))
      throw new AppError('conflict', 'This review cannot be taken back any more: it is signed into the log.', {
        details: { state: assignment.state },
      });
    await closeSubmission(ctx.tx, id, { state: 'withdrawn', at: ctx.clock.now() });
    return takeBack(ctx, assignment);
  });
}

/** The actor's newest submissions, and how many there were today. */
export async function ownSubmissions(ctx: Context, limit: number): Promise<OwnSubmissions> {
  const submissions = await latestSubmissions(reader(ctx), await closedAssignments(ctx, limit));
  return { submissions, doneToday: await handedInToday(ctx) };
}

/** Signs what can no longer be taken back, each in the name of its reviewer; returns how many were looked at. */
export async function signDue(ctx: Context): Promise<number> {
  const due = await dueSubmissions(reader(ctx), ctx.clock.now(), 100);
  for (const { assignment, reviewer } of due) {
    const { id, name, roles } = await getAccount(ctx, reviewer);
    await signSubmission({ ...ctx, actor: { id, name, roles } }, assignment);
  }
  return due.length;
}

/** Makes the actor's submission a signed review, or says why it could not be counted. */
async function signSubmission(ctx: Context, id: string): Promise<void> {
  try {
    await transact(ctx, (ctx) => sign(ctx, id));
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal' || error.code === 'unavailable') throw error;
    // The case moved on meanwhile. What the reviewer said stays with its reason, but counts for nothing.
    await transact(ctx, async (ctx) => {
      const assignment = await lockedAssignment(ctx, id);
      if (assignment.state !== 'submitted') return;
      await closeSubmission(ctx.tx, id, { state: 'refused', at: ctx.clock.now(), refusal: error.message });
      await finish(ctx, assignment, false);
    });
  }
}

async function sign(ctx: TxContext, id: string): Promise<void> {
  const assignment = await lockedAssignment(ctx, id);
  const submission = await latestSubmission(ctx.tx, assignment);
  if (assignment.state !== 'submitted' || submission?.state !== 'waiting' || !isDue(ctx, submission)) return;
  const at = ctx.clock.now();
  if (assignment.gold !== undefined) {
    await ctx.gold.answer(ctx, assignment.gold, submission.review);
    await finish(ctx, assignment, true);
    return closeSubmission(ctx.tx, id, { state: 'signed', at });
  }
  const stored = await takeReview(ctx, {
    instance: await lockedInstance(ctx, assignment.instance),
    round: assignment.round,
    reviewer: await getAccount(ctx, ctx.actor.id),
    review: submission.review,
  });
  await closeSubmission(ctx.tx, id, { state: 'signed', at, reviewId: stored.id });
}

function isDue(ctx: Context, submission: Submission): boolean {
  return new Date(submission.dueAt) <= ctx.clock.now();
}
