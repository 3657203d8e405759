import { canonicalBytes } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { fromBase64, parseDecimal, toBase64 } from '../bytes.ts';
import { maxLeafBytes } from '../tiles/tiles.ts';
import { type Hash, leafHash } from '../tree/tree.ts';

/**
 * What the log shows of one event, `cts-leaf/1`: kind, time, chain links and a salted commitment; no text, no name, no
 * key id. On the wire it is the RFC 8785 JSON of
 * {"v":"cts-leaf/1","type","time","subj","seq","prev","cmt"} with cmt and prev in standard base64.
 */
export type Leaf = {
  /** `<noun>.<verb>`, see event-types.ts. */
  readonly type: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** The chain this leaf belongs to: a random UUID for an example, see subject.ts for all else. */
  readonly subj: string;
  /** Position in that chain, from 0. */
  readonly seq: number;
  /** Leaf hash of the chain's previous leaf; absent (null on the wire) at 0. */
  readonly prev?: Hash;
  /** The commitment to the event's envelope, see commitment.ts. */
  readonly cmt: Hash;
};

const version = 'cts-leaf/1';
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const base64Hash = '[A-Za-z0-9+/]{43}=';

/** Canonical JSON leaves no freedom in the spelling of these seven fields, so one expression recognises all leaves. */
const canonicalLeaf = new RegExp(
  `^\\{"cmt":"(${base64Hash})","prev":(?:null|"(${base64Hash})"),"seq":(\\d+),"subj":"(${uuid})",` +
    `"time":"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)","type":"([a-z]+(?:-[a-z]+)*\\.[a-z]+(?:-[a-z]+)*)","v":"${version}"\\}$`,
);

/** The bytes that go into the log; throws invalid_input if a field has not its form. */
export function encodeLeaf({ type, time, subj, seq, prev, cmt }: Leaf): Uint8Array {
  const previous = prev === undefined ? null : toBase64(prev);
  const bytes = canonicalBytes({ v: version, type, time, subj, seq, prev: previous, cmt: toBase64(cmt) });
  const read = readLeaf(bytes);
  if ('fault' in read) throw new AppError('invalid_input', `Cannot log this event: ${read.fault}.`);
  return bytes;
}

/** The fields of a leaf of the log; throws check_failed for bytes that are not exactly what `encodeLeaf` writes. */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  const read = readLeaf(bytes);
  if ('fault' in read) throw new AppError('check_failed', `Not a ${version} leaf: ${read.fault}.`);
  return read;
}

function readLeaf(bytes: Uint8Array): Leaf | { fault: string } {
  if (bytes.length > maxLeafBytes) return { fault: `it has ${bytes.length} bytes, more than ${maxLeafBytes}` };
  const match = canonicalLeaf.exec(Buffer.from(bytes).toString('latin1')); // the form is ASCII only
  if (match === null) return { fault: 'a field is missing, added, malformed or not in canonical form' };
  const [, cmtText = '', prevText, seqText = '', subj = '', time = '', type = ''] = match;
  const cmt = fromBase64(cmtText);
  const prev = prevText === undefined ? undefined : fromBase64(prevText);
  const seq = parseDecimal(seqText);
  if (cmt === undefined || (prevText !== undefined && prev === undefined))
    return { fault: 'a hash is not canonical base64' };
  if (seq === undefined) return { fault: `${seqText} is not a position in plain decimal` };
  if ((seq === 0) !== (prev === undefined)) return { fault: 'position 0, and only it, has no previous leaf' };
  if (!isInstant(time)) return { fault: `${time} is not a time` };
  const fields = { type, time, subj, seq, cmt };
  return prev === undefined ? fields : { ...fields, prev };
}

function isInstant(time: string): boolean {
  const instant = Date.parse(time);
  return !Number.isNaN(instant) && new Date(instant).toISOString() === time;
}

/** The last leaf of a chain. */
export type ChainEnd = { readonly seq: number; readonly hash: Hash };

/** The next leaf of a chain (the first, without an end) and the chain's new end. */
export function linkLeaf(
  event: Pick<Leaf, 'type' | 'time' | 'subj' | 'cmt'>,
  end?: ChainEnd,
): { leaf: Leaf; bytes: Uint8Array; end: ChainEnd } {
  const leaf: Leaf = end === undefined ? { ...event, seq: 0 } : { ...event, seq: end.seq + 1, prev: end.hash };
  const bytes = encodeLeaf(leaf);
  return { leaf, bytes, end: { seq: leaf.seq, hash: leafHash(bytes) } };
}

/** Why the leaf does not follow the chain's end (a gap, a repeat, another predecessor); undefined if it does. */
export function linkFault(leaf: Leaf, end?: ChainEnd): string | undefined {
  const expected = end === undefined ? 0 : end.seq + 1;
  if (leaf.seq !== expected) return `event ${leaf.seq} of ${leaf.subj} stands where event ${expected} should`;
  if (leaf.prev !== undefined && end !== undefined && toBase64(leaf.prev) !== toBase64(end.hash)) {
    return `event ${leaf.seq} of ${leaf.subj} names another predecessor than the log holds`;
  }
  return undefined;
}
