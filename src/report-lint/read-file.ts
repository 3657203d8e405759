import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError, messageOf } from '../core/error.ts';
import { Declaration, DeclarationList } from './declaration.ts';
import { readMarkdown } from './read-markdown.ts';
import type { TextTable } from './table.ts';

/** The tables of a file, and the declarations that stand in it. */
export type ReportFile = { tables: TextTable[]; declarations?: Declaration[] };

const JsonCell = z.union([z.string(), z.number(), z.null()]).transform((cell) => (cell === null ? '' : String(cell)));
const JsonTable = z.strictObject({
  columns: z.array(z.string()),
  rows: z.array(z.array(JsonCell)),
  declaration: z.unknown().optional(),
});
const JsonRows = z.array(z.record(z.string(), JsonCell)).min(1);

/**
 * Reads a table file by the ending of its name: .csv, .md, .json.
 * @throws AppError invalid_input that names the file.
 */
export function readReport(name: string, text: string): ReportFile {
  if (/\.csv$/i.test(name)) return { tables: [readCsv(name, text)] };
  if (/\.(?:md|markdown)$/i.test(name)) {
    const { frontMatter, tables } = readMarkdown(name, text);
    if (tables.length === 0)
      throw new AppError('invalid_input', `${name} holds no table with a line of dashes under its head.`);
    return frontMatter === undefined || !/^columns:|^tables:/m.test(frontMatter)
      ? { tables }
      : { tables, declarations: readDeclarations(`${name}, front matter`, frontMatter) };
  }
  if (/\.json$/i.test(name)) return readJson(name, text);
  throw new AppError('invalid_input', `${name}: only .csv, .md and .json files are read; name the file by its format.`);
}

/** Reads declarations from YAML or JSON text. @throws AppError invalid_input that names the place. */
export function readDeclarations(at: string, text: string): Declaration[] {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw new AppError('invalid_input', `${at} is no YAML: ${messageOf(error)}.`, { cause: error });
  }
  return declarationsOf(at, value);
}

function declarationsOf(at: string, value: unknown): Declaration[] {
  // Decided by form, so that the message speaks of the one that was meant.
  const listed = typeof value === 'object' && value !== null && 'tables' in value;
  const parsed = listed
    ? DeclarationList.transform(({ tables }) => tables).safeParse(value)
    : Declaration.transform((one) => [one]).safeParse(value);
  if (parsed.success) return parsed.data;
  const form = listed ? 'a list of declarations under `tables`' : 'a declaration with `label` and `columns`';
  throw new AppError('invalid_input', `${at} is not ${form}: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}

function readCsv(name: string, text: string): TextTable {
  try {
    const records = z
      .array(z.array(z.string()))
      .parse(parseCsv(text, { bom: true, trim: true, relax_column_count: true, skip_empty_lines: true }));
    const [columns, ...rows] = records;
    if (columns === undefined || rows.length === 0)
      throw new AppError('invalid_input', `${name} has no row below its head.`);
    return { at: name, columns, rows };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_input', `${name} cannot be read as CSV: ${messageOf(error)}.`, { cause: error });
  }
}

function readJson(name: string, text: string): ReportFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_input', `${name} is no JSON: ${messageOf(error)}.`, { cause: error });
  }
  const rows = JsonRows.safeParse(value);
  if (rows.success) {
    const columns = [...new Set(rows.data.flatMap((row) => Object.keys(row)))];
    return {
      tables: [{ at: name, columns, rows: rows.data.map((row) => columns.map((column) => row[column] ?? '')) }],
    };
  }
  const several = z.strictObject({ tables: z.array(JsonTable).min(1) }).safeParse(value);
  const parsed = several.success ? several : JsonTable.safeParse(value);
  if (!parsed.success)
    throw new AppError(
      'invalid_input',
      `${name} is neither a list of rows, nor {columns, rows, declaration}, nor {tables: [...]}: ${z.prettifyError(parsed.error)}`,
      { cause: parsed.error },
    );
  const list = 'tables' in parsed.data ? parsed.data.tables : [parsed.data];
  const tables = list.map((table, i) => ({ at: `${name}, table ${i + 1}`, columns: table.columns, rows: table.rows }));
  const declarations = list.flatMap((table, i) =>
    table.declaration === undefined ? [] : declarationsOf(`${name}, declaration of table ${i + 1}`, table.declaration),
  );
  return declarations.length === 0 ? { tables } : { tables, declarations };
}
