import { type CsvRow, csvRows } from './csv-rows.ts';
import { damage } from './damage.ts';
import type { RecordStream } from './records.ts';

const remedy = 'If the file is whole, add a line break at its end; else download or export it again.';

/**
 * Rows below a header as objects keyed by column name; an unnamed column has the key "". A last row that ends in an unquoted
 * cell without a line break may be cut anywhere in that cell, so it is damage and not a shorter text.
 */
export async function* csvTableRecords(chunks: AsyncIterable<Buffer>): RecordStream {
  let header: string[] | undefined;
  let row = 0;
  for await (const next of csvRows(chunks)) {
    if (header === undefined) {
      header = next.cells.map((cell) => cell.trim());
      continue;
    }
    row += 1;
    const { line, cells } = next;
    if (cells.length === header.length && next.end === 'nothing')
      throw damage('truncated', 'the last row has no line break, so it may be cut off', remedy, { row, line });
    if (cells.length === header.length)
      yield { row, line, value: Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])) };
    else yield wrongWidth(next, row, header.length);
  }
}

/** Rows of `width` cells of a file without header, as arrays of cells; whether a last cell is whole is for the format to see. */
export async function* csvPlainRecords(chunks: AsyncIterable<Buffer>, width: number): RecordStream {
  let row = 0;
  for await (const next of csvRows(chunks)) {
    row += 1;
    if (next.cells.length === width) yield { row, line: next.line, value: next.cells };
    else yield wrongWidth(next, row, width);
  }
}

function wrongWidth({ line, cells, end }: CsvRow, row: number, width: number) {
  const detail = `${cells.length} cells instead of ${width}`;
  if (end !== 'break' && cells.length < width)
    throw damage('truncated', `the file ends inside a row (${detail})`, 'Download or export it again.', { row, line });
  return { row, line, skipped: 'wrong-columns' as const, detail };
}
