import { isAbsolute, resolve } from 'node:path';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import type { EndpointConfig } from '../llm/schema.ts';
import type { Model, ModelEndpoint, ModelFile, NearOverlap, Overlap } from './schema.ts';

/**
 * The digest by which weights are known: the file's own SHA-256, or for several files the SHA-256 of the RFC 8785 text of
 * their sorted digests. Paths make no difference, so a copy elsewhere is the same model.
 */
export function modelDigest(files: readonly ModelFile[]): string {
  const digests = [...new Set(files.map((file) => file.sha256))].sort();
  const [only] = digests;
  return digests.length === 1 && only !== undefined ? only : sha256Hex(canonicalJson(digests));
}

export type ParsedRef = { kind: 'endpoint' | 'model'; name: string };

/** The two parts of `endpoint:NAME` or `model:NAME`. */
export function parseRef(ref: string): ParsedRef {
  const at = ref.indexOf(':');
  const kind = ref.slice(0, at);
  const name = ref.slice(at + 1);
  if ((kind === 'endpoint' || kind === 'model') && name !== '') return { kind, name };
  throw new AppError('invalid_input', `"${ref}" names no target: write endpoint:NAME or model:NAME.`);
}

/** A path of a registered file: relative ones start at the workspace, so that a workspace can be moved. */
export function filePath(root: string, path: string): string {
  return isAbsolute(path) ? path : resolve(root, path);
}

/** The weights files that the endpoint itself reads; none for a server elsewhere. */
export function endpointFiles(endpoint: ModelEndpoint): string[] {
  if (endpoint.type !== 'llama') return [];
  return endpoint.lora === undefined ? [endpoint.gguf] : [endpoint.gguf, endpoint.lora];
}

/**
 * The endpoint as it is opened: absolute paths, and for a server elsewhere the model's digest as what stands for it in
 * the record of calls, so that another model behind the same address never gets this one's replies.
 */
export function openableEndpoint(
  root: string,
  digest: string,
  endpoint: Exclude<ModelEndpoint, { type: 'configured' }>,
): EndpointConfig {
  if (endpoint.type === 'openai') return { ...endpoint, identity: endpoint.identity ?? digest };
  const { gguf, lora, ...rest } = endpoint;
  return {
    ...rest,
    gguf: filePath(root, gguf),
    ...(lora === undefined ? {} : { lora: filePath(root, lora) }),
  };
}

/** Why a model cannot be approved, or undefined when nothing stands against it. */
export function approvalObstacle(overlaps: readonly Overlap[]): string | undefined {
  if (overlaps.length === 0) return undefined;
  const sets = overlaps.map((one) => `${one.set} (${one.questions}, for example ${one.ids[0]})`).join(', ');
  return `it was trained on questions of evaluation sets: ${sets}. Train it again on a release without them.`;
}

/**
 * Why near-duplicates keep a model from being approved, or undefined. They are likeness of wording (a question and its
 * negation read alike), so they do not block: a person decides, and says in a note why.
 */
export function nearObstacle(near: NearOverlap, note: string | undefined): string | undefined {
  if (near.sets.length === 0 || note !== undefined) return undefined;
  const sets = near.sets.map(({ set, questions, pairs }) => {
    const [pair] = pairs;
    const example = pair === undefined ? '' : `, for example ${pair.benchmark} like ${pair.training}`;
    return `${set} (${questions}${example})`;
  });
  return `it was trained on near-duplicates of evaluation sets: ${sets.join(', ')}. Compare them; if they are other questions, approve it with a note that says so.`;
}

/**
 * What whoever approves or retires a model signs: the SHA-256 of the canonical JSON of the act and of what the registry
 * says the model is, so that anyone can compute it from its events.
 */
export function decisionDigest(
  act: 'approve' | 'retire',
  { name, digest, kind, base, release, run }: Pick<Model, 'name' | 'digest' | 'kind' | 'base' | 'release' | 'run'>,
): string {
  const known = Object.entries({ base, release, run }).filter(([, value]) => value !== undefined);
  return sha256Hex(canonicalJson({ act, name, digest, kind, ...Object.fromEntries(known) }));
}
