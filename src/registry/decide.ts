import type { Signature } from '../accounts/schema.ts';
import { signContent } from '../accounts/signature.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { inheritedFiles, modelOf, unknownModel } from './actions.ts';
import { approvalObstacle, decisionDigest, nearObstacle } from './model.ts';
import { nearOverlap, nearQuestions } from './near.ts';
import type { ApproveInput, Model, RetireInput } from './schema.ts';
import { type SignedModel, signModel } from './signature.ts';
import { keepSignature, publishSignature } from './signed.ts';
import { lockModel, setApproved, setRetired } from './store.ts';
import { countBenchmarkQuestions, countTrainingQuestions, readOverlaps } from './store-overlap.ts';
import { verifyFiles } from './weights.ts';

/**
 * Approves a candidate for serving. Its files are read again. Refused with `check_failed` when one was changed since, when
 * it or a model it was trained from was trained on a question of an evaluation set as the sets are now, or when it was
 * trained on near-duplicates of such and no note says why that may be. Whoever registered it does not approve it. A model
 * approved before is returned as it is.
 */
export async function approveModel(ctx: Context, nameOrDigest: string, input: ApproveInput = {}): Promise<Model> {
  requireRole(ctx.actor, 'release-approver');
  const model = await modelOf(ctx, nameOrDigest);
  if (model.state === 'approved') return model;
  refuseRetired(model);
  if (model.registeredBy === ctx.actor.id)
    throw new AppError('forbidden', `${ctx.actor.name} registered "${model.name}" and may not approve it.`);
  const filesVerified = await verifyFiles(ctx.workspace.root, model, await inheritedFiles(ctx, model.base));
  const near = await nearOverlap(ctx, model.digest);
  await refuseOverlap(ctx, model);
  const doubt = nearObstacle(near, input.note);
  if (doubt !== undefined) throw refusal(model, doubt);
  const digest = decisionDigest('approve', model);
  const signature = await signContent(ctx, { digest, meaning: 'approval', proof: input.proof });
  const signed = filesVerified ? await signModel(ctx.workspace.root, model, ctx.ledger.signer) : undefined;
  const approved = await transact(ctx, (ctx) =>
    recordApproval(ctx, model, { input, signature, filesVerified, signed, near: nearQuestions(near) }),
  );
  await publishSignature(ctx, approved);
  return approved;
}

type Approval = {
  input: ApproveInput;
  signature: Signature;
  filesVerified: boolean;
  signed: SignedModel | undefined;
  near: number;
};

async function recordApproval(ctx: TxContext, { digest }: Model, approval: Approval): Promise<Model> {
  const model = await lockModel(ctx.tx, digest);
  if (model === undefined) throw unknownModel(digest);
  if (model.state === 'approved') return model;
  refuseRetired(model);
  await refuseOverlap(ctx, model);
  const { input, signature, filesVerified, signed, near } = approval;
  const at = ctx.clock.now();
  const kept = signed === undefined ? undefined : await keepSignature(ctx, digest, signed);
  await setApproved(ctx.tx, digest, { by: ctx.actor.id, at, note: input.note, filesVerified });
  await appendEvent(ctx, {
    type: 'model.approved',
    data: {
      digest,
      name: model.name,
      trainingQuestions: await countTrainingQuestions(ctx.tx, digest),
      benchmarkQuestions: await countBenchmarkQuestions(ctx.tx),
      overlapping: 0,
      nearDuplicates: near,
      ...(kept === undefined ? {} : { statementSha256: kept.sha256 }),
      ...(input.note === undefined ? {} : { note: input.note }),
      signature: asJson(signature),
    },
  });
  return modelOf(ctx, digest);
}

async function refuseOverlap(ctx: Context, model: Model): Promise<void> {
  const obstacle = approvalObstacle(await readOverlaps(ctx.tx ?? ctx.db, model.digest));
  if (obstacle !== undefined) throw refusal(model, obstacle);
}

function refusal(model: Model, why: string): AppError {
  return new AppError('check_failed', `The model "${model.name}" cannot be approved: ${why}`);
}

function refuseRetired(model: Model): void {
  if (model.state === 'retired')
    throw new AppError('conflict', `"${model.name}" is retired; a retired model is not approved again.`);
}

/**
 * Retires a candidate or an approved model: it is kept for its history and served no more. A model retired before is
 * returned as it is; there is no way back, because what was measured of it then no longer stands for it.
 */
export async function retireModel(ctx: Context, nameOrDigest: string, input: RetireInput): Promise<Model> {
  requireRole(ctx.actor, 'release-approver');
  const { digest, state } = await modelOf(ctx, nameOrDigest);
  if (state === 'retired') return modelOf(ctx, digest);
  const content = decisionDigest('retire', await modelOf(ctx, digest));
  const signature = await signContent(ctx, { digest: content, meaning: 'approval', proof: input.proof });
  return transact(ctx, async (ctx) => {
    const model = await lockModel(ctx.tx, digest);
    if (model === undefined) throw unknownModel(digest);
    if (model.state === 'retired') return model;
    await setRetired(ctx.tx, digest, { by: ctx.actor.id, at: ctx.clock.now(), reason: input.reason });
    await appendEvent(ctx, {
      type: 'model.retired',
      data: { digest, name: model.name, from: model.state, reason: input.reason, signature: asJson(signature) },
    });
    return modelOf(ctx, digest);
  });
}
