import { join } from 'node:path';
import { type Role, requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sequencerOf } from '../ledger/log/sequencer.ts';
import { type Rules, readRules } from '../verify/replay/rules.ts';
import { approvalDigest } from './approval-digest.ts';
import { buildRelease } from './data/build.ts';
import { planRelease } from './data/plan.ts';
import { policyData, publishPolicy } from './policy-record.ts';
import type { CreateRelease, Exclusion, Release } from './schema.ts';
import {
  deleteDraft,
  deleteExclusions,
  insertExclusions,
  insertRelease,
  listReleases,
  readExclusions,
  readRelease,
} from './store.ts';

const readers: Role[] = [
  'engineer',
  'steward',
  'release-approver',
  'auditor',
  'red-teamer',
  'panel-chair',
  'privacy-officer',
  'admin',
];

/**
 * Puts all accepted instances through the published gate and keeps the result as a draft: what would be released, and
 * what is left out and why. A draft of that name is made anew. The same data give the same draft.
 */
export async function createRelease(ctx: Context, input: CreateRelease): Promise<Release> {
  requireRole(ctx.actor, 'steward');
  await refuseSealed(ctx, input.name);
  await transact(ctx, publishPolicy);
  await sequencerOf(ctx.ledger).flush();
  const rules = currentRules(ctx);
  const nowhere = async (): Promise<void> => undefined;
  const sink = { row: nowhere, pair: nowhere, record: nowhere };
  const built = await buildRelease(ctx, await planRelease(ctx, input, rules), rules, sink);
  return transact(ctx, async (ctx) => {
    await refuseSealed(ctx, input.name);
    await deleteDraft(ctx.tx, input.name);
    const draft = { input, profileDigest: ctx.profile.digest, summary: built.summary };
    await insertRelease(ctx.tx, { ...draft, by: ctx.actor.id, at: ctx.clock.now() });
    await insertExclusions(ctx.tx, input.name, built.exclusions);
    return releaseNamed(ctx, input.name);
  });
}

async function refuseSealed(ctx: Context, name: string): Promise<void> {
  const known = await readRelease(reader(ctx), name);
  if (known !== undefined && known.state !== 'draft')
    throw new AppError('conflict', `The release "${name}" is ${known.state}; a new one needs a new name.`);
}

/** The rules of the workspace's profile, read as a verifier reads them from the log. */
export function currentRules(ctx: Context): Rules {
  return readRules(policyData(ctx.profile));
}

/** A release by name; `not_found` when there is none. */
export async function getRelease(ctx: Context, name: string): Promise<Release> {
  requireRole(ctx.actor, ...readers);
  return releaseNamed(ctx, name);
}

export async function releaseNamed(ctx: Context, name: string): Promise<Release> {
  const release = await readRelease(reader(ctx), name);
  if (release === undefined) throw new AppError('not_found', `There is no release "${name}".`);
  return withPath(ctx, release);
}

/** A release whose files are final; `conflict` when it is not. */
export async function frozenRelease(ctx: Context, name: string): Promise<Release & { path: string }> {
  const release = await getRelease(ctx, name);
  if (release.state !== 'frozen' || release.path === undefined)
    throw new AppError(
      'conflict',
      `The release "${name}" is not frozen yet: it is ${release.state}. Approve it first.`,
    );
  return { ...release, path: release.path };
}

/** With what follows from its state: a draft's digest to sign, the directory of a frozen one. */
function withPath(ctx: Context, release: Release): Release {
  if (release.state === 'draft') return { ...release, approvalDigest: approvalDigest(release) };
  return release.state === 'frozen' ? { ...release, path: join(ctx.workspace.releases, release.name) } : release;
}

/** All releases, oldest first. */
export async function allReleases(ctx: Context): Promise<Release[]> {
  requireRole(ctx.actor, ...readers);
  return (await listReleases(reader(ctx))).map((release) => withPath(ctx, release));
}

/** What a release left out, with all reasons. */
export async function releaseExclusions(ctx: Context, name: string): Promise<Exclusion[]> {
  requireRole(ctx.actor, ...readers);
  await releaseNamed(ctx, name);
  return readExclusions(reader(ctx), name);
}

/** Forgets that an erased instance was left out of releases. */
export async function eraseExclusions(ctx: TxContext, instance: string): Promise<void> {
  await deleteExclusions(ctx.tx, instance);
}
