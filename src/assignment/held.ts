import type { Assignment } from './schema.ts';

/** What an assignment is about: a round of an instance, or a hidden gold item in its place. Known to the server only. */
export type Subject = { instance: string; gold?: never } | { instance?: never; gold: string };

export type Held = Assignment & Subject;
