import { damage, maxRecordBytes } from './damage.ts';
import { xmlElements } from './xml-elements.ts';

/** One row of a sheet: its own number, and its cells as text from column A on (missing cells are ""). */
export type SheetRow = { number: number; cells: string[] };

const maxColumns = 16_384;
const remedy = 'Open it in a spreadsheet program and save it again as .xlsx.';

type Reading = {
  row: SheetRow | undefined;
  column: number;
  type: string;
  value: string;
  taking: boolean;
  phonetic: boolean;
  size: number;
};

/**
 * The rows of a worksheet part. Text is taken from inline strings, shared strings and values as written (formulas give
 * their stored result); `_x000D_` escapes are undone.
 */
export async function* sheetRows(
  chunks: AsyncIterable<Buffer>,
  sharedStrings: () => Promise<string[]>,
): AsyncGenerator<SheetRow> {
  const reading: Reading = { row: undefined, column: -1, type: '', value: '', taking: false, phonetic: false, size: 0 };
  const ready: SheetRow[] = [];
  const strings = await sharedStrings();
  let lastNumber = 0;
  const handlers = {
    open: (name: string, attributes: (local: string) => string | undefined) => {
      if (name === 'row') {
        reading.row = { number: Number(attributes('r') ?? lastNumber + 1), cells: [] };
        lastNumber = reading.row.number;
        reading.column = -1;
        reading.size = 0;
      } else if (name === 'c') openCell(reading, attributes);
      else if (name === 'rPh') reading.phonetic = true;
      else if (name === 'v' || name === 't') reading.taking = !reading.phonetic;
    },
    text: (text: string) => {
      if (reading.taking) reading.value += text;
    },
    close: (name: string) => {
      if (name === 'v' || name === 't') reading.taking = false;
      else if (name === 'rPh') reading.phonetic = false;
      else if (name === 'c') closeCell(reading, strings);
      else if (name === 'row' && reading.row !== undefined) {
        ready.push(reading.row);
        reading.row = undefined;
      }
    },
  };
  for await (const _ of xmlElements(chunks, handlers)) yield* ready.splice(0);
}

function openCell(reading: Reading, attributes: (local: string) => string | undefined): void {
  const reference = attributes('r');
  reading.column = reference === undefined ? reading.column + 1 : columnOf(reference);
  if (reading.column < 0 || reading.column >= maxColumns)
    throw damage('corrupt', `a cell of the workbook has no good reference (${reference})`, remedy);
  reading.type = attributes('t') ?? 'n';
  reading.value = '';
}

function closeCell(reading: Reading, strings: string[]): void {
  if (reading.row === undefined) return;
  const text = reading.type === 's' ? strings[Number(reading.value)] : reading.value;
  if (text === undefined) throw damage('corrupt', 'a cell names a shared string that is not there', remedy);
  reading.size += text.length;
  if (reading.size > maxRecordBytes) throw damage('too-long', 'one row of the workbook is longer than 8 MiB', remedy);
  while (reading.row.cells.length < reading.column) reading.row.cells.push('');
  reading.row.cells[reading.column] = unescapeCell(text);
}

/** 0-based column of a reference like "AB12"; −1 when it is none. */
function columnOf(reference: string): number {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1];
  if (letters === undefined) return -1;
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** ECMA-376 writes characters that XML cannot hold as _xHHHH_. */
function unescapeCell(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
