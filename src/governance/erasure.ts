import { eraseGold } from '../calibration/gold/keeping.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { eraseQuestion } from '../corpus/actions.ts';
import { eraseInstance, findInstance, instanceById } from '../generation/actions.ts';
import type { Instance } from '../generation/schema.ts';
import { eraseGaps } from '../guideline/actions.ts';
import { closeErasures, eraseContents, erasureOf, erasures } from '../ledger/erasure/actions.ts';
import { modelsTrainedOn } from '../registry/actions.ts';
import { allReleases, eraseExclusions } from '../release/actions.ts';
import { reissueErased, releasesHolding } from '../release/sealing/reissue.ts';
import { eraseReviews } from '../review/actions.ts';
import { eraseFromRuns, runsOn } from '../training/actions.ts';
import type { EraseInput, EraseReply } from './erasure-schema.ts';

const role = 'privacy-officer';

/**
 * Erases everything this workspace holds of one example: question, traces, reviews, decisions, the calls made for it,
 * and the contents of its events with their key. Its leaves stay in the log with a signed record of the erasure, and
 * frozen releases keep a tombstone. Called again it completes what an interruption left.
 */
export async function eraseRecord(ctx: Context, { record, reason }: EraseInput): Promise<EraseReply> {
  requireRole(ctx.actor, role);
  const erasure = (await erasureOf(ctx, record)) ?? (await erase(ctx, { record, reason }));
  await completeErasures(ctx);
  const releases = await releasesHolding(ctx, erasure.subject);
  return { ...erasure, releases, runs: await runsOn(ctx, releases) };
}

/** Does what follows every erasure and can be interrupted: keys, releases, training data. Nothing where it is done. */
export async function completeErasures(ctx: Context): Promise<void> {
  const erased = await erasures(ctx);
  if (erased.length === 0) return;
  await closeErasures(ctx);
  await eraseFromRuns(ctx, new Set(erased.map((one) => one.record)));
  await reissueErased(ctx);
}

async function instanceNamed(ctx: Context, record: string): Promise<Instance> {
  const instance = (await findInstance(ctx, record)) ?? (await instanceById(ctx, record));
  if (instance === undefined)
    throw new AppError(
      'not_found',
      `There is no example "${record}": give the id of a question that was generated for.`,
    );
  return instance;
}

async function erase(ctx: Context, { record, reason }: EraseInput): ReturnType<typeof eraseContents> {
  const sealed = (await allReleases(ctx)).find((release) => release.state === 'sealed');
  if (sealed !== undefined)
    throw new AppError('conflict', `The release "${sealed.name}" is being frozen. Approve it to the end, then erase.`);
  return transact(ctx, async (ctx) => {
    const { id, questionId } = await instanceNamed(ctx, record);
    const models = await modelsTrainedOn(ctx, questionId);
    const erasure = await eraseContents(ctx, { subject: id, record: questionId, reason, role, models });
    await eraseGaps(ctx, id);
    await eraseGold(ctx, id);
    await eraseReviews(ctx, id);
    await eraseExclusions(ctx, id);
    await eraseInstance(ctx, id);
    await eraseQuestion(ctx, questionId);
    return erasure;
  });
}
