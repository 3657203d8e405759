import { useSyncExternalStore } from 'react';
import { type LocalStore, openLocalStore } from './local-store.ts';
import { send } from './requests.ts';
import { type Link, Sync } from './sync.ts';

/** This browser's store of one account's reviews, and what sends them. */
export type Session = {
  account: string;
  store: LocalStore;
  sync: Sync;
  /** The item that was taken back last in this tab: doing it again hands it in again. */
  takenBack?: string;
};

const sessions = new Map<string, Promise<Session>>();
const listeners = new Set<(assignment?: string) => void>();
let current: Session | undefined;
let version = 0;

function tell(assignment?: string): void {
  version++;
  for (const listener of listeners) listener(assignment);
}

/** The session of an account; what it still has to send is sent at once. */
export function sessionFor(account: string): Promise<Session> {
  const known = sessions.get(account);
  if (known !== undefined) return known;
  const made = start(account);
  sessions.set(account, made);
  made.catch(() => sessions.delete(account));
  return made;
}

async function start(account: string): Promise<Session> {
  const store = await openLocalStore();
  const sync = new Sync({
    store,
    account,
    send,
    lock: oneAtATime,
    later: (work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    changed: tell,
  });
  window.addEventListener('online', () => void sync.flush());
  document.addEventListener('visibilitychange', () => void sync.flush());
  void sync.flush();
  current = { account, store, sync };
  return current;
}

/** One tab sends at a time. Without Web Locks (no encrypted connection) the keys of what is sent have to suffice. */
async function oneAtATime(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request('safemed-review', work);
}

/** Calls back when anything of the session changes; gives a way to stop. */
export function onSession(listener: (assignment?: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A number that grows with every change of the session, so that what depends on it is read again. */
export function useSessionVersion(): number {
  return useSyncExternalStore(onSession, () => version);
}

/** Whether the server could be reached at the last try. */
export function useLink(): Link {
  return useSyncExternalStore(onSession, () => current?.sync.link ?? 'online');
}

/** Says that something was written to the store outside of a review screen. */
export function sessionChanged(assignment?: string): void {
  tell(assignment);
}
