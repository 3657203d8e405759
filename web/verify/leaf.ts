import { canonicalBytes, parseStrictJson } from '../../src/core/canonical-json.ts';
import { type Bytes, fromBase64, fromUtf8, sameBytes } from './bytes.ts';
import { VerifyError } from './fault.ts';
import { type Data, isObject } from './fields.ts';
import type { Hash } from './hash.ts';

/** A leaf of the log (CTS §3.1): kind and time of an event, its place in its chain, and a commitment to its contents. */
export type Leaf = {
  readonly type: string;
  readonly time: string;
  readonly subject: string;
  readonly seq: number;
  /** Leaf hash of the one before; absent at the beginning of the chain and only there. */
  readonly prev?: Hash;
  readonly commitment: Hash;
};

/** The leaf of its bytes; throws leaf-malformed for bytes that are not the canonical form of one. */
export function decodeLeaf(bytes: Bytes): Leaf {
  const fields = parseObject(bytes);
  if (fields === undefined || !sameBytes(canonicalBytes(fields), bytes)) throw new VerifyError('leaf-malformed');
  const { v, type, time, subj, seq, prev, cmt, ...more } = fields;
  const commitment = hashOf(cmt);
  const previous = hashOf(prev);
  const begins = seq === 0 && prev === null;
  const follows = Number.isSafeInteger(seq) && Number(seq) > 0 && previous !== undefined;
  const texts = typeof type === 'string' && typeof time === 'string' && isInstant(time) && typeof subj === 'string';
  if (v !== 'cts-leaf/1' || !texts || commitment === undefined || !(begins || follows) || Object.keys(more).length > 0)
    throw new VerifyError('leaf-malformed');
  const leaf = { type, time, subject: subj, seq: Number(seq), commitment };
  return previous === undefined ? leaf : { ...leaf, prev: previous };
}

function isInstant(time: string): boolean {
  const instant = Date.parse(time);
  return !Number.isNaN(instant) && new Date(instant).toISOString() === time;
}

function hashOf(value: unknown): Hash | undefined {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

/** The members of a JSON object in UTF-8; undefined for anything else. */
export function parseObject(bytes: Uint8Array): Data | undefined {
  const text = fromUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const value = parseStrictJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // it is not JSON as I-JSON wants it, which is all that the parser throws for
  }
}
