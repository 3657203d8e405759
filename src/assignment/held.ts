import type { Assignment } from './schema.ts';

/** An assignment as the server knows it: `gold` is the hidden gold item that stands in place of an instance. */
export type Held = Assignment & { gold?: string };
