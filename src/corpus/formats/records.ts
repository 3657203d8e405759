import type { SkipReason } from '../schema.ts';

/** One record of a container, before anyone has looked at its meaning. */
export type RawRecord = { row: number; line?: number; value: unknown };

/** A row that could not be read, and why; the reader goes on with the next one. */
export type UnreadRow = { row: number; line?: number; skipped: SkipReason; detail: string };

export type RecordStream = AsyncGenerator<RawRecord | UnreadRow>;

/** A piece of text cut to `length` characters for messages, with line breaks shown. */
export function excerpt(text: string, length = 60): string {
  const shown = text.slice(0, length).toWellFormed().replace(/\n/g, '⏎');
  return text.length > length ? `${shown}…` : shown;
}
