import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import { asJson } from '../../ledger/actions.ts';
import type { DecisionInput } from '../schema.ts';

/** SHA-256 (hex) over the canonical JSON of what a decision says: the content that its signature is bound to. */
export function decisionDigest(id: string, { decision, edits, scores, rationale }: DecisionInput): string {
  return sha256Hex(canonicalJson(asJson({ case: id, decision, edits, scores, rationale })));
}
