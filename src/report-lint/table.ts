import { AppError } from '../core/error.ts';
import { columnsOf, type Declaration } from './declaration.ts';
import { type Printed, readPrinted } from './printed.ts';

/** A table as text, with where it begins in its file. */
export type TextTable = { at: string; columns: string[]; rows: string[][] };

export type Row = { name: string; cells: ReadonlyMap<string, Printed> };

/** A table whose declared columns were read as numbers; `missing` counts empty cells. */
export type Table = { at: string; declaration: Declaration; rows: Row[]; missing: number; unchecked: string[] };

/**
 * Reads the declared columns of a table.
 * @throws AppError invalid_input for a cell that is no number, with the row and the column.
 */
export function readTable(text: TextTable, declaration: Declaration): Table {
  const label = text.columns.indexOf(declaration.label);
  const wanted = columnsOf(declaration).filter((name) => name !== declaration.label);
  let missing = 0;
  const rows = text.rows.map((cells): Row => {
    const name = plainName(cells[label] ?? '');
    const read = new Map<string, Printed>();
    for (const column of wanted) {
      const cell = cells[text.columns.indexOf(column)] ?? '';
      const printed = readPrinted(cell, declaration.columns[column]?.decimals);
      if (printed === 'unreadable')
        throw new AppError(
          'invalid_input',
          `${text.at}, row “${name}”, column “${column}”: “${cell}” is no number. Leave missing values empty, or leave the column out of the declaration.`,
        );
      if (printed === 'missing') missing += 1;
      else read.set(column, printed);
    }
    return { name, cells: read };
  });
  const unchecked = text.columns.filter((column) => column !== declaration.label && !wanted.includes(column));
  return { at: text.at, declaration, rows, missing, unchecked };
}

/** A name without emphasis. */
export function plainName(cell: string): string {
  return cell.replace(/\*\*|__|`/g, '').trim();
}

/**
 * Each declaration with the first table left that has all its columns; tables without a declaration are given back as such.
 * @throws AppError invalid_input that names the columns which no table has.
 */
export function matchTables(
  tables: readonly TextTable[],
  declarations: readonly Declaration[],
): { matched: Table[]; undeclared: TextTable[] } {
  const left = [...tables];
  const matched = declarations.map((declaration, position) => {
    const wanted = columnsOf(declaration);
    const index = left.findIndex((table) => wanted.every((column) => table.columns.includes(column)));
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (found !== undefined) return readTable(found, declaration);
    const nearest = left.map((table) => wanted.filter((column) => !table.columns.includes(column)));
    const lacking = nearest.sort((a, b) => a.length - b.length)[0] ?? wanted;
    throw new AppError(
      'invalid_input',
      `Declaration ${declaration.title ?? position + 1}: no table has the columns ${lacking.map((column) => `“${column}”`).join(', ')}. Write them as in the table's head.`,
    );
  });
  return { matched, undeclared: left };
}
