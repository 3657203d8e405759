import type { JsonValue } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { concat } from '../bytes.ts';
import type { Statement } from './statement.ts';

/**
 * The OpenSSF model-signing statement v1.0 (as `model_signing` 1.x writes and reads it): one subject, the model, whose
 * digest is the SHA-256 over the digests of its files in the order of their names; the files stand in the predicate.
 */
export const modelSignatureType = 'https://model_signing/signature/v1.0';

/** A file of a model: its path within the model's directory, with forward slashes, and the SHA-256 of its bytes. */
export type ModelFileDigest = { readonly name: string; readonly sha256: string };

/** The statement about a model of these files. Throws invalid_input for no file, or one that is named twice. */
export function modelStatement(model: string, files: readonly ModelFileDigest[]): Statement {
  const names = new Set(files.map((file) => file.name));
  if (files.length === 0 || names.size < files.length)
    throw new AppError('invalid_input', `The model ${model} needs files, each named once, to be signed.`);
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const resources = sorted.map(({ name, sha256 }) => ({ name, algorithm: 'sha256', digest: sha256 }));
  return {
    subject: [{ name: model, digest: { sha256: rootOf(sorted.map((file) => file.sha256)) } }],
    predicateType: modelSignatureType,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] },
      resources,
    },
  };
}

/**
 * The files of a model's statement; fields that are not known are passed over. Throws check_failed if it is none, or if its
 * files do not give its digest.
 */
export function modelFiles({ subject, predicateType, predicate }: Statement): ModelFileDigest[] {
  const files = filesOf(predicate);
  const [model, ...more] = subject;
  if (predicateType !== modelSignatureType || model === undefined || more.length > 0 || files === undefined)
    throw new AppError('check_failed', `This is not a model-signing statement of the type ${modelSignatureType}.`);
  if (rootOf(files.map((file) => file.sha256)) !== model.digest.sha256)
    throw new AppError('check_failed', `The files of the model ${model.name} do not give the digest of its statement.`);
  return files;
}

/** The resources of a predicate in which whole files are digested by SHA-256; undefined for any other. */
function filesOf({ serialization, resources }: Statement['predicate']): ModelFileDigest[] | undefined {
  if (!isObject(serialization) || serialization.method !== 'files' || serialization.hash_type !== 'sha256')
    return undefined;
  if (!Array.isArray(resources) || resources.length === 0) return undefined;
  const files = resources.flatMap((resource) => {
    if (!isObject(resource) || resource.algorithm !== 'sha256') return [];
    const { name, digest } = resource;
    if (typeof name !== 'string' || name === '' || typeof digest !== 'string') return [];
    return /^[0-9a-f]{64}$/.test(digest) ? [{ name, sha256: digest }] : [];
  });
  const names = new Set(files.map((file) => file.name));
  return files.length === resources.length && names.size === files.length ? files : undefined;
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rootOf(digests: readonly string[]): string {
  return sha256Hex(concat(...digests.map((digest) => Buffer.from(digest, 'hex'))));
}
