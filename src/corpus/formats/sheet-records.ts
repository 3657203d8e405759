import type { RecordStream } from './records.ts';
import { openWorkbook } from './workbook.ts';

/** Rows of a workbook's sheet below its header, as objects keyed by column name; rows without any text are no rows. */
export async function* sheetTableRecords(path: string, sheet: string): RecordStream {
  const workbook = await openWorkbook(path);
  try {
    const found = workbook.sheets.find((candidate) => candidate.name === sheet);
    let header: string[] | undefined;
    let row = 0;
    for await (const { number, cells } of found?.rows() ?? []) {
      if (cells.every((cell) => cell.trim() === '')) continue;
      if (header === undefined) {
        header = cells.map((cell) => cell.trim());
        continue;
      }
      row += 1;
      yield { row, line: number, value: Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])) };
    }
  } finally {
    workbook.close();
  }
}

/** The header (first row with text) of each sheet, in order, for telling what a workbook holds. */
export async function sheetHeaders(path: string): Promise<{ sheet: string; header: string[] }[]> {
  const workbook = await openWorkbook(path);
  try {
    const found: { sheet: string; header: string[] }[] = [];
    for (const { name, rows } of workbook.sheets) {
      for await (const { cells } of rows()) {
        if (cells.every((cell) => cell.trim() === '')) continue;
        found.push({ sheet: name, header: cells.map((cell) => cell.trim()) });
        break;
      }
    }
    return found;
  } finally {
    workbook.close();
  }
}
