import type { z } from 'zod';
import type { FileRole, FormatName, ImportOptions } from '../schema.ts';
import { type Mapped, type Skipped, skip } from './draft.ts';
import type { RecordStream } from './records.ts';
import type { SourceFile } from './source-file.ts';

export type MapperContext = {
  file: SourceFile;
  options: ImportOptions;
  /** A fresh pass over the file's records, for formats that must look before they read. */
  records: () => RecordStream;
  /** Adds a sentence to the report, once. */
  note: (text: string) => void;
};

/** One known format: what its files hold, and how one record becomes a question. */
export type Format = {
  name: FormatName;
  role: FileRole;
  mapper: (context: MapperContext) => Promise<(value: unknown) => Mapped>;
};

/** The record by its schema, or a skip that names the first thing wrong with it. */
export function parseRecord<S extends z.ZodType>(schema: S, value: unknown): { record: z.infer<S> } | Skipped {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { record: parsed.data };
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  return skip('wrong-shape', field === '' ? `${issue?.message}` : `${field}: ${issue?.message}`);
}

/** Reads a value by its schema and maps the record; what does not fit the schema is a skip. */
export function reading<S extends z.ZodType>(
  schema: S,
  map: (record: z.infer<S>) => Mapped,
): (value: unknown) => Mapped {
  return (value) => {
    const parsed = parseRecord(schema, value);
    return 'skipped' in parsed ? parsed : map(parsed.record);
  };
}

/** What the report says of a file of answers alone. */
export const answersOnly =
  'Holds answers by id and no questions: import it together with the file of questions that it belongs to.';

/** The fields of a record that have no place of their own, as tags: lists and objects as JSON text, nulls left out. */
export function otherTags(record: Record<string, unknown>, placed: readonly string[]): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) {
    if (placed.includes(key) || value === null || value === undefined || value === '') continue;
    tags[key] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return tags;
}
