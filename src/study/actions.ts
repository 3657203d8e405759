import { randomUUID } from 'node:crypto';
import { getAccount } from '../accounts/actions.ts';
import { signContent } from '../accounts/signature.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import type { EventType } from '../ledger/event-types.ts';
import { modelIdentity } from '../registry/actions.ts';
import { clinicians, makers, notFound, type StudyState, staff, studyForReaders, unblinding } from './access.ts';
import { allocate } from './allocation.ts';
import { axesOf, checkDesign } from './design.ts';
import type { StudyDesign } from './design-schema.ts';
import { planOf, powerText } from './plan.ts';
import { progressOf } from './progress.ts';
import type { AmendStudy, CloseStudy, OpenStudy, RegisterStudy, Study, StudyPlan, StudySummary } from './schema.ts';
import type { SealedDesign } from './sealed-design.ts';
import { ratingsDigest, responsesDigest } from './signed-rows.ts';
import * as store from './store.ts';
import { insertItems } from './store-rating.ts';

async function sealedOf(ctx: Context, design: StudyDesign): Promise<SealedDesign> {
  const axes = axesOf(design, ctx.profile.studyRating);
  checkDesign(design, axes);
  const models: SealedDesign['models'] = [];
  for (const arm of design.arms)
    if (arm.kind === 'model') models.push({ arm: arm.id, identity: await modelIdentity(ctx, arm.ref) });
  for (const id of design.raters.accounts ?? []) await refuseAsRater(ctx, id);
  return { design, axes, models };
}

/** A rater is a clinician who cannot read studies by another role. */
async function refuseAsRater(ctx: Context, id: string): Promise<void> {
  const account = await getAccount(ctx, id);
  const seeing = unblinding(account);
  if (seeing.length > 0)
    throw new AppError(
      'invalid_input',
      `raters.accounts: ${id} may read studies (role ${seeing.join(', ')}), so their ratings would not be blind. Name an account that is a clinician's only.`,
    );
  if (!account.roles.some((role) => clinicians.includes(role)))
    throw new AppError('invalid_input', `raters.accounts: ${id} has none of the roles ${clinicians.join(', ')}.`);
}

/** What a design would be able to show and what it refuses to claim; nothing is stored. */
export async function checkStudy(ctx: Context, design: StudyDesign): Promise<StudyPlan> {
  requireRole(ctx.actor, ...makers);
  return planOf(await sealedOf(ctx, design));
}

/** Stores a design as a draft, with the weights that its models are now. */
export async function createStudy(ctx: Context, design: StudyDesign): Promise<Study> {
  requireRole(ctx.actor, ...makers);
  const sealed = await sealedOf(ctx, design);
  const id = randomUUID();
  await store.insertStudy(reader(ctx), {
    id,
    sealed,
    digest: planOf(sealed).digest,
    createdBy: ctx.actor.id,
    createdAt: ctx.clock.now().toISOString(),
  });
  return getStudy(ctx, id);
}

/** A study with its plan and progress, for staff and, once it is closed, its raters. */
export async function getStudy(ctx: Context, id: string): Promise<Study> {
  const state = await studyForReaders(ctx, id);
  const { registered, opened, closed } = state.steps;
  const stepOf = ({ by, at, eventSeq, data }: store.Step) => ({ ...asJson(data), by, at, eventSeq });
  return {
    ...(await summaryOf(ctx, state)),
    design: state.sealed.design,
    axes: state.sealed.axes,
    plan: { ...planOf(state.sealed), digest: state.digest },
    ...(registered === undefined ? {} : { registered: stepOf(registered) }),
    ...(opened === undefined ? {} : { opened: stepOf(opened) }),
    ...(closed === undefined ? {} : { closed: stepOf(closed) }),
    amendments: await store.readAmendments(reader(ctx), id),
  };
}

async function summaryOf(ctx: Context, { id, sealed, createdBy, createdAt, steps }: StudyState): Promise<StudySummary> {
  const { title, illustrative } = sealed.design;
  const state =
    steps.closed !== undefined
      ? 'closed'
      : steps.opened !== undefined
        ? 'open'
        : steps.registered !== undefined
          ? 'registered'
          : 'draft';
  const progress = await progressOf(reader(ctx), id, sealed.design);
  return { id, title, illustrative, state, createdBy, createdAt, progress };
}

export async function listStudies(ctx: Context, limit: number): Promise<StudySummary[]> {
  requireRole(ctx.actor, ...staff);
  const summaries: StudySummary[] = [];
  for (const row of await store.listStudies(reader(ctx), limit))
    summaries.push(await summaryOf(ctx, { ...row, steps: await store.readSteps(reader(ctx), row.id) }));
  return summaries;
}

type Stepping = { step: store.StepName; type: EventType; after: store.StepName | undefined };

/** Takes a step of a study once, in its order, with its event; `data` is made inside the transaction. */
async function takeStep(
  ctx: Context,
  id: string,
  { step, type, after }: Stepping,
  dataOf: (ctx: TxContext, study: store.StudyRow) => Promise<{ event: object; kept: object }>,
): Promise<Study> {
  requireRole(ctx.actor, ...makers);
  await transact(ctx, async (ctx) => {
    const study = await store.lockStudy(ctx.tx, id);
    if (study === undefined) throw notFound(id);
    const steps = await store.readSteps(ctx.tx, id);
    if (steps[step] !== undefined) throw new AppError('conflict', `The study ${id} was ${step} already.`);
    if (after !== undefined && steps[after] === undefined)
      throw new AppError('conflict', `The study ${id} is not ${after} yet, so it cannot be ${step}.`);
    const { event, kept } = await dataOf(ctx, study);
    const { seq } = await appendEvent(ctx, { type, data: asJson({ study: id, digest: study.digest, ...event }) });
    const at = ctx.clock.now().toISOString();
    await store.insertStep(ctx.tx, id, step, { by: ctx.actor.id, at, eventSeq: seq, data: kept });
  });
  return getStudy(ctx, id);
}

/**
 * Seals the pre-registration: the event holds the digest of the design, which nothing changes any more. A primary claim with
 * less power than the design asks for is refused with `check_failed`, unless it is said why the study is done nevertheless.
 */
export function registerStudy(ctx: Context, id: string, { lowPower }: RegisterStudy): Promise<Study> {
  return takeStep(ctx, id, { step: 'registered', type: 'study.registered', after: undefined }, async (_, study) => {
    const { claims, refused } = planOf(study.sealed);
    const weak = claims.find((one) => one.primary && one.refused);
    const kept = weak === undefined || lowPower === undefined ? {} : { lowPower };
    if (weak !== undefined && lowPower === undefined)
      throw new AppError(
        'check_failed',
        `The ${weak.claim} has power ${weak.power === null ? 'unknown' : powerText(weak.power)}, less than ${study.sealed.design.registration.power} (${weak.method}). Plan more vignettes or another primary claim; or say why the study is done nevertheless (--low-power REASON).`,
      );
    const { registration } = study.sealed.design;
    return { event: { registration, refused, ...kept }, kept };
  });
}

/** Records that something is done otherwise than registered. The registration stays; the report lists the amendment. */
export async function amendStudy(ctx: Context, id: string, { reason, change }: AmendStudy): Promise<Study> {
  requireRole(ctx.actor, ...makers);
  await transact(ctx, async (ctx) => {
    const study = await store.lockStudy(ctx.tx, id);
    if (study === undefined) throw notFound(id);
    if ((await store.readSteps(ctx.tx, id)).registered === undefined)
      throw new AppError('conflict', 'A draft needs no amendment: make a new design instead.');
    const number = (await store.readAmendments(ctx.tx, id)).length + 1;
    const data = { study: id, digest: study.digest, number, reason, change };
    const { seq } = await appendEvent(ctx, { type: 'study.amended', data });
    const at = ctx.clock.now().toISOString();
    await store.insertAmendment(ctx.tx, id, { number, reason, change, by: ctx.actor.id, at, eventSeq: seq });
  });
  return getStudy(ctx, id);
}

/**
 * Fixes the responses and who rates what, and lets rating begin. Responses that lack are refused with `incomplete`, unless it is
 * said why the study begins without them.
 */
export function openStudy(ctx: Context, id: string, { missing }: OpenStudy): Promise<Study> {
  return takeStep(ctx, id, { step: 'opened', type: 'study.opened', after: 'registered' }, async (ctx, study) => {
    const { design } = study.sealed;
    const responses = await store.readResponses(ctx.tx, id);
    const planned = design.vignettes.length * design.arms.reduce((sum, arm) => sum + arm.people, 0);
    if (responses.length === 0)
      throw new AppError('incomplete', `The study ${id} has no responses yet: import them first.`);
    if (responses.length < planned && missing === undefined)
      throw new AppError(
        'incomplete',
        `${planned - responses.length} of ${planned} responses are missing. Import them, or say why rating begins without them (--missing REASON).`,
      );
    const items = itemsOf(design, responses);
    if (items.length > 0) await insertItems(ctx.tx, id, items);
    const responsesSha256 = responsesDigest(responses);
    const kept = responses.length < planned && missing !== undefined ? { missing } : {};
    return { event: { responses: responses.length, planned, responsesSha256, items: items.length, ...kept }, kept };
  });
}

function itemsOf(design: StudyDesign, responses: readonly store.StoredResponse[]) {
  const { accounts: raters, perResponse } = design.raters;
  if (raters === undefined) return [];
  const authors = new Map(design.arms.map((arm) => [arm.id, arm.authors]));
  return allocate(responses, { raters, perResponse, authors, seed: design.seed }).flatMap((order) =>
    order.responses.map((response, index) => ({ id: randomUUID(), rater: order.rater, position: index + 1, response })),
  );
}

/**
 * Ends rating and unblinds the study. Whoever closes it signs the digest of all ratings; an administrator signs nothing, and the
 * report then says so. Planned ratings that lack are refused with `incomplete`, unless it is said why.
 */
export async function closeStudy(ctx: Context, id: string, { incomplete, proof }: CloseStudy): Promise<Study> {
  requireRole(ctx.actor, ...makers);
  const before = await ratingsDigest(ctx, id);
  const signs = !ctx.actor.roles.includes('admin');
  const signature = signs ? await signContent(ctx, { digest: before, meaning: 'responsibility', proof }) : undefined;
  return takeStep(ctx, id, { step: 'closed', type: 'study.closed', after: 'opened' }, async (ctx, study) => {
    const digest = await ratingsDigest(ctx, id);
    if (digest !== before)
      throw new AppError('conflict', 'A rating came in while the study was being closed. Close it again.');
    const { ratings, raters } = await progressOf(ctx.tx, id, study.sealed.design);
    if (ratings.received === 0)
      throw new AppError('incomplete', `The study ${id} has no ratings: there is nothing to close.`);
    // An imported rating does not stand for one that a named rater has not given.
    const named = raters.filter((one) => !one.imported).reduce((sum, one) => sum + one.planned - one.received, 0);
    const lacking = Math.max(named, ratings.planned - ratings.received);
    if (lacking > 0 && incomplete === undefined)
      throw new AppError(
        'incomplete',
        `${lacking} of ${ratings.planned} planned ratings are missing. Wait for them, or say why the study ends without them (--incomplete REASON).`,
      );
    const kept = {
      ...(lacking > 0 && incomplete !== undefined ? { incomplete } : {}),
      ...(signature === undefined ? {} : { signature }),
    };
    return { event: { ...ratings, ratingsSha256: digest, ...kept }, kept };
  });
}
