import { existsSync } from 'node:fs';
import { type Context, reader, type TxContext } from '../context/context.ts';
import { AppError } from '../core/error.ts';

import { noWitnesses, policyText } from '../ledger/witnesses/policy.ts';
import { checkpointKeys } from '../release/sealing/key-ring.ts';
import type { Model } from './schema.ts';
import { type SignedModel, signaturePath, writeSignature } from './signature.ts';
import { insertSignature, readSignature, type StoredSignature } from './store.ts';

/** Keeps a statement in the transaction of its fact; the one that is kept already where there is one. */
export async function keepSignature(ctx: TxContext, digest: string, signed: SignedModel): Promise<StoredSignature> {
  await insertSignature(ctx.tx, digest, { ...signed, signedAt: ctx.clock.now().toISOString() });
  const kept = await readSignature(ctx.tx, digest);
  if (kept === undefined) throw new AppError('internal', `The statement of ${digest} was not kept.`);
  return kept;
}

/** Puts the statement of a model beside the workspace's models, where it has one and the file is not there. */
export async function publishSignature(ctx: Context, model: Model): Promise<void> {
  const signed = await readSignature(reader(ctx), model.digest);
  if (signed === undefined || existsSync(signaturePath(ctx.workspace.models, model.name))) return;
  await writeSignature(ctx.workspace.models, model.name, { envelope: signed.envelope, policy: ownPolicy(ctx) });
}

/** The policy file that trusts this log's keys for statements; witnesses are about heads of the log and not asked for. */
export function ownPolicy(ctx: Context): string {
  return policyText(checkpointKeys(ctx.ledger), noWitnesses);
}
