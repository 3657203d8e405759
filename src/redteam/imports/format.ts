import type { ProbeLanguage } from '../schema.ts';

/** What a format says of one record; where it stands among the profile's dimensions is decided for all formats alike. */
export type ImportDraft = {
  /** The record's own id, unique in its file. */
  id: string;
  prompt: string;
  /** The violation, where the record tells it apart from the request. */
  intent?: string;
  twin?: string;
  /** The set's own category, by which the profile finds the dimension. */
  category: string;
  /** The set's own method of attack. */
  method?: string;
  level?: number;
};

/** A cell that a record cannot be without, and what is wrong with it. */
export type Fault = { column: string; problem: string };

/** skipped: a sound record that is no attack, with the reason that is counted. */
export type Mapped = { draft: ImportDraft } | { fault: Fault } | { skipped: string };

export type ProbeFormat = {
  readonly name: string;
  /** What is cited, and under which licence the public set stands. */
  readonly source: string;
  /** True for a file whose header or first record has these fields. */
  recognises(fields: readonly string[]): boolean;
  /** Maps the records of one file; `stem` and `folders` are those of its name. */
  mapper(place: {
    stem: string;
    folders: readonly string[];
    all: readonly Fields[];
  }): (fields: Fields, row: number) => Mapped;
};

/** A record as named texts; lists and numbers stand as JSON. */
export type Fields = { readonly [name: string]: string };

/** True where all of these fields are there. */
export function has(fields: readonly string[], ...wanted: string[]): boolean {
  return wanted.every((name) => fields.includes(name));
}

/** The fault of the first of these columns that is empty, or undefined. */
export function missing(fields: Fields, ...columns: string[]): Mapped | undefined {
  const column = columns.find((name) => (fields[name] ?? '').trim() === '');
  return column === undefined ? undefined : { fault: { column, problem: 'is empty' } };
}

/** What people choose where a record does not say it. */
export type ImportChoices = {
  dimension?: string | undefined;
  strategy?: string | undefined;
  language: ProbeLanguage;
  split?: 'test' | 'train' | undefined;
};
