import { z } from 'zod';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { concat } from './bytes.ts';
import type { Statement } from './statement.ts';

/**
 * The OpenSSF model-signing statement v1.0 (as `model_signing` 1.x writes and reads it): one subject, the model, whose
 * digest is the SHA-256 over the digests of its files in the order of their names; the files stand in the predicate.
 */
export const modelSignatureType = 'https://model_signing/signature/v1.0';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');

/** Its predicate. A reader ignores fields it does not know. */
export const ModelSignature = z.looseObject({
  serialization: z.looseObject({
    method: z.literal('files'),
    hash_type: z.literal('sha256'),
    allow_symlinks: z.boolean(),
    ignore_paths: z.array(z.string()).exactOptional(),
  }),
  resources: z.array(z.looseObject({ name: z.string().min(1), algorithm: z.literal('sha256'), digest: Sha256 })).min(1),
});
export type ModelSignature = z.infer<typeof ModelSignature>;

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

/** The files of a model's statement. Throws check_failed if it is none, or if its files do not give its digest. */
export function modelFiles({ subject, predicateType, predicate }: Statement): ModelFileDigest[] {
  const parsed = ModelSignature.safeParse(predicate);
  const [model, ...more] = subject;
  if (predicateType !== modelSignatureType || model === undefined || more.length > 0 || !parsed.success)
    throw new AppError('check_failed', `This is not a model-signing statement of the type ${modelSignatureType}.`);
  const { resources } = parsed.data;
  if (rootOf(resources.map((resource) => resource.digest)) !== model.digest.sha256)
    throw new AppError('check_failed', `The files of the model ${model.name} do not give the digest of its statement.`);
  return resources.map(({ name, digest }) => ({ name, sha256: digest }));
}

function rootOf(digests: readonly string[]): string {
  return sha256Hex(concat(...digests.map((digest) => Buffer.from(digest, 'hex'))));
}
