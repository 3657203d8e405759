import { randomUUID } from 'node:crypto';
import { type Role, requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { canonicalBytes } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { instanceById } from '../generation/actions.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { guidelineProblem } from '../profile/guideline.ts';
import type { Gap, GapInput, GapState, GuidelineSummary, GuidelineVersion, PublishInput } from './schema.ts';
import * as store from './store.ts';

const publishers: Role[] = ['steward'];
const reporters: Role[] = ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair', 'steward'];

/** What the actor may do about the guideline. */
export function guidelineRights(ctx: Context): { publish: boolean; report: boolean } {
  const one = (of: Role[]): boolean => ctx.actor.roles.some((role) => of.includes(role));
  return { publish: one(publishers), report: one(reporters) };
}

/** The number of the version in force, for the record of a review; undefined before the first. */
export async function currentGuidelineVersion(ctx: Context): Promise<number | undefined> {
  const newest = await store.newestVersion(reader(ctx));
  return newest === 0 ? undefined : newest;
}

/** The version in force with its text; `not_found` before the first. */
export async function currentGuideline(ctx: Context): Promise<GuidelineVersion> {
  return guidelineVersion(ctx, await store.newestVersion(reader(ctx)));
}

/** One version with its text; `not_found` where there is none of that number. */
export async function guidelineVersion(ctx: Context, version: number): Promise<GuidelineVersion> {
  const found = await store.readVersion(reader(ctx), version);
  if (found !== undefined) return found;
  throw new AppError(
    'not_found',
    version === 0
      ? 'No guideline has been published in this workspace yet.'
      : `There is no version ${version} of the guideline.`,
  );
}

/** All versions without their texts, newest first. */
export function guidelineVersions(ctx: Context): Promise<GuidelineSummary[]> {
  return store.listVersions(reader(ctx));
}

/** Publishes the profile's guideline as version 1 of a workspace that has none; a later one is left alone. */
export async function publishFirstGuideline(ctx: Context): Promise<void> {
  await transact(ctx, async (ctx) => {
    await store.lockGuideline(ctx.tx);
    if ((await store.newestVersion(ctx.tx)) > 0) return;
    const { head, guideline } = ctx.profile;
    const note = `The guideline of the profile “${head.id}”, version ${head.version}.`;
    await append(ctx, { base: 0, content: guideline, note, answers: [] });
  });
}

/** Publishes the next version, which answers gaps. `conflict` if another version came in between. */
export async function publishGuideline(ctx: Context, input: PublishInput): Promise<GuidelineVersion> {
  requireRole(ctx.actor, ...publishers);
  const problem = guidelineProblem(input.content, ctx.profile);
  if (problem !== undefined) throw new AppError('invalid_input', `The guideline cannot be published: ${problem}`);
  return transact(ctx, async (ctx) => {
    await store.lockGuideline(ctx.tx);
    const newest = await store.newestVersion(ctx.tx);
    if (newest !== input.base)
      throw new AppError(
        'conflict',
        `Version ${newest} was published since version ${input.base}, on which this one is written. Compare the two and publish on top of ${newest}.`,
      );
    if (newest > 0 && (await guidelineVersion(ctx, newest)).sha256 === digestOf(input.content))
      throw new AppError('invalid_input', `Nothing differs from version ${newest}, so there is nothing to publish.`);
    await refuseUnknownGaps(ctx, input);
    return append(ctx, input);
  });
}

function digestOf(content: PublishInput['content']): string {
  return sha256Hex(canonicalBytes(content));
}

async function refuseUnknownGaps(ctx: TxContext, { answers }: PublishInput): Promise<void> {
  if (answers.length === 0) return;
  const open = new Set((await store.listGaps(ctx.tx, { state: 'open' })).map((gap) => gap.id));
  for (const { gap } of answers)
    if (!open.delete(gap))
      throw new AppError('conflict', `The gap ${gap} is not open: it was answered before, or there is none such.`);
}

async function append(ctx: TxContext, input: PublishInput): Promise<GuidelineVersion> {
  const version = input.base + 1;
  const sha256 = digestOf(input.content);
  const { seq } = await appendEvent(ctx, {
    type: 'guideline.published',
    data: asJson({ version, sha256, note: input.note, answers: input.answers.map((one) => one.gap) }),
  });
  const published = {
    version,
    sha256,
    note: input.note,
    publishedBy: ctx.actor.id,
    publishedAt: ctx.clock.now().toISOString(),
    eventSeq: seq,
    content: input.content,
  };
  await store.insertVersion(ctx.tx, published);
  for (const { gap, text } of input.answers) await store.insertAnswer(ctx.tx, { gap, version, text });
  return published;
}

/** Files what the guideline does not say, or not clearly, for the steward to answer in a later version. */
export async function fileGap(ctx: Context, input: GapInput): Promise<Gap> {
  requireRole(ctx.actor, ...reporters);
  return transact(ctx, async (ctx) => {
    if (input.instance !== undefined && (await instanceById(ctx, input.instance)) === undefined)
      throw new AppError('not_found', `There is no instance ${input.instance}.`);
    const gap = { ...input, id: randomUUID(), filedBy: ctx.actor.id, filedAt: ctx.clock.now().toISOString() };
    await store.insertGap(ctx.tx, gap);
    return gap;
  });
}

/**
 * Gaps in the order of their filing. What a peer noticed at an instance could tell what the peer thinks of it, so
 * people who review see their own only.
 */
export function gaps(ctx: Context, state: GapState): Promise<Gap[]> {
  const all = ctx.actor.roles.some((role) => role === 'steward' || role === 'auditor');
  return store.listGaps(reader(ctx), { state, ...(all ? {} : { filedBy: ctx.actor.id }) });
}

/** Destroys the gaps filed about an instance that is being erased. */
export async function eraseGaps(ctx: TxContext, instance: string): Promise<void> {
  await store.deleteGapsOf(ctx.tx, instance);
}
