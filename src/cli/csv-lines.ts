import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError, messageOf } from '../core/error.ts';

/** One line of a CSV file with its number in the file, from 1. */
export type CsvLine = { number: number; cells: string[] };

const Parsed = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }));

/**
 * The lines of a CSV file, blanks around cells removed; empty lines at the end are left out, those between rows kept.
 * @throws AppError invalid_input that names the file.
 */
export function readCsvLines(file: string): CsvLine[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  try {
    const records = Parsed.parse(
      parse(text, { info: true, relax_column_count: true, bom: true, trim: true, skip_empty_lines: false }),
    );
    const lines = records.map(({ record, info }) => ({ number: info.lines, cells: record }));
    while (lines.length > 0 && isEmptyLine(lines.at(-1))) lines.pop();
    return lines;
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read as CSV: ${messageOf(error)}.`, { cause: error });
  }
}

/** A line without any mark, not even a comma. */
export function isEmptyLine(line: CsvLine | undefined): boolean {
  return line !== undefined && line.cells.length <= 1 && (line.cells[0] ?? '') === '';
}

/** Refuses rows of another length than the first, and other separators than commas. */
export function checkWidths(file: string, rows: CsvLine[], width: number): void {
  const odd = rows.find((row) => row.cells.length !== width);
  if (odd !== undefined)
    throw new AppError(
      'invalid_input',
      `${file}, line ${odd.number}: ${odd.cells.length} columns, but the first row has ${width}. Give every row all columns, empty where a value is missing.`,
    );
  const other = [';', '\t'].find((mark) => width === 1 && rows.every((row) => row.cells[0]?.includes(mark) === true));
  if (other !== undefined)
    throw new AppError(
      'invalid_input',
      `${file}: every row is one column that holds ${other === ';' ? 'semicolons' : 'tabs'}. Separate the columns with commas.`,
    );
}

/** Text above numbers only, or different words none of which is ever used as a rating. */
export function looksLikeNames(first: string[], rest: CsvLine[]): boolean {
  const words = first.filter((cell) => cell !== '');
  const used = new Set(rest.flatMap((line) => line.cells).filter((cell) => cell !== ''));
  if (rest.length < 2 || words.length < 2 || used.size === 0) return false;
  const text = words.every((word) => Number.isNaN(Number(word)));
  return text && new Set(words).size === words.length && !words.some((word) => used.has(word));
}
