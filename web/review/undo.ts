import { same } from './same.ts';

/** What was, what is, and what was undone. */
export type History<T> = { past: readonly T[]; now: T; future: readonly T[]; group?: string };

const longest = 500;

export function startHistory<T>(now: T): History<T> {
  return { past: [], now, future: [] };
}

/**
 * Makes a change. Changes in a row of the same group (the letters typed into one field) are undone together; a change
 * that changes nothing is none.
 */
export function change<T>(history: History<T>, next: T, group?: string): History<T> {
  if (same(next, history.now)) return history;
  const joins = group !== undefined && group === history.group;
  const past = joins ? history.past : [...history.past, history.now].slice(-longest);
  return { past, now: next, future: [], ...(group === undefined ? {} : { group }) };
}

/** Goes one change back; the same history where there is none. */
export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

/** Makes the change again that was undone last. */
export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}
