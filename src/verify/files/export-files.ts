import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpeningGroup, openingGroups } from '../chains/chain.ts';
import { type Cursor, cursor, type Line, readLines } from '../lines.ts';
import { parseRecord, type SealedRecord } from './records.ts';
import { type Split, splits } from './row.ts';

export type RowLine = Line & { readonly file: string };

/** The files of an export that are read side by side, record by record. */
export type ExportStreams = {
  readonly records: Cursor<SealedRecord>;
  readonly rows: { readonly [split in Split]: Cursor<RowLine> };
  readonly groups: Cursor<OpeningGroup>;
  readonly pairs: Cursor<Line>;
  close(): Promise<void>;
};

export const dataFile: { readonly [split in Split]: string } = {
  train: 'data/train.jsonl',
  validation: 'data/validation.jsonl',
};
export const preferencesFile = 'data/preferences.jsonl';
export const heldOutFile = 'data/held-out.txt';
export const recordsFile = 'provenance/records.jsonl';
export const openingsFile = 'provenance/openings.jsonl';

/** Opens the streams; a file that is not there is an empty one (its absence is V1's to tell). */
export function openStreams(directory: string): ExportStreams {
  const lines = (name: string): AsyncGenerator<Line> => linesOf(directory, name);
  const rowsOf = async function* (file: string): AsyncGenerator<RowLine> {
    for await (const line of lines(file)) yield { ...line, file };
  };
  const streams = {
    records: cursor(readRecords(directory)),
    rows: { train: cursor(rowsOf(dataFile.train)), validation: cursor(rowsOf(dataFile.validation)) },
    groups: cursor(openingGroups(lines(openingsFile))),
    pairs: cursor(lines(preferencesFile)),
  };
  const all = [streams.records, ...splits.map((split) => streams.rows[split]), streams.groups, streams.pairs];
  return {
    ...streams,
    close: async () => {
      for (const one of all) await one.close();
    },
  };
}

/** The sealed records in order; throws check_failed at the first line that is none. */
export async function* readRecords(directory: string): AsyncGenerator<SealedRecord> {
  for await (const { bytes } of linesOf(directory, recordsFile)) yield parseRecord(bytes);
}

export async function* linesOf(directory: string, name: string): AsyncGenerator<Line> {
  const path = join(directory, name);
  const present = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (present) yield* readLines(path, name);
}

/** Id and subject that a row or pair gives itself: `_cts` stands first in canonical JSON, so its beginning tells them. */
export function labelOf(line: Line): { id: string; subject: string } {
  const head = line.bytes.subarray(0, 1000).toString('utf8');
  const match = /^\{"_cts":\{[^{}]*?"id":"((?:[^"\\]|\\.)*)"[^{}]*?"subj":"([^"]*)"\}/.exec(head);
  return { id: match?.[1] ?? `line ${line.number}`, subject: match?.[2] ?? '' };
}
