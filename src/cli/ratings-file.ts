import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError, messageOf } from '../core/error.ts';
import type { Level } from '../statistics/agreement-table.ts';

/** Ratings read from a file: null is a missing rating. `unrated` counts empty lines between rows. */
export type RatingsFile = { ratings: (string | null)[][]; raterNames?: string[]; unrated: number };

type Line = { number: number; cells: string[] };

const Parsed = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }));

/**
 * A CSV of one row per unit and one column per rater. An empty line between rows is a unit that nobody rated, empty lines
 * at the end are not. With `header` absent a first line that looks like names is refused rather than taken for ratings.
 * @throws AppError invalid_input that names the file, the line and the column.
 */
export function readRatings(file: string, level: Level, header: boolean | undefined): RatingsFile {
  const lines = readLines(file);
  if (lines.length === 0) throw new AppError('invalid_input', `${file} is empty: it needs one row per unit.`);
  const width = lines.find((line) => !isEmpty(line))?.cells.length ?? 1;
  const rows = lines.map((line) =>
    isEmpty(line) ? { ...line, cells: new Array<string>(width).fill('') } : { ...line },
  );
  checkWidths(file, rows, width);
  const [first, ...rest] = rows;
  if (first === undefined) throw new AppError('internal', `${file}: the first line is lost.`);
  if (header === undefined && looksLikeNames(first.cells, rest))
    throw new AppError(
      'invalid_input',
      `${file}, line ${first.number}: “${first.cells.join(', ')}” looks like the names of raters. Say --header if it is, or --no-header if these are ratings.`,
    );
  const units = header === true ? rest : rows;
  if (level === 'interval' || level === 'ratio') checkNumbers(file, units, level);
  return {
    ratings: units.map((line) => line.cells.map((cell) => (cell === '' ? null : cell))),
    unrated: lines.filter(isEmpty).length,
    ...(header === true ? { raterNames: first.cells } : {}),
  };
}

function readLines(file: string): Line[] {
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
    while (lines.length > 0 && isEmpty(lines.at(-1))) lines.pop();
    return lines;
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read as CSV: ${messageOf(error)}.`, { cause: error });
  }
}

/** A line without any mark, not even a comma. */
function isEmpty(line: Line | undefined): boolean {
  return line !== undefined && line.cells.length <= 1 && (line.cells[0] ?? '') === '';
}

function checkWidths(file: string, rows: Line[], width: number): void {
  const odd = rows.find((row) => row.cells.length !== width);
  if (odd !== undefined)
    throw new AppError(
      'invalid_input',
      `${file}, line ${odd.number}: ${odd.cells.length} columns, but the first row has ${width}. Give every unit one column per rater, empty where the rating is missing.`,
    );
  const other = [';', '\t'].find((mark) => width === 1 && rows.every((row) => row.cells[0]?.includes(mark) === true));
  if (other !== undefined)
    throw new AppError(
      'invalid_input',
      `${file}: every row is one column that holds ${other === ';' ? 'semicolons' : 'tabs'}. Separate the columns with commas.`,
    );
}

/** Text above numbers only, or different words none of which is ever used as a rating. */
function looksLikeNames(first: string[], rest: Line[]): boolean {
  const words = first.filter((cell) => cell !== '');
  const used = new Set(rest.flatMap((line) => line.cells).filter((cell) => cell !== ''));
  if (rest.length < 2 || words.length < 2 || used.size === 0) return false;
  const text = words.every((word) => Number.isNaN(Number(word)));
  return text && new Set(words).size === words.length && !words.some((word) => used.has(word));
}

function checkNumbers(file: string, rows: Line[], level: Level): void {
  for (const { number, cells } of rows)
    for (const [column, cell] of cells.entries())
      if (cell !== '' && !Number.isFinite(Number(cell)))
        throw new AppError(
          'invalid_input',
          `${file}, line ${number}, column ${column + 1}: “${cell}” is not a number, and level ${level} needs numbers. Leave missing ratings empty, or use --level nominal.`,
        );
}
