import { AppError, messageOf } from '../core/error.ts';
import { fromBase64, sameBytes } from '../ledger/bytes.ts';
import { opensCommitment } from '../ledger/commitment.ts';
import { decodeLeaf, type Leaf } from '../ledger/leaf.ts';
import { decodeStatement, statementPayloadType } from '../ledger/statement.ts';
import { type Hash, leafHash } from '../ledger/tree.ts';
import { asObject, textAt } from './fields.ts';
import type { ChainEvent } from './history.ts';
import type { KeyRing } from './keys.ts';
import type { LeafHashes } from './leaf-hashes.ts';
import type { CheckId } from './problem.ts';

/** A line of provenance/openings.jsonl: a leaf of the log with its position, and what opens its commitment, if given. */
export type Opening = {
  readonly line: number;
  readonly index: number;
  readonly leaf: Leaf;
  readonly hash: Hash;
  readonly opened?: { readonly salt: Uint8Array; readonly envelope: Uint8Array };
};

const base64 = '[A-Za-z0-9+/]*={0,2}';

/** Canonical JSON leaves no freedom in the spelling of an opening, so one expression reads every line. */
const canonicalOpening = new RegExp(
  `^\\{(?:"envelope":"(${base64})",)?"index":(0|[1-9]\\d{0,15}),"leaf":"(${base64})"(?:,"salt":"(${base64})")?\\}$`,
);

/** The opening of a line; throws check_failed for anything else. */
export function parseOpening(bytes: Buffer, line: number): Opening {
  const where = `provenance/openings.jsonl, line ${line}`;
  const match = canonicalOpening.exec(bytes.toString('latin1')); // the form is ASCII only
  if (match === null) throw new AppError('check_failed', `${where} is not an opening in canonical form`);
  const [, envelopeText, indexText = '', leafText = '', saltText] = match;
  const leafBytes = fromBase64(leafText);
  if (leafBytes === undefined) throw new AppError('check_failed', `${where}: leaf is not base64`);
  const opening = { line, index: Number(indexText), leaf: decodeLeaf(leafBytes), hash: leafHash(leafBytes) };
  if (saltText === undefined || envelopeText === undefined) return opening;
  const salt = fromBase64(saltText);
  const envelope = fromBase64(envelopeText);
  if (salt === undefined || envelope === undefined)
    throw new AppError('check_failed', `${where}: salt or envelope is not base64`);
  return { ...opening, opened: { salt, envelope } };
}

export type Checked = {
  /** The event, where its envelope could be opened and verified. */
  readonly event?: ChainEvent;
  readonly fault?: { readonly check: CheckId; readonly problem: string };
};

/** Checks one opening against the log: position, commitment, signature, and that envelope and leaf tell the same. */
export async function checkOpening(opening: Opening, log: LeafHashes, keys: KeyRing): Promise<Checked> {
  const { index, leaf, hash, opened } = opening;
  const fault = (check: CheckId, problem: string): Checked => ({ fault: { check, problem } });
  const logged = await log.at(index);
  if (logged === undefined || !sameBytes(logged, hash))
    return fault('V6', `the ${leaf.type} shown for leaf ${index} is not what the log holds there`);
  if (opened === undefined) return {};
  if (!opensCommitment(leaf.cmt, opened.envelope, opened.salt))
    return fault('V7', `the ${leaf.type} at leaf ${index} was altered: its envelope is not the one the log commits to`);
  try {
    const { payloadType, payload } = keys.open(opened.envelope, index);
    if (payloadType !== statementPayloadType)
      return fault('V8', `leaf ${index} holds a payload of type ${payloadType}`);
    return readEvent(opening, payload);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return fault('V8', `the ${leaf.type} at leaf ${index}: ${messageOf(error)}`);
  }
}

function readEvent({ index, leaf }: Opening, payload: Uint8Array): Checked {
  const where = `leaf ${index} (${leaf.type})`;
  const { predicate } = decodeStatement(payload);
  const event = {
    index,
    seq: leaf.seq,
    type: textAt(predicate, 'type', where),
    time: textAt(predicate, 'time', where),
    actor: textAt(predicate, 'actor', where),
    data: asObject(predicate.data, `${where}.data`),
  };
  if (event.type !== leaf.type || event.time !== leaf.time || predicate.subject !== leaf.subj)
    return { fault: { check: 'V8', problem: `${where}: envelope and leaf tell of different events` } };
  return { event };
}
