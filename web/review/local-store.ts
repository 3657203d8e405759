import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { DraftContent } from '../../src/review/drafts/schema.ts';
import type { ReviewInput } from '../../src/review/schema.ts';
import { randomId } from './random-id.ts';
import type { Work } from './work.ts';

/** Why the server does not take what is here; nothing more is sent for the item until the reviewer has answered. */
export type Trouble =
  | { kind: 'conflict' }
  | { kind: 'lost' }
  /** The server found fault with it. */
  | { kind: 'refused'; message: string };

/** A review as this browser has it. It is written here before anything is sent. */
export type LocalDraft = {
  assignment: string;
  account: string;
  work: Work;
  seconds: number;
  /** Counts the changes made here. */
  version: number;
  /** The server's revision that this stands on; 0 = none. */
  rev: number;
  savedAt?: string;
  handedIn?: { key: string; at: string; dueAt?: string };
  trouble?: Trouble;
};

/** Something to be sent, with the key that makes a repeated sending the same act. */
export type Act =
  | { kind: 'save'; content: DraftContent; base?: number }
  | { kind: 'submit'; review: ReviewInput }
  | { kind: 'take-back' };
export type Op = { id: number; account: string; assignment: string; key: string; tried: boolean } & Act;

interface Schema extends DBSchema {
  drafts: { key: string; value: LocalDraft };
  ops: { key: number; value: Op; indexes: { assignment: string } };
}
type Tx = IDBPTransaction<Schema, ('drafts' | 'ops')[], 'readwrite'>;

export type LocalStore = IDBPDatabase<Schema>;

/** Opens this browser's store of drafts and of what is still to be sent. */
export function openLocalStore(name = 'safemed-review'): Promise<LocalStore> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('drafts', { keyPath: 'assignment' });
      db.createObjectStore('ops', { keyPath: 'id', autoIncrement: true }).createIndex('assignment', 'assignment');
    },
  });
}

async function write<T>(store: LocalStore, work: (tx: Tx) => Promise<T>): Promise<T> {
  // strict: the change is on the disk before it counts as kept
  const tx = store.transaction(['drafts', 'ops'], 'readwrite', { durability: 'strict' });
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    tx.done.catch(() => undefined); // the abort that follows from the error below
    throw error;
  }
}

/** What is still to be sent for an assignment, in its order. */
export function opsOf(store: LocalStore, assignment: string): Promise<Op[]> {
  return store.getAllFromIndex('ops', 'assignment', assignment);
}

/** Everything of one account that is still to be sent, in its order. */
export async function pendingOps(store: LocalStore, account: string): Promise<Op[]> {
  return (await store.getAll('ops')).filter((op) => op.account === account);
}

/** All drafts of an account in this browser. */
export async function draftsOf(store: LocalStore, account: string): Promise<LocalDraft[]> {
  return (await store.getAll('drafts')).filter((draft) => draft.account === account);
}

/** Puts a draft that came from the server here, unless this browser has a newer word on it. */
export async function adopt(store: LocalStore, from: LocalDraft): Promise<LocalDraft> {
  return write(store, async (tx) => {
    const here = await tx.objectStore('drafts').get(from.assignment);
    const waiting = await tx.objectStore('ops').index('assignment').count(from.assignment);
    if (here !== undefined && (waiting > 0 || here.trouble !== undefined)) return here;
    const draft = here === undefined ? from : joined(here, from);
    await tx.objectStore('drafts').put(draft);
    return draft;
  });
}

/** What is here and was all sent, brought up to what the server has meanwhile. */
function joined({ handedIn: _, ...here }: LocalDraft, from: LocalDraft): LocalDraft {
  const handedIn = from.handedIn === undefined ? {} : { handedIn: from.handedIn };
  if (here.rev >= from.rev) return { ...here, ...handedIn };
  return {
    ...here,
    ...from,
    work: { ...from.work, edits: [...from.work.edits, ...unsent(here.work, from.work)] },
    seconds: Math.max(here.seconds, from.seconds),
    version: here.version + 1,
  };
}

/** Edits that were never sent, because they lack something, and whose place nobody edited elsewhere. */
function unsent(here: Work, there: Work): Work['edits'] {
  return here.edits.filter(
    (edit) =>
      (edit.reason === '' || (edit.reason === 'other' && edit.note.trim() === '')) &&
      !there.edits.some((one) => one.at === edit.at),
  );
}

/**
 * Keeps a change: the fields that changed are laid over what another tab may have written meanwhile. A save that was
 * not yet tried takes the new content; one that was tried stays as it is, since the server may have taken it.
 */
export async function keep(
  store: LocalStore,
  assignment: string,
  { fields, seconds, contentOf }: Change,
): Promise<LocalDraft> {
  return write(store, async (tx) => {
    const here = await known(tx, assignment);
    const { verdict: _, ...withoutVerdict } = here.work;
    const base = 'verdict' in fields && fields.verdict === undefined ? withoutVerdict : here.work;
    const work = { ...base, ...defined(fields) };
    const draft = { ...here, work, seconds: here.seconds + seconds, version: here.version + 1 };
    await tx.objectStore('drafts').put(draft);
    await putSave(tx, draft, contentOf(work, draft.seconds));
    return draft;
  });
}

export type Change = {
  /** The fields that changed; `verdict: undefined` takes the verdict back. */
  fields: { [name in keyof Work]?: Work[name] | undefined };
  /** Active time since the last change, in seconds. */
  seconds: number;
  contentOf: (work: Work, seconds: number) => DraftContent;
};

function defined(fields: Change['fields']): Partial<Work> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Work>; // the same entries without those that are undefined
}

async function putSave(tx: Tx, { account, assignment }: LocalDraft, content: DraftContent): Promise<void> {
  const ops = tx.objectStore('ops');
  const last = (await ops.index('assignment').getAll(assignment)).at(-1);
  // Scores may change only where the edits are gone; a save between the two must not be left out.
  const joins =
    last?.kind === 'save' && !last.tried && (last.content.edits.length === 0) === (content.edits.length === 0);
  if (joins) await ops.put({ ...last, content });
  else await add(tx, { account, assignment, key: randomId(), tried: false, kind: 'save', content });
}

/** Appends an op; the store numbers it. */
async function add(tx: Tx, op: Omit<Op, 'id'> & Act): Promise<void> {
  await tx.objectStore('ops').add(op as Op); // the key generator writes `id`
}

/** Replaces what waits to be sent by these contents in their order: the answer to a conflict. */
export async function settle(
  store: LocalStore,
  assignment: string,
  { rev, work, contents }: { rev: number; work: Work; contents: DraftContent[] },
): Promise<LocalDraft> {
  return write(store, async (tx) => {
    const { trouble: _, handedIn: __, ...here } = await known(tx, assignment);
    await drop(tx, assignment);
    const draft = { ...here, work, rev, version: here.version + 1 };
    await tx.objectStore('drafts').put(draft);
    for (const content of contents)
      await add(tx, { account: here.account, assignment, key: randomId(), tried: false, kind: 'save', content });
    return draft;
  });
}

/** Hands a review in, to be sent when the server can be reached. The same call again changes nothing. */
export async function handIn(store: LocalStore, assignment: string, review: ReviewInput, at: string): Promise<void> {
  return write(store, async (tx) => {
    const { trouble: _, ...here } = await known(tx, assignment);
    if (here.handedIn !== undefined) return;
    const key = randomId();
    await tx.objectStore('drafts').put({ ...here, handedIn: { key, at } });
    await add(tx, { account: here.account, assignment, key, tried: false, kind: 'submit', review });
  });
}

/** Takes a review back: one that was never sent simply is not sent. */
export async function takeBack(store: LocalStore, assignment: string): Promise<void> {
  return write(store, async (tx) => {
    const { handedIn, ...here } = await known(tx, assignment);
    if (handedIn === undefined) return;
    const ops = await tx.objectStore('ops').index('assignment').getAll(assignment);
    await tx.objectStore('drafts').put(here);
    const waiting = ops.find((op) => op.key === handedIn.key);
    if (waiting !== undefined && !waiting.tried) await tx.objectStore('ops').delete(waiting.id);
    else await add(tx, { account: here.account, assignment, key: randomId(), tried: false, kind: 'take-back' });
  });
}

/** Marks an op as being sent, a save with the revision it stands on; undefined where another tab has finished it. */
export async function begin(store: LocalStore, id: number): Promise<Op | undefined> {
  return write(store, async (tx) => {
    const op = await tx.objectStore('ops').get(id);
    if (op === undefined) return undefined;
    const { rev } = await known(tx, op.assignment);
    const base = op.kind === 'save' && op.base === undefined ? { base: rev } : {};
    const begun = { ...op, ...base, tried: true };
    await tx.objectStore('ops').put(begun);
    return begun;
  });
}

/** What the server answered to an op: it is done, and the draft knows what it now stands on. */
export async function done(
  store: LocalStore,
  op: Op,
  answer: Partial<Pick<LocalDraft, 'rev' | 'savedAt'>> & { dueAt?: string },
): Promise<void> {
  return write(store, async (tx) => {
    await tx.objectStore('ops').delete(op.id);
    const here = await known(tx, op.assignment);
    const { dueAt, ...rest } = answer;
    const handedIn =
      dueAt === undefined || here.handedIn?.key !== op.key ? {} : { handedIn: { ...here.handedIn, dueAt } };
    await tx.objectStore('drafts').put({ ...here, ...rest, ...handedIn });
  });
}

/** Notes why the server does not take the item; a review that was handed in is open again. Its words stay. */
export async function stuck(store: LocalStore, assignment: string, trouble: Trouble): Promise<void> {
  return write(store, async (tx) => {
    const { handedIn, ...here } = await known(tx, assignment);
    const ops = await tx.objectStore('ops').index('assignment').getAll(assignment);
    for (const op of ops) if (op.kind !== 'save') await tx.objectStore('ops').delete(op.id);
    await tx.objectStore('drafts').put({ ...here, trouble });
  });
}

/** Opens an item again after its trouble; what the server refused is dropped from what waits, and stays in the draft. */
export async function unstick(store: LocalStore, assignment: string): Promise<void> {
  return write(store, async (tx) => {
    const { trouble, ...here } = await known(tx, assignment);
    if (trouble?.kind === 'refused') await drop(tx, assignment);
    await tx.objectStore('drafts').put(here);
  });
}

/** Forgets an item that was given back or is signed. */
export async function forget(store: LocalStore, assignment: string): Promise<void> {
  return write(store, async (tx) => {
    await drop(tx, assignment);
    await tx.objectStore('drafts').delete(assignment);
  });
}

async function drop(tx: Tx, assignment: string): Promise<void> {
  for (const op of await tx.objectStore('ops').index('assignment').getAll(assignment))
    await tx.objectStore('ops').delete(op.id);
}

async function known(tx: Tx, assignment: string): Promise<LocalDraft> {
  const draft = await tx.objectStore('drafts').get(assignment);
  if (draft === undefined) throw new Error(`This browser has no draft of ${assignment}; open the item first.`);
  return draft;
}
