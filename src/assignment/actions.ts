import { randomUUID } from 'node:crypto';
import { getAccount } from '../accounts/actions.ts';
import type { Account } from '../accounts/schema.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { getInstance } from '../generation/actions.ts';
import { rubricFor } from '../profile/rubric.ts';
import type { Profile, QuestionKind } from '../profile/schema.ts';
import type { Held } from './held.ts';
import type { Assignment, ClaimReply, Conflict, ConflictInput, ReleaseInput } from './schema.ts';
import {
  type Avoid,
  assignmentOf,
  beginSearch,
  closedOf,
  countHandedIn,
  expiredOf,
  freePlace,
  insertAssignment,
  insertConflict,
  leasesOf,
  listConflicts,
  lockSubject,
  moveAssignment,
  overdueLeases,
  type Place,
  readAssignment,
  type Search,
  takePlace,
  takePlaceIn,
} from './store.ts';
import { why } from './why.ts';

/** The kinds of question that somebody reviews, by the roles of the profile's rubrics. */
export function kindsFor(profile: Profile, roles: readonly string[]): QuestionKind[] {
  return profile.rubrics.filter((rubric) => roles.includes(rubric.role)).flatMap((rubric) => rubric.kinds);
}

/**
 * Fills the actor's hands up to the number wanted: first what is held already, then own leases that ran out, then the
 * next places of the queue. No place is given twice, and none beyond the reviewers that a round needs.
 */
export async function claim(ctx: Context, want: number): Promise<ClaimReply> {
  const kinds = kindsFor(ctx.profile, ctx.actor.roles);
  if (kinds.length === 0)
    throw new AppError(
      'forbidden',
      `${ctx.actor.name} reviews by no rubric: it needs the role of one, reviewer or ethics-reviewer.`,
    );
  await expireLeases(ctx);
  return transact(ctx, async (ctx) => {
    await beginSearch(ctx.tx, ctx.actor.id);
    const { openPerReviewer, perDay } = ctx.profile.policy.assignment;
    const doneToday = await handedInToday(ctx);
    const held = await leasesOf(ctx.tx, ctx.actor.id);
    const most = Math.min(want, openPerReviewer, perDay - doneToday);
    const reviewer = await getAccount(ctx, ctx.actor.id);
    for (const expired of await expiredOf(ctx.tx, reviewer.id, Math.max(0, most - held.length))) {
      const again = await resume(ctx, expired);
      if (again !== undefined) held.push(again);
    }
    const avoid = avoided(await listConflicts(ctx.tx, reviewer.id));
    while (held.length < most) {
      const gold = await ctx.gold.next(ctx, reviewer, kinds);
      const place =
        gold === undefined ? await nextPlace(ctx, reviewer, { reviewer: reviewer.id, kinds, avoid }) : undefined;
      if (gold !== undefined) held.push(await lease(ctx, reviewer, goldPlace(ctx, gold)));
      else if (place !== undefined) held.push(await lease(ctx, reviewer, place));
      else break;
    }
    const none = held.length >= want ? undefined : perDay - doneToday <= held.length ? 'daily-cap' : 'nothing-waits';
    return { assignments: held, doneToday, ...(none === undefined ? {} : { none }) };
  });
}

/** The next place in the reviewer's own field, else, unless the policy requires the field, anywhere. */
async function nextPlace(
  ctx: TxContext,
  { languages, specialties }: Account,
  search: Omit<Search, 'languages' | 'specialties'>,
): Promise<Place | undefined> {
  if (specialties.length > 0) {
    const own = await takePlace(ctx.tx, { ...search, languages, specialties });
    if (own !== undefined || ctx.profile.policy.assignment.specialty === 'require') return own;
  }
  return takePlace(ctx.tx, { ...search, languages });
}

type GoldPlace = Omit<Place, 'instance'> & { gold: string };

/** A gold item looks like the first round of any instance. */
function goldPlace(
  ctx: TxContext,
  { id, kind, language, specialty }: NonNullable<Awaited<ReturnType<Context['gold']['next']>>>,
): GoldPlace {
  const overlap = ctx.profile.policy.review.reviewersPerInstance;
  const alike = { round: 1, overlap, raised: false, priority: 0 };
  return { gold: id, kind, language, ...(specialty === undefined ? {} : { specialty }), ...alike };
}

async function lease(ctx: TxContext, reviewer: Account, place: (Place & { gold?: never }) | GoldPlace): Promise<Held> {
  const { track } = rubricFor(ctx.profile, place.kind as QuestionKind); // the search asked for kinds of rubrics only
  const assignment: Held = {
    id: randomUUID(),
    ...(place.gold === undefined ? { instance: place.instance } : { gold: place.gold }),
    round: place.round,
    reviewer: reviewer.id,
    kind: place.kind as QuestionKind,
    language: place.language,
    ...(place.specialty === undefined ? {} : { specialty: place.specialty }),
    state: 'leased',
    why: why({ ...place, track, reviewer }),
    leasedAt: ctx.clock.now().toISOString(),
    leaseUntil: leaseEnd(ctx).toISOString(),
  };
  await insertAssignment(ctx.tx, assignment);
  return assignment;
}

/** Takes an expired assignment up again if its place is still free. */
async function resume(ctx: TxContext, expired: Held): Promise<Held | undefined> {
  await lockSubject(ctx.tx, expired);
  const free = expired.gold !== undefined || (await takePlaceIn(ctx.tx, expired.instance, expired.round, false));
  if (!free) return undefined;
  const leaseUntil = leaseEnd(ctx);
  const because = [...expired.why.filter((one) => one.code !== 'resumed'), { code: 'resumed' as const }];
  await moveAssignment(ctx.tx, expired.id, { state: 'leased', leaseUntil, why: because });
  return { ...expired, state: 'leased', leaseUntil: leaseUntil.toISOString(), why: because };
}

/** One of the actor's own assignments; `not_found` for those of others. */
export async function ownAssignment(ctx: Context, id: string): Promise<Held> {
  const one = await readAssignment(reader(ctx), id);
  if (one === undefined || one.reviewer !== ctx.actor.id)
    throw new AppError('not_found', `You have no assignment ${id}.`);
  return one;
}

/** How many reviews from the queue the actor has handed in today (UTC). */
export function handedInToday(ctx: Context): Promise<number> {
  return countHandedIn(reader(ctx), ctx.actor.id, startOfDay(ctx.clock.now()));
}

/** What the actor got from the queue and handed in or gave back last, newest first. */
export async function closedAssignments(ctx: Context, limit: number): Promise<Held[]> {
  return closedOf(reader(ctx), ctx.actor.id, limit);
}

/** The actor's assignment with what it is about locked until the transaction ends, as it stands then. */
export async function lockedAssignment(ctx: TxContext, id: string): Promise<Held> {
  await lockSubject(ctx.tx, await ownAssignment(ctx, id));
  return ownAssignment(ctx, id);
}

/** Prolongs a lease. One that ran out is taken up again while its place is free; afterwards it is a conflict. */
export async function heartbeat(ctx: Context, id: string): Promise<Assignment> {
  return transact(ctx, async (ctx) => {
    const one = await lockedAssignment(ctx, id);
    if (one.state === 'expired') {
      const again = await resume(ctx, one);
      if (again !== undefined) return again;
    }
    if (one.state !== 'leased') throw lost(one);
    const leaseUntil = leaseEnd(ctx);
    await moveAssignment(ctx.tx, id, { state: 'leased', leaseUntil });
    return { ...one, leaseUntil: leaseUntil.toISOString() };
  });
}

/** Why somebody can no longer work on an item. */
export function lost(one: Assignment): AppError {
  const reasons = {
    leased: 'it is in work',
    submitted: 'it was handed in',
    done: 'it was reviewed and signed',
    released: 'it was given back',
    expired: 'the lease ran out and somebody else has taken the place; the draft is kept',
  };
  return new AppError('conflict', `This item is not open for you any more: ${reasons[one.state]}.`, {
    details: { state: one.state },
  });
}

/** Gives an item back, with the reason. A conflict of interest is recorded, so that it is not offered in a later round either. */
export async function release(ctx: Context, id: string, input: ReleaseInput): Promise<Assignment> {
  return transact(ctx, async (ctx) => {
    const one = await lockedAssignment(ctx, id);
    if (one.state !== 'leased' && one.state !== 'expired') throw lost(one);
    if (one.state === 'leased') await freePlace(ctx.tx, one);
    const closedAt = ctx.clock.now();
    const note = input.note === undefined ? {} : { note: input.note };
    await moveAssignment(ctx.tx, id, { state: 'released', closedAt, reason: input.reason, ...note });
    if (input.reason === 'conflict-of-interest' && one.gold === undefined) {
      const { instance } = await getInstance(ctx, one.instance);
      const about = { scope: 'question' as const, target: instance.questionId };
      await declareConflict(ctx, { account: one.reviewer, ...about, ...note });
    }
    return { ...one, state: 'released', closedAt: closedAt.toISOString() };
  });
}

/** Marks the lease as handed in; its place stays taken. */
export async function handIn(ctx: TxContext, one: Held): Promise<Held> {
  const closedAt = ctx.clock.now();
  await moveAssignment(ctx.tx, one.id, { state: 'submitted', closedAt });
  return { ...one, state: 'submitted', closedAt: closedAt.toISOString() };
}

/** Opens what was handed in again. */
export async function takeBack(ctx: TxContext, one: Held): Promise<Held> {
  const { closedAt: _, ...open } = one;
  const leaseUntil = leaseEnd(ctx);
  await moveAssignment(ctx.tx, one.id, { state: 'leased', leaseUntil });
  return { ...open, state: 'leased', leaseUntil: leaseUntil.toISOString() };
}

/** Closes what was handed in: signed into the log, or, where it could not be counted, with its place given free. */
export async function finish(ctx: TxContext, one: Held, counted: boolean): Promise<void> {
  const closedAt = ctx.clock.now();
  if (!counted) await freePlace(ctx.tx, one);
  await moveAssignment(ctx.tx, one.id, {
    state: counted ? 'done' : 'released',
    closedAt,
    ...(counted ? {} : { reason: 'refused' }),
  });
}

/**
 * The place of a review that comes without the queue (by API or import): the reviewer's own lease, else a free place.
 * `beyond` takes one even where the round has its reviewers: for reviews made elsewhere and those a panel may still see.
 */
export async function placeReview(
  ctx: TxContext,
  review: { instance: { id: string; kind: QuestionKind; language: string }; round: number; reviewer: string },
  beyond: boolean,
): Promise<void> {
  const { instance, round, reviewer } = review;
  const known = await assignmentOf(ctx.tx, instance.id, round, reviewer);
  const now = ctx.clock.now();
  if (known?.state === 'leased' || known?.state === 'submitted') return finish(ctx, known, true);
  if (!(await takePlaceIn(ctx.tx, instance.id, round, beyond)))
    throw new AppError('conflict', `Round ${round} of this instance has all the reviewers that it needs.`);
  if (known !== undefined) return moveAssignment(ctx.tx, known.id, { state: 'done', closedAt: now });
  await insertAssignment(ctx.tx, {
    id: randomUUID(),
    instance: instance.id,
    round,
    reviewer,
    kind: instance.kind,
    language: instance.language,
    state: 'done',
    why: [],
    leasedAt: now.toISOString(),
    leaseUntil: now.toISOString(),
    closedAt: now.toISOString(),
  });
}

/** Frees the places of leases that ran out; the drafts stay. */
export async function expireLeases(ctx: Context): Promise<number> {
  const overdue = await overdueLeases(reader(ctx), ctx.clock.now(), 100);
  for (const { id, ...lease } of overdue)
    await transact(ctx, async (ctx) => {
      await lockSubject(ctx.tx, lease);
      const one = await readAssignment(ctx.tx, id);
      if (one?.state !== 'leased' || new Date(one.leaseUntil) >= ctx.clock.now()) return;
      await freePlace(ctx.tx, one);
      await moveAssignment(ctx.tx, id, { state: 'expired' });
    });
  return overdue.length;
}

/** Records what somebody must not review. Everybody declares for themselves; a steward for anybody. */
export async function declareConflict(ctx: Context, input: ConflictInput): Promise<Conflict> {
  if (input.account !== ctx.actor.id) requireRole(ctx.actor, 'steward');
  return transact(ctx, async (ctx) => {
    await getAccount(ctx, input.account);
    const conflict: Conflict = {
      ...input,
      id: randomUUID(),
      declaredBy: ctx.actor.id,
      declaredAt: ctx.clock.now().toISOString(),
    };
    await insertConflict(ctx.tx, conflict);
    return conflict;
  });
}

/** One's own conflicts of interest; a steward or auditor sees everybody's. */
export async function conflicts(ctx: Context): Promise<Conflict[]> {
  const all = ctx.actor.roles.some((role) => role === 'steward' || role === 'auditor');
  return listConflicts(reader(ctx), all ? undefined : ctx.actor.id);
}

/** True if a conflict of interest keeps somebody from a question or from a text of a model. */
export async function isBarred(
  ctx: Context,
  account: string,
  about: { dataset: string; question: string; model: string; author?: string },
): Promise<boolean> {
  const avoid = avoided(await listConflicts(reader(ctx), account));
  return (
    avoid.datasets.includes(about.dataset) ||
    avoid.questions.includes(about.question) ||
    avoid.models.includes(about.model) ||
    (about.author !== undefined && [...avoid.authors, account].includes(about.author))
  );
}

function avoided(known: Conflict[]): Avoid {
  const of = (scope: Conflict['scope']): string[] =>
    known.filter((one) => one.scope === scope).map((one) => one.target);
  return { datasets: of('dataset'), models: of('model'), questions: of('question'), authors: of('author') };
}

function leaseEnd(ctx: Context): Date {
  return new Date(ctx.clock.now().getTime() + ctx.profile.policy.assignment.leaseMinutes * 60_000);
}

function startOfDay(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
}
