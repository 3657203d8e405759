import type { Opening } from '../../src/ledger/schema.ts';
import { type Bytes, fromBase64, sameBytes } from './bytes.ts';
import type { CheckedLog } from './checked-log.ts';
import type { SignatureState } from './ed25519.ts';
import { openEnvelope, type Said } from './envelope.ts';
import { type Fault, faultOf, VerifyError } from './fault.ts';
import { commitmentTo, type Hash, leafHash } from './hash.ts';
import { keysAt } from './key-ring.ts';
import { decodeLeaf, type Leaf } from './leaf.ts';
import { inclusionProof, provesInclusion } from './tree.ts';

/**
 * verified: everything fits · unsigned: everything fits, but this browser cannot check signatures · pending: its leaf does
 * not stand under the signed head yet · hidden: the leaf is in the log, its contents are not shown to this account · erased: the same,
 * because the chain records that its contents were erased · failed: something contradicts.
 */
export type EventState = 'verified' | 'unsigned' | 'pending' | 'hidden' | 'erased' | 'failed';

export type CheckedEvent = {
  readonly seq: number;
  readonly index?: number;
  readonly state: EventState;
  readonly faults: readonly Fault[];
  readonly leaf?: Leaf;
  /** What its envelope says, if that is signed and what the leaf commits to; only this is fit to be shown. */
  readonly said?: Said;
};

/** Checks each event of the chain of an example, from its first: it must have no gap. */
export async function checkChain(
  openings: readonly Opening[],
  subject: string,
  log: CheckedLog,
): Promise<CheckedEvent[]> {
  const checked: CheckedEvent[] = [];
  let end: { seq: number; hash: Hash; index: number } = { seq: -1, hash: new Uint8Array(), index: -1 };
  for (const opening of openings) {
    const bytes = fromBase64(opening.leaf) ?? new Uint8Array();
    const event = await checkEvent(opening, subject, log);
    const link = event.leaf === undefined ? undefined : linkFault(event.leaf, opening, end);
    checked.push(link === undefined ? event : failed(event, link));
    end = { seq: opening.seq, hash: await leafHash(bytes), index: opening.index ?? Number.MAX_SAFE_INTEGER };
  }
  const erasure = checked.findLastIndex((event) => event.leaf?.type === 'erasure.executed' && event.state !== 'failed');
  return checked.map((event, at) => (event.state === 'hidden' && at < erasure ? { ...event, state: 'erased' } : event));
}

function linkFault(leaf: Leaf, opening: Opening, end: { seq: number; hash: Hash; index: number }): Fault | undefined {
  if (leaf.seq !== end.seq + 1) return { code: 'chain-gap' };
  if (leaf.prev !== undefined && !sameBytes(leaf.prev, end.hash)) return { code: 'chain-link' };
  if (opening.index !== undefined && opening.index <= end.index) return { code: 'chain-order' };
  return undefined;
}

function failed(event: CheckedEvent, fault: Fault): CheckedEvent {
  return { ...event, state: 'failed', faults: [...event.faults, fault] };
}

/** Checks one event by itself: its leaf's place in the log, and its contents against the leaf and the log's key. */
export async function checkEvent(opening: Opening, subject: string, log: CheckedLog): Promise<CheckedEvent> {
  const place = opening.index === undefined ? {} : { index: opening.index };
  const base = { seq: opening.seq, ...place, faults: [] };
  const faults: Fault[] = [];
  const attempt = async <T>(check: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await check();
    } catch (error) {
      faults.push(faultOf(error));
      return undefined;
    }
  };
  const bytes = fromBase64(opening.leaf) ?? new Uint8Array();
  const leaf = await attempt(() => decodeLeaf(bytes));
  if (leaf === undefined) return { ...base, state: 'failed', faults };
  await attempt(() => {
    if (leaf.subject !== subject) throw new VerifyError('chain-subject');
    if (leaf.seq !== opening.seq) throw new VerifyError('chain-gap');
  });
  if (log.fault !== undefined) faults.push({ code: 'log' });
  else if (isPlaced(opening, log)) await attempt(() => refuseElsewhere(bytes, opening.index ?? -1, log));
  const opened = await attempt(() => openContents(opening, leaf, log));
  const said = opened === undefined ? {} : { said: { actor: opened.actor, data: opened.data } };
  const state = faults.length > 0 ? 'failed' : stateOf(opening, opened?.signature, log);
  return { ...base, state, faults, leaf, ...said };
}

function stateOf(opening: Opening, signature: SignatureState | undefined, log: CheckedLog): EventState {
  if (!isPlaced(opening, log)) return 'pending';
  if (signature === undefined) return 'hidden';
  return signature === 'good' && log.head?.signature === 'good' ? 'verified' : 'unsigned';
}

/** Whether the signed head covers the event; it may lie some seconds behind the log, where witnesses cosign it. */
function isPlaced({ index }: Opening, { head }: CheckedLog): boolean {
  return index !== undefined && index < (head?.size ?? Infinity);
}

async function refuseElsewhere(leaf: Bytes, index: number, { head, nodes }: CheckedLog): Promise<void> {
  if (head === undefined || nodes === undefined) throw new VerifyError('log');
  const hash = await leafHash(leaf);
  const proof = await inclusionProof(nodes, index, head.size);
  if (!(await provesInclusion(hash, index, head, proof))) throw new VerifyError('leaf-elsewhere', String(index));
}

async function openContents(
  opening: Opening,
  leaf: Leaf,
  log: CheckedLog,
): Promise<(Said & { signature: SignatureState }) | undefined> {
  const { salt, envelope, index } = opening;
  if (salt === undefined && envelope === undefined) return undefined;
  const [saltBytes, bytes] = [fromBase64(salt ?? ''), fromBase64(envelope ?? '')];
  if (saltBytes?.length !== 32 || bytes === undefined) throw new VerifyError('commitment');
  if (!sameBytes(await commitmentTo(bytes, saltBytes), leaf.commitment)) throw new VerifyError('commitment');
  if (log.keys === undefined) return undefined; // the log itself failed, and says why
  const keys = keysAt(log.keys, index).map((key) => key.publicKey);
  try {
    return await openEnvelope(bytes, keys, leaf);
  } catch (error) {
    // Its key may be one whose change the head does not cover either: then nothing is known of it, nor shown.
    if (!isPlaced(opening, log) && faultOf(error).code === 'envelope-signature') return undefined;
    throw error;
  }
}
