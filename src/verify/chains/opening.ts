import { AppError, messageOf } from '../../core/error.ts';
import { decodeStatement, statementPayloadType } from '../../ledger/attestations/statement.ts';
import { fromBase64, parseDecimal, sameBytes } from '../../ledger/bytes.ts';
import { opensCommitment } from '../../ledger/leaves/commitment.ts';
import { decodeLeaf, type Leaf } from '../../ledger/leaves/leaf.ts';
import { type Hash, leafHash } from '../../ledger/tree/tree.ts';
import { asObject, textAt } from '../fields.ts';
import type { CheckId } from '../problem.ts';
import type { ChainEvent } from '../replay/history.ts';
import type { KeyRing } from './keys.ts';
import type { LeafHashes } from './leaf-hashes.ts';

/** A line of provenance/openings.jsonl: a leaf of the log with its position, and what opens its commitment, if given. */
export type Opening = {
  readonly line: number;
  readonly index: number;
  readonly leaf: Leaf;
  readonly hash: Hash;
  readonly opened?: { readonly salt: Uint8Array; readonly envelope: Uint8Array };
};

/** The opening of a line; throws check_failed for anything else. */
export function parseOpening(bytes: Buffer, line: number): Opening {
  const where = `provenance/openings.jsonl, line ${line}`;
  const { envelope, index, leaf, salt } = membersOf(bytes.toString('latin1'), where); // the form is ASCII only
  const leafBytes = bytesOf(leaf, 'leaf', where);
  const opening = { line, index, leaf: decodeLeaf(leafBytes), hash: leafHash(leafBytes) };
  if (salt === undefined || envelope === undefined) return opening;
  return { ...opening, opened: { salt: bytesOf(salt, 'salt', where), envelope: bytesOf(envelope, 'envelope', where) } };
}

type Members = { envelope?: string; index: number; leaf: string; salt?: string };

/**
 * Canonical JSON leaves no freedom in the spelling of an opening:
 * {"envelope":"…","index":N,"leaf":"…","salt":"…"}, or without its first and last member. Values are base64, which
 * knows no escapes, so the next quote ends each.
 */
function membersOf(text: string, where: string): Members {
  let at = 0;
  const fail = (): AppError => new AppError('check_failed', `${where} is not an opening in canonical form`);
  const taken = (token: string): boolean => {
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const upTo = (end: string): string => {
    const from = at;
    at = text.indexOf(end, from);
    if (at < 0) throw fail();
    return text.slice(from, at);
  };
  if (!taken('{')) throw fail();
  const envelope = taken('"envelope":"') ? upTo('"') : undefined;
  if (!taken(envelope === undefined ? '"index":' : '","index":')) throw fail();
  const index = parseDecimal(upTo(','));
  if (index === undefined || !taken(',"leaf":"')) throw fail();
  const leaf = upTo('"');
  const salt = taken('","salt":"') ? upTo('"') : undefined;
  if (!taken('"}') || at !== text.length) throw fail();
  return {
    index,
    leaf,
    ...(envelope === undefined ? {} : { envelope }),
    ...(salt === undefined ? {} : { salt }),
  };
}

function bytesOf(text: string, name: string, where: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw new AppError('check_failed', `${where}: ${name} is not base64`);
  return bytes;
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
