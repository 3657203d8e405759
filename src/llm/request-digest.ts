import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import type { ChatRequest } from './schema.ts';

/** SHA-256 (hex) of the request's RFC 8785 text: names a recorded reply. */
export function requestDigest(request: ChatRequest): string {
  return sha256Hex(canonicalJson(request));
}

/** SHA-256 (hex) of the RFC 8785 text of {endpoint, request}: names a reply in the cache. */
export function callKey(identity: Record<string, unknown>, request: ChatRequest): string {
  return sha256Hex(canonicalJson({ endpoint: identity, request }));
}

/** A seed (32 bits) that depends on nothing but the request, for requests that name none. */
export function derivedSeed(request: ChatRequest): number {
  return Number.parseInt(requestDigest(request).slice(0, 8), 16);
}
