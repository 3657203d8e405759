import { basename, dirname, join, relative, sep } from 'node:path';
import { sha256Hex } from '../core/hash.ts';
import { signEnvelope } from '../ledger/attestations/dsse.ts';
import { type ModelFileDigest, modelStatement } from '../ledger/attestations/model-signature.ts';
import { encodeStatement, statementPayloadType } from '../ledger/attestations/statement.ts';
import { makeDirectory, replaceFile } from '../ledger/durable-file.ts';
import type { Signer } from '../ledger/keys/ed25519.ts';
import { filePath } from './model.ts';
import type { Model } from './schema.ts';

/** A signed statement about a model's files: the DSSE envelope as text, and the SHA-256 (hex) of that text. */
export type SignedModel = { envelope: string; sha256: string };

/**
 * The files of a model as its statement names them: by their paths below the deepest directory that holds them all, with
 * forward slashes, so that a copy of that directory anywhere is the same model.
 */
export function namedFiles(root: string, files: Model['files']): ModelFileDigest[] {
  const paths = files.map((file) => filePath(root, file.path));
  const top = commonDirectory(paths);
  return files.map((file, index) => ({
    name: relative(top, paths[index] ?? '')
      .split(sep)
      .join('/'),
    sha256: file.sha256,
  }));
}

function commonDirectory(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map((path) => dirname(path).split(sep));
  let shared = first === '' ? 0 : first.length;
  for (const other of others) {
    let equal = 0;
    while (equal < shared && other[equal] === first[equal]) equal++;
    shared = equal;
  }
  return first === '' ? '' : first.slice(0, shared).join(sep) || sep;
}

/** Signs the OpenSSF model-signing statement (v1.0) of a model's files. The same files and key give the same bytes. */
export async function signModel(root: string, model: Pick<Model, 'name' | 'files'>, key: Signer): Promise<SignedModel> {
  const statement = encodeStatement(modelStatement(model.name, namedFiles(root, model.files)));
  const envelope = Buffer.from(await signEnvelope(statementPayloadType, statement, [key])).toString('utf8');
  return { envelope, sha256: sha256Hex(envelope) };
}

/** Where the statement of a model lies in the workspace. */
export function signaturePath(models: string, name: string): string {
  return join(models, 'signatures', `${basename(name)}.dsse.json`);
}

/** Writes a statement to its place, with the policy that trusts the key which signed it; returns the path. */
export async function writeSignature(
  models: string,
  name: string,
  { envelope, policy }: { envelope: string; policy: string },
): Promise<string> {
  const path = signaturePath(models, name);
  await makeDirectory(dirname(path));
  await replaceFile(path, envelope);
  await replaceFile(join(dirname(path), 'policy.txt'), policy);
  return path;
}
