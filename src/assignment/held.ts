import { sha256Hex } from '../core/hash.ts';
import type { Assignment } from './schema.ts';

/** An assignment as the server knows it: `gold` is the hidden gold item that stands in place of an instance. */
export type Held = Assignment & { gold?: string };

/**
 * An id (UUID, version 4 in form) by which something of a gold item is known outside the server: it looks like that of
 * an instance or a trace, is the same each time, and is written nowhere else.
 */
export function disguise(what: 'instance' | 'trace', assignment: string): string {
  const hex = sha256Hex(`${what} ${assignment}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
