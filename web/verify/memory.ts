import { fromBase64, toBase64 } from './bytes.ts';
import type { Head } from './checkpoint.ts';

/** What this browser has seen of the log of this site: its first key, and its largest head. */
export type Remembered = { readonly key: string; readonly since: string; readonly head: Head };

const storageKey = 'safemed-log';

/** What was remembered; undefined at the first visit, or if the entry cannot be read. */
export function recall(storage: Storage): Remembered | undefined {
  const kept = storage.getItem(storageKey);
  if (kept === null) return undefined;
  const [key = '', since = '', size = '', root = ''] = kept.split('\n');
  const hash = fromBase64(root);
  if (key === '' || !/^\d{1,16}$/.test(size) || hash?.length !== 32) return undefined;
  return { key, since, head: { size: Number(size), root: hash } };
}

export function remember(storage: Storage, { key, since, head }: Remembered): void {
  storage.setItem(storageKey, [key, since, head.size, toBase64(head.root)].join('\n'));
}

/** Trusts the log anew at the next visit: for a person who knows why its key or its history changed. */
export function forget(storage: Storage): void {
  storage.removeItem(storageKey);
}
