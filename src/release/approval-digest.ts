import { canonicalBytes } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import type { Release } from './schema.ts';

/**
 * What a release approver signs: the SHA-256 of the canonical JSON of those members of the coming seal that the draft
 * fixes (`release`, `policy`, `createdBy`, `counts`, `roots`), so that anyone can compute it from the seal.
 */
export function approvalDigest({
  name,
  profileDigest,
  createdBy,
  summary,
}: Pick<Release, 'name' | 'profileDigest' | 'createdBy' | 'summary'>): string {
  const { counts, roots } = summary;
  return sha256Hex(canonicalBytes({ release: name, policy: profileDigest, createdBy, counts, roots }));
}
