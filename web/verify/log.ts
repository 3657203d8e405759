import type { Openings } from '../../src/ledger/schema.ts';
import type { Bytes } from './bytes.ts';
import { checkEvent } from './chain.ts';
import type { CheckedLog } from './checked-log.ts';
import { type Head, openByNewest, openCheckpoint, type SignedHead } from './checkpoint.ts';
import { faultOf, VerifyError } from './fault.ts';
import { isObject, objectsAt, textAt } from './fields.ts';
import { foundingRing, type KeyRing, newestKey, rotated } from './key-ring.ts';
import { recall, remember } from './memory.ts';
import { systemSubject } from './subject.ts';
import { verifiedNodes } from './tiles.ts';
import { consistencyProof, type NodeReader, provesConsistency } from './tree.ts';
import { type LogKey, parseVkey } from './vkey.ts';

/** Asks the server for a path of its API; throws VerifyError `unreachable` where it gets no answer. */
export type Ask = (path: string) => Promise<Response>;

/**
 * Checks the signed head of the log, that each change of its key was signed by the key before and stands in the log, and
 * that key and history go on from those that this browser has seen; at the first visit it believes the key and
 * remembers it.
 */
export async function checkLog(ask: Ask, storage: Storage, now: string): Promise<CheckedLog> {
  const remembered = recall(storage);
  let known: CheckedLog = remembered === undefined ? {} : { remembered };
  try {
    const claimed = await claimedKeys(ask);
    const [founding] = claimed;
    known = { ...known, keys: foundingRing(founding) };
    const note = await (await answered(ask, '/v1/log/checkpoint')).text();
    const head = await openByNewest(note, claimed);
    const nodes = verifiedNodes((path) => readTile(ask, path), head);
    known = { ...known, head, nodes };
    if (head.size > 0) await nodes(0, head.size - 1); // throws where the tiles do not give the head's root
    const keys = claimed.length === 1 ? foundingRing(founding) : await followChanges(ask, founding, { head, nodes });
    known = { ...known, keys };
    const newest = newestKey(keys) ?? founding;
    await openCheckpoint(note, newest);
    if (remembered !== undefined && !keys.some(({ key }) => key.text === remembered.key))
      throw new VerifyError('key-changed', newest.text);
    if (remembered !== undefined) await refuseFork(remembered.head, head, nodes);
    if (remembered === undefined || head.size > remembered.head.size)
      remember(storage, { key: newest.text, since: sinceWhen(newest, known, now), head });
    return known;
  } catch (error) {
    return { ...known, fault: faultOf(error) };
  }
}

function sinceWhen(newest: LogKey, { remembered }: CheckedLog, now: string): string {
  return remembered?.key === newest.text ? remembered.since : now;
}

/** The keys that the server says the log had, oldest first, the one in force last. */
async function claimedKeys(ask: Ask): Promise<[LogKey, ...LogKey[]]> {
  const status: unknown = await (await answered(ask, '/v1/log/status')).json();
  if (!isObject(status)) throw new VerifyError('key-malformed');
  const former = objectsAt(status, 'formerKeys').map((one) => textAt(one, 'vkey') ?? '');
  const [founding = '', ...later] = [...former, textAt(status, 'key') ?? ''];
  return [await parseVkey(founding), ...(await Promise.all(later.map(parseVkey)))];
}

/** The keys that the log itself shows, from the founding one on; a change behind the head does not count yet. */
async function followChanges(
  ask: Ask,
  founding: LogKey,
  log: { head: SignedHead; nodes: NodeReader },
): Promise<KeyRing> {
  const { openings } = (await (await answered(ask, '/v1/log/keys')).json()) as Openings; // each is checked below
  const subject = await systemSubject(founding.name);
  let keys = foundingRing(founding);
  for (const opening of openings) {
    const { state, faults, said, leaf, index } = await checkEvent(opening, subject, { ...log, keys });
    if (state === 'pending' || index === undefined) continue;
    const [fault] = faults;
    if (fault !== undefined) throw new VerifyError(fault.code, fault.where ?? String(index));
    if (leaf?.type !== 'key.rotated' || said === undefined || index < (keys.at(-1)?.from ?? 0))
      throw new VerifyError('key-malformed', String(index));
    keys = await rotated(keys, said.data, index);
  }
  return keys;
}

/** Throws log-shrank or log-forked unless the older head's log is the beginning of the newer one's. */
export async function refuseFork(older: Head, newer: Head, nodes: NodeReader): Promise<void> {
  if (newer.size < older.size) throw new VerifyError('log-shrank', `${older.size} → ${newer.size}`);
  const proof = await consistencyProof(nodes, older.size, newer.size);
  if (!(await provesConsistency(older, newer, proof))) throw new VerifyError('log-forked', `${older.size}`);
}

async function answered(ask: Ask, path: string): Promise<Response> {
  const response = await ask(path);
  if (!response.ok) throw new VerifyError('unreachable', path);
  return response;
}

async function readTile(ask: Ask, path: string): Promise<Bytes | undefined> {
  const response = await ask(`/v1/log/${path}`);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

/** Asks the server of this page; the session's cookie says who asks. */
export async function askServer(path: string): Promise<Response> {
  try {
    return await fetch(path);
  } catch {
    throw new VerifyError('unreachable', path); // fetch throws for nothing but a lacking connection
  }
}
