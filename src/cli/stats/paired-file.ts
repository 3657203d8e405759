import { AppError } from '../../core/error.ts';
import type { Arm } from '../../statistics/comparisons/analysis.ts';
import { type CsvLine, checkWidths, isEmptyLine, readCsvLines } from '../csv-lines.ts';
import { columnNamed, outcomeOf } from './outcome-cells.ts';

/** Arms of a file, one value per item; `clusters` where a column of clusters was named. `notes` says what was taken for what. */
export type PairedFile = { arms: Arm[]; clusters?: string[]; notes: string[] };

export type PairedColumns = { id?: string; cluster?: string; arms?: string[]; header?: boolean };

const idNames = /^(?:id|item|case|vignette|question|subject|patient|pair|unit)(?:[ _-]?(?:id|no|nr|number))?$/i;
const clusterNames = /^cluster(?:[ _-]?id)?$/i;

/**
 * A CSV of one row per item and one column per arm, with an optional column of item names and one of clusters. Without a
 * header (`header` false, or a first line of values only) the arms are called column 1, column 2.
 * @throws AppError invalid_input that names the file, the line and the column.
 */
export function readPaired(file: string, wanted: PairedColumns): PairedFile {
  const lines = readCsvLines(file).filter((line) => !isEmptyLine(line));
  const [first] = lines;
  if (first === undefined) throw new AppError('invalid_input', `${file} is empty: it needs one row per item.`);
  checkWidths(file, lines, first.cells.length);
  const named = wanted.header ?? first.cells.some((cell) => outcomeOf(cell) === undefined);
  const header = named ? first.cells : first.cells.map((_, index) => `column ${index + 1}`);
  const rows = named ? lines.slice(1) : lines;
  if (rows.length === 0) throw new AppError('invalid_input', `${file} has no row below its header.`);
  const columns = chooseColumns(file, header, wanted);
  if (columns.id !== undefined) checkUnique(file, rows, { index: columns.id, name: header[columns.id] ?? '' });
  const arms = columns.arms.map((index): Arm => {
    const name = header[index] ?? `column ${index + 1}`;
    return { name, values: rows.map((row) => valueAt(file, row, { index, name })) };
  });
  if (wanted.arms === undefined) refuseRowNumbers(file, arms);
  const { cluster } = columns;
  if (cluster === undefined) return { arms, notes: columns.notes };
  const clusters = rows.map((row) => {
    const name = row.cells[cluster] ?? '';
    if (name !== '') return name;
    throw new AppError(
      'invalid_input',
      `${file}, line ${row.number}: no cluster. Give every row its cluster; a row alone in its cluster needs a name of its own.`,
    );
  });
  return { arms, clusters, notes: columns.notes };
}

type Columns = { id?: number; cluster?: number; arms: number[]; notes: string[] };

function chooseColumns(file: string, header: string[], wanted: PairedColumns): Columns {
  const notes: string[] = [];
  const pick = (given: string | undefined, pattern: RegExp, what: string): number | undefined => {
    if (given !== undefined) return columnNamed(file, header, given);
    const found = header.findIndex((name) => pattern.test(name));
    if (found < 0) return undefined;
    notes.push(`column “${header[found]}” is taken for ${what}`);
    return found;
  };
  const id = pick(wanted.id, idNames, 'the names of the items');
  const cluster = pick(wanted.cluster, clusterNames, 'the clusters of the items');
  const arms =
    wanted.arms?.map((name) => columnNamed(file, header, name)) ??
    header.flatMap((_, index) => (index === id || index === cluster ? [] : [index]));
  if (arms.length < 2)
    throw new AppError(
      'invalid_input',
      `${file} has ${arms.length} column of values; a paired analysis needs one column per arm, two at least.`,
    );
  return { arms, notes, ...(id === undefined ? {} : { id }), ...(cluster === undefined ? {} : { cluster }) };
}

function checkUnique(file: string, rows: CsvLine[], column: { index: number; name: string }): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const id = row.cells[column.index] ?? '';
    const before = seen.get(id);
    if (before !== undefined)
      throw new AppError(
        'invalid_input',
        `${file}, line ${row.number}: item “${id}” stands in line ${before} already. Give every item one row; for several rows that hang together name the column with --cluster ${column.name}.`,
      );
    seen.set(id, row.number);
  }
}

/** A column that counts the rows is no arm, and comparing it would look like a result. */
function refuseRowNumbers(file: string, arms: readonly Arm[]): void {
  const counting = arms.find(
    ({ values }) => values.length >= 5 && values.every((value, i) => value === i + (values[0] ?? 0)),
  );
  if (counting === undefined) return;
  throw new AppError(
    'invalid_input',
    `${file}, column “${counting.name}” counts the rows. Name it with --id if it names the items, or choose the arms with --arms.`,
  );
}

function valueAt(file: string, row: CsvLine, { index, name }: { index: number; name: string }): number | null {
  const cell = row.cells[index] ?? '';
  const value = outcomeOf(cell);
  if (value !== undefined) return value;
  throw new AppError(
    'invalid_input',
    `${file}, line ${row.number}, column “${name}”: “${cell}” is no score and no pass mark. Leave missing values empty, and name columns that are no arm with --id or --cluster, or choose the arms with --arms.`,
  );
}

const maxCounts = 1_000_000;

/**
 * Two arms of pass marks from the four counts of their table: both passed, only the first, only the second, neither.
 * @throws AppError invalid_input for anything but four whole numbers.
 */
export function armsOfCounts(text: string): Arm[] {
  const counts = text.split(/[\s,/]+/).map(Number);
  const [both = 0, onlyFirst = 0, onlySecond = 0, neither = 0] = counts;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== 4 || counts.some((count) => !Number.isInteger(count) || count < 0) || total > maxCounts)
    throw new AppError(
      'invalid_input',
      `--counts “${text}”: give four whole numbers, both passed, only the first, only the second, neither, at most ${maxCounts} in all.`,
    );
  const marks = (one: 0 | 1, two: 0 | 1, three: 0 | 1): number[] => [
    ...new Array<number>(both).fill(1),
    ...new Array<number>(onlyFirst).fill(one),
    ...new Array<number>(onlySecond).fill(two),
    ...new Array<number>(neither).fill(three),
  ];
  return [
    { name: 'first', values: marks(1, 0, 0) },
    { name: 'second', values: marks(0, 1, 0) },
  ];
}
