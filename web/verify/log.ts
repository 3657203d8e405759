import type { LogStatus } from '../../src/ledger/schema.ts';
import type { Bytes } from './bytes.ts';
import { type Head, openCheckpoint, type SignedHead } from './checkpoint.ts';
import { type Fault, faultOf, VerifyError } from './fault.ts';
import { type Remembered, recall, remember } from './memory.ts';
import { verifiedNodes } from './tiles.ts';
import { consistencyProof, type NodeReader, provesConsistency } from './tree.ts';
import { type LogKey, parseVkey } from './vkey.ts';

/** Asks the server for a path of its API; throws VerifyError `unreachable` where it gets no answer. */
export type Ask = (path: string) => Promise<Response>;

/** The log as this browser could check it. With a fault, nothing that hangs on the log counts as verified. */
export type CheckedLog = {
  readonly fault?: Fault;
  readonly key?: LogKey;
  readonly head?: SignedHead;
  /** Its nodes, checked against the head; absent where there is no head. */
  readonly nodes?: NodeReader;
  /** What earlier visits had seen; absent at the first. */
  readonly remembered?: Remembered;
};

/**
 * Checks the signed head of the log, and that its key and history are those that this browser has seen before; at the
 * first visit it believes the key and remembers it.
 */
export async function checkLog(ask: Ask, storage: Storage, now: string): Promise<CheckedLog> {
  const remembered = recall(storage);
  let known: CheckedLog = remembered === undefined ? {} : { remembered };
  try {
    const status = (await (await answered(ask, '/v1/log/status')).json()) as LogStatus; // its key is parsed, the rest not used
    const key = await parseVkey(String(status.key));
    known = { ...known, key };
    const head = await openCheckpoint(await (await answered(ask, '/v1/log/checkpoint')).text(), key);
    const nodes = verifiedNodes((path) => readTile(ask, path), head);
    known = { ...known, head, nodes };
    if (head.size > 0) await nodes(0, head.size - 1); // throws where the tiles do not give the head's root
    if (remembered !== undefined && remembered.key !== key.text) throw new VerifyError('key-changed', key.text);
    if (remembered !== undefined) await refuseFork(remembered.head, head, nodes);
    if (remembered === undefined || head.size > remembered.head.size)
      remember(storage, { key: key.text, since: remembered?.since ?? now, head });
    return known;
  } catch (error) {
    return { ...known, fault: faultOf(error) };
  }
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
