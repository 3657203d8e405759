import { canonicalBytes, parseStrictJson } from '../../core/canonical-json.ts';
import { fromBase64, fromUtf8, toBase64 } from '../../ledger/bytes.ts';
import type { Hash } from '../../ledger/tree/tree.ts';
import { asObject, integerAt, type JsonObject, textAt } from '../fields.ts';

export const tombstoneVersion = 'cts-erased/1';

/** Canonical JSON ends every row, pair and tombstone with its version. */
const ending = Buffer.from(`,"v":"${tombstoneVersion}"}`);

/**
 * What stands in a data file for a line whose contents were erased after the sealing: the line's `_cts`, the leaf of
 * the erasure, and the RFC 6962 leaf hash of the line that stood there, by which the sealed roots still add up.
 */
export type Tombstone = { readonly erased: number; readonly hash: Hash };

/** The line that takes the place of an erased one, without its newline. */
export function tombstoneLine(label: JsonObject, { erased, hash }: Tombstone): Uint8Array {
  return canonicalBytes({ _cts: label, erased, hash: toBase64(hash), v: tombstoneVersion });
}

/** The tombstone in a line; undefined for any other line. Throws check_failed for a damaged one. */
export function readTombstone(line: Buffer): Tombstone | undefined {
  if (!line.subarray(-ending.length).equals(ending)) return undefined;
  const value = asObject(parseStrictJson(fromUtf8(line) ?? ''), 'the tombstone');
  const hash = fromBase64(textAt(value, 'hash', 'the tombstone'));
  return { erased: integerAt(value, 'erased', 'the tombstone'), hash: hash ?? new Uint8Array() };
}
