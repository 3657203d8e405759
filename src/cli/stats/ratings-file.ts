import { AppError } from '../../core/error.ts';
import type { Level } from '../../statistics/agreement/table.ts';
import { type CsvLine, checkWidths, isEmptyLine, looksLikeNames, readCsvLines } from '../csv-lines.ts';

/** Ratings read from a file: null is a missing rating. `unrated` counts empty lines between rows. */
export type RatingsFile = { ratings: (string | null)[][]; raterNames?: string[]; unrated: number };

/**
 * A CSV of one row per unit and one column per rater. An empty line between rows is a unit that nobody rated, empty lines
 * at the end are not. With `header` absent a first line that looks like names is refused rather than taken for ratings.
 * @throws AppError invalid_input that names the file, the line and the column.
 */
export function readRatings(file: string, level: Level, header: boolean | undefined): RatingsFile {
  const lines = readCsvLines(file);
  if (lines.length === 0) throw new AppError('invalid_input', `${file} is empty: it needs one row per unit.`);
  const width = lines.find((line) => !isEmptyLine(line))?.cells.length ?? 1;
  const rows = lines.map((line) =>
    isEmptyLine(line) ? { ...line, cells: new Array<string>(width).fill('') } : { ...line },
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
    unrated: lines.filter(isEmptyLine).length,
    ...(header === true ? { raterNames: first.cells } : {}),
  };
}

function checkNumbers(file: string, rows: CsvLine[], level: Level): void {
  for (const { number, cells } of rows)
    for (const [column, cell] of cells.entries())
      if (cell !== '' && !Number.isFinite(Number(cell)))
        throw new AppError(
          'invalid_input',
          `${file}, line ${number}, column ${column + 1}: “${cell}” is not a number, and level ${level} needs numbers. Leave missing ratings empty, or use --level nominal.`,
        );
}
