import { AppError } from '../../core/error.ts';
import type { ValueGroup } from '../../statistics/intervals/group-intervals.ts';
import { type CsvLine, checkWidths, isEmptyLine, readCsvLines } from '../csv-lines.ts';
import { columnNamed, outcomeOf } from './outcome-cells.ts';

export type IntervalColumns = { value?: string; group?: string; cluster?: string; k?: string; n?: string };

/** Counts by group, or values by group; `missing` counts empty values, which are left out; `notes` says what each column was taken for. */
export type IntervalFile =
  | { kind: 'counts'; counts: { name: string; k: number; n: number }[]; notes: string[] }
  | { kind: 'values'; groups: ValueGroup[]; missing: number; notes: string[] };

const names = {
  value: /^(?:values?|score|outcome|correct|pass(?:ed)?|result)$/i,
  group: /^(?:group|set|benchmark|dataset|arm|model|subset)$/i,
  cluster: /^cluster(?:[ _-]?id)?$/i,
  k: /^(?:k|successes|events|correct)$/i,
  n: /^(?:n|trials|total)$/i,
};

/**
 * A CSV of counts (columns k and n, perhaps group: one row per group) or of values (column value, perhaps group and cluster:
 * one row per observation; one column without header is values too).
 * @throws AppError invalid_input that names the file, the line and the column.
 */
export function readIntervalFile(file: string, wanted: IntervalColumns): IntervalFile {
  const lines = readCsvLines(file).filter((line) => !isEmptyLine(line));
  const [first] = lines;
  if (first === undefined)
    throw new AppError('invalid_input', `${file} is empty: it needs one row per observation or group.`);
  checkWidths(file, lines, first.cells.length);
  const bare = first.cells.length === 1 && outcomeOf(first.cells[0] ?? '') !== undefined;
  const header = bare ? ['value'] : first.cells;
  const rows = bare ? lines : lines.slice(1);
  const column = (what: keyof typeof names): number | undefined => {
    const given = wanted[what];
    if (given !== undefined) return columnNamed(file, header, given);
    const found = header.findIndex((name) => names[what].test(name));
    return found < 0 ? undefined : found;
  };
  const [k, n, group] = [column('k'), column('n'), column('group')];
  if (k !== undefined && n !== undefined) {
    const counts = rows.map((row) => countsAt(file, row, { k, n, group }));
    return { kind: 'counts', counts, notes: columnNotes(header, { k, n, group }) };
  }
  const value = column('value') ?? (header.length === 1 ? 0 : undefined);
  if (value === undefined)
    throw new AppError(
      'invalid_input',
      `${file}: no column of values and no pair of columns k and n among ${header.join(', ')}. Name them with --value, or with --k and --n.`,
    );
  const columns = { value, group, cluster: column('cluster') };
  return { ...valuesOf(file, rows, columns), notes: columnNotes(header, columns) };
}

/** What each column was taken for, and which were not used: a cluster that was not named makes intervals too narrow. */
function columnNotes(header: readonly string[], used: Record<string, number | undefined>): string[] {
  const roles = Object.entries(used).flatMap(([role, index]) =>
    index === undefined || header[index] === role ? [] : [`column “${header[index]}” is taken for ${role}`],
  );
  const unused = header.filter((_, index) => !Object.values(used).includes(index));
  const names = unused.map((name) => `“${name}”`).join(', ');
  return unused.length === 0
    ? roles
    : [...roles, `not used: ${names}; name clusters with --cluster, groups with --group`];
}

function countsAt(
  file: string,
  row: CsvLine,
  column: { k: number; n: number; group: number | undefined },
): { name: string; k: number; n: number } {
  const [k, n] = [Number(row.cells[column.k]), Number(row.cells[column.n])];
  if (row.cells[column.k] === '' || !Number.isInteger(k) || !Number.isInteger(n) || k < 0 || n < k)
    throw new AppError(
      'invalid_input',
      `${file}, line ${row.number}: k and n must be whole numbers with 0 ≤ k ≤ n; got “${row.cells[column.k]}” and “${row.cells[column.n]}”.`,
    );
  const name = column.group === undefined ? `line ${row.number}` : (row.cells[column.group] ?? '');
  return { name, k, n };
}

type ValueColumns = { value: number; group: number | undefined; cluster: number | undefined };

function valuesOf(
  file: string,
  rows: CsvLine[],
  column: ValueColumns,
): { kind: 'values'; groups: ValueGroup[]; missing: number } {
  const groups = new Map<string, { values: number[]; clusters: string[] }>();
  let missing = 0;
  for (const row of rows) {
    const cell = row.cells[column.value] ?? '';
    const value = outcomeOf(cell);
    if (value === undefined)
      throw new AppError(
        'invalid_input',
        `${file}, line ${row.number}: “${cell}” is no score and no pass mark. Leave missing values empty.`,
      );
    const name = column.group === undefined ? 'all' : (row.cells[column.group] ?? '');
    const cluster = column.cluster === undefined ? '' : (row.cells[column.cluster] ?? '');
    if (column.cluster !== undefined && cluster === '')
      throw new AppError('invalid_input', `${file}, line ${row.number}: no cluster. Give every row its cluster.`);
    const group = groups.get(name) ?? { values: [], clusters: [] };
    groups.set(name, group);
    if (value === null) {
      missing += 1;
      continue;
    }
    group.values.push(value);
    group.clusters.push(cluster);
  }
  const list = [...groups].map(
    ([name, { values, clusters }]): ValueGroup =>
      column.cluster === undefined ? { name, values } : { name, values, clusters },
  );
  return { kind: 'values', groups: list, missing };
}
