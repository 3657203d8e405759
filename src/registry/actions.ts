import { Role, requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import type { ModelClient } from '../llm/models.ts';
import { approvalObstacle, decisionDigest, modelDigest, openableEndpoint, parseRef } from './model.ts';
import { keptNearCounts, nearOverlap } from './near.ts';
import type { ListedModel, Model, ModelDetail, ModelFile, ModelIdentity, RegisterInput } from './schema.ts';
import { signModel } from './signature.ts';
import { keepSignature, publishSignature } from './signed.ts';
import {
  insertModel,
  modelPage,
  modelsOfRun,
  readLineage,
  readModel,
  readSignature,
  type StoredSignature,
} from './store.ts';
import {
  countOverlaps,
  countTrainingQuestions,
  insertTrainingQuestions,
  modelsFromQuestion,
  readOverlaps,
  seenQuestions,
} from './store-overlap.ts';
import { verifyFiles } from './weights.ts';

/**
 * Registers weights as a candidate, with a signed statement about its files where all of them are on this machine. Weights
 * that are registered already under the same name and base are returned as they are. Throws `conflict` when the name or the weights belong to another model.
 */
export async function registerModel(ctx: Context, input: RegisterInput): Promise<Model> {
  requireRole(ctx.actor, 'engineer');
  if (input.endpoint.type === 'configured') ctx.models.require(input.endpoint.name);
  const digest = modelDigest(input.files);
  const filesVerified = await verifyFiles(ctx.workspace.root, input, await inheritedFiles(ctx, input.base));
  const signed = filesVerified ? await signModel(ctx.workspace.root, input, ctx.ledger.signer) : undefined;
  const registeredNow = await transact(ctx, async (ctx) => {
    const base = input.base === undefined ? undefined : (await modelOf(ctx, input.base)).digest;
    const known = await registered(ctx, { digest, name: input.name, base });
    if (known !== undefined) return known;
    const { trainedOn, base: _, ...declared } = input;
    const model: Model = {
      ...declared,
      digest,
      state: 'candidate',
      filesVerified,
      ...(base === undefined ? {} : { base }),
      registeredBy: ctx.actor.id,
      registeredAt: ctx.clock.now().toISOString(),
    };
    await insertModel(ctx.tx, model);
    if (trainedOn !== undefined) await storeTraining(ctx, model, trainedOn);
    const overlaps = await readOverlaps(ctx.tx, digest);
    const kept = signed === undefined ? undefined : await keepSignature(ctx, digest, signed);
    const { registeredBy: __, registeredAt: ___, state: ____, ...facts } = model;
    await appendEvent(ctx, {
      type: 'model.registered',
      data: {
        ...asJson(facts),
        trainingQuestions: await countTrainingQuestions(ctx.tx, digest),
        overlaps: overlaps.map(asJson),
        ...(kept === undefined ? {} : { statementSha256: kept.sha256 }),
      },
    });
    return model;
  });
  await publishSignature(ctx, registeredNow);
  return registeredNow;
}

/** The files of the base and of everything it was trained from. */
export async function inheritedFiles(ctx: Context, base: string | undefined): Promise<ModelFile[]> {
  const files: ModelFile[] = [];
  for (let next = base; next !== undefined; ) {
    const model: Model = await modelOf(ctx, next);
    files.push(...model.files);
    next = model.base;
  }
  return files;
}

async function registered(
  ctx: TxContext,
  wanted: { digest: string; name: string; base: string | undefined },
): Promise<Model | undefined> {
  const known = await readModel(ctx.tx, wanted.digest);
  if (known !== undefined && (known.name !== wanted.name || known.base !== wanted.base))
    throw new AppError('conflict', `These weights are registered already, as "${known.name}" (${known.digest}).`);
  if (known === undefined && (await readModel(ctx.tx, wanted.name)) !== undefined)
    throw new AppError('conflict', `The name "${wanted.name}" belongs to another model; choose another one.`);
  return known;
}

async function storeTraining(ctx: TxContext, model: Model, ids: string[]): Promise<void> {
  const unknown = await insertTrainingQuestions(ctx.tx, model.digest, ids);
  if (unknown.length > 0)
    throw new AppError(
      'invalid_input',
      `${model.name}: ${unknown.length} of the questions it was trained on are not in the corpus, for example "${unknown[0]}".`,
    );
}

/** The model of a name or digest, or undefined. */
export async function findModel(ctx: Context, nameOrDigest: string): Promise<Model | undefined> {
  return readModel(reader(ctx), nameOrDigest);
}

/** The model itself, for callers that hold a right of their own to it, such as jobs and the serving gateway. */
export async function modelOf(ctx: Context, nameOrDigest: string): Promise<Model> {
  const model = await readModel(reader(ctx), nameOrDigest);
  if (model === undefined) throw unknownModel(nameOrDigest);
  return model;
}

export function unknownModel(nameOrDigest: string): AppError {
  return new AppError('not_found', `There is no model "${nameOrDigest}". Registered ones: "safemed model list".`);
}

/**
 * A model with its lineage and what stands against its approval, computed from the rows as they are now. Models are no
 * secret among those who hold a role.
 */
export async function getModel(ctx: Context, nameOrDigest: string): Promise<ModelDetail> {
  requireRole(ctx.actor, ...Role.options);
  const model = await modelOf(ctx, nameOrDigest);
  const overlaps = await readOverlaps(reader(ctx), model.digest);
  const obstacle = approvalObstacle(overlaps);
  const signed = await readSignature(reader(ctx), model.digest);
  return {
    model,
    lineage: await readLineage(reader(ctx), model.digest),
    trainingQuestions: await countTrainingQuestions(reader(ctx), model.digest),
    overlaps,
    near: await nearOverlap(ctx, model.digest),
    ...(obstacle === undefined ? {} : { obstacle }),
    ...(signed === undefined ? {} : { signature: { sha256: signed.sha256, signedAt: signed.signedAt } }),
    signs: {
      ...(model.state === 'candidate' ? { approval: decisionDigest('approve', model) } : {}),
      ...(model.state === 'retired' ? {} : { retirement: decisionDigest('retire', model) }),
    },
  };
}

/** A page of models by name, with what warns of each. */
export async function listModels(ctx: Context, page: { after?: string; limit: number }): Promise<ListedModel[]> {
  requireRole(ctx.actor, ...Role.options);
  const models = await modelPage(reader(ctx), page.after, page.limit);
  const digests = models.map((model) => model.digest);
  const overlaps = await countOverlaps(reader(ctx), digests);
  const near = await keptNearCounts(ctx, digests);
  return models.map((model) => {
    const alike = near.get(model.digest);
    return {
      ...model,
      overlapping: overlaps.get(model.digest) ?? 0,
      ...(alike === undefined ? {} : { near: alike }),
    };
  });
}

/** The models that a training run wrote. */
export async function modelsWrittenBy(ctx: Context, run: string): Promise<Model[]> {
  return modelsOfRun(reader(ctx), run);
}

/** The envelope of a model's statement; `not_found` where its files were never all on this machine. */
export async function modelSignature(ctx: Context, nameOrDigest: string): Promise<StoredSignature & { name: string }> {
  requireRole(ctx.actor, ...Role.options);
  const model = await modelOf(ctx, nameOrDigest);
  const signed = await readSignature(reader(ctx), model.digest);
  if (signed === undefined)
    throw new AppError(
      'not_found',
      `"${model.name}" has no signed statement: its files were not all on this machine when it was registered. Put them where it was registered with; its approval reads and signs them.`,
    );
  await publishSignature(ctx, model);
  return { ...signed, name: model.name };
}

/** What stands behind a target reference; `not_found` when nothing does. */
export async function modelIdentity(ctx: Context, ref: string): Promise<ModelIdentity> {
  const { kind, name } = parseRef(ref);
  if (kind === 'endpoint') {
    ctx.models.require(name);
    return { kind, ref, name };
  }
  const model = await modelOf(ctx, name);
  return {
    kind,
    ref,
    name: model.name,
    digest: model.digest,
    filesVerified: model.filesVerified,
    state: model.state,
    ...(model.release === undefined ? {} : { release: model.release }),
    ...(model.run === undefined ? {} : { run: model.run }),
    lineage: await readLineage(reader(ctx), model.digest),
  };
}

/** A client for a target reference. A registered model is opened under its name from the files it was registered with. */
export async function targetClient(ctx: Context, ref: string): Promise<ModelClient> {
  const { kind, name } = parseRef(ref);
  if (kind === 'endpoint') return ctx.models.client(name);
  const model = await modelOf(ctx, name);
  const { endpoint } = model;
  if (endpoint.type === 'configured') return ctx.models.client(endpoint.name);
  return ctx.models.open(openableEndpoint(ctx.workspace.root, model.digest, endpoint), `model:${model.name}`);
}

/** Which of these questions the model, or one it was trained from, has seen in training; by exact identity. */
export async function questionsSeen(ctx: Context, nameOrDigest: string, ids: string[]): Promise<string[]> {
  const { digest } = await modelOf(ctx, nameOrDigest);
  return seenQuestions(reader(ctx), digest, ids);
}

/** Names of the models that were trained on a question, and of all that were trained from those. */
export async function modelsTrainedOn(ctx: Context, questionId: string): Promise<string[]> {
  return modelsFromQuestion(reader(ctx), questionId);
}
