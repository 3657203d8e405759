import { z } from 'zod';
import { AppError } from '../../core/error.ts';
import { RatingRow, ResponseRow } from '../../study/schema.ts';
import { checkWidths, isEmptyLine, readCsvLines } from '../csv-lines.ts';
import { readJsonLines } from '../json-lines.ts';

export type StudyFile = { kind: 'responses'; rows: ResponseRow[] } | { kind: 'ratings'; rows: RatingRow[] };

type Line = { line: number; cells: Record<string, unknown> };

/** Columns of a file of ratings that are no axis. */
const ratingColumns = new Set(['rater', 'arm', 'vignette', 'person', 'seconds', 'recognised', 'note']);

/**
 * Responses (arm, vignette, person, text, author) or ratings (rater, arm, vignette, person, a column per axis, seconds, recognised,
 * note) from a CSV with a header or from JSON Lines. A column `text` tells responses, `rater` ratings.
 * @throws AppError invalid_input that names file, line and column.
 */
export async function readStudyFile(file: string): Promise<StudyFile> {
  const lines = /\.(jsonl|ndjson)$/i.test(file) ? await jsonLines(file) : csvLines(file);
  const [first] = lines;
  if (first === undefined)
    throw new AppError('invalid_input', `${file} is empty: it needs one row per response or rating.`);
  const [text, rater] = [first.cells.text !== undefined, first.cells.rater !== undefined];
  if (text === rater)
    throw new AppError(
      'invalid_input',
      `${file}, line ${first.line}: ${text ? 'it has columns "text" and "rater"' : 'it has neither a column "text" nor "rater"'}. Responses have arm, vignette and text; ratings have rater, arm, vignette and a column per axis.`,
    );
  if (text) return { kind: 'responses', rows: lines.map((one) => parsed(file, ResponseRow, one, one.cells)) };
  return { kind: 'ratings', rows: lines.map((one) => parsed(file, RatingRow, one, ratingOf(one.cells))) };
}

function csvLines(file: string): Line[] {
  const lines = readCsvLines(file).filter((line) => !isEmptyLine(line));
  const [header, ...rows] = lines;
  if (header === undefined) return [];
  checkWidths(file, lines, header.cells.length);
  const twice = header.cells.find((name, index) => header.cells.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AppError('invalid_input', `${file}, line ${header.number}: two columns are called "${twice}".`);
  return rows.map(({ number, cells }) => ({
    line: number,
    // an empty cell is an absent value
    cells: Object.fromEntries(
      header.cells.flatMap((name, index) => (cells[index] === '' ? [] : [[name, cellValue(name, cells[index] ?? '')]])),
    ),
  }));
}

/** A text column stays text, whatever it looks like; the others hold numbers and yes or no. */
function cellValue(name: string, cell: string): string | number | boolean {
  if (['text', 'note', 'arm', 'vignette', 'rater', 'author'].includes(name)) return cell;
  if (/^(yes|true)$/i.test(cell)) return true;
  if (/^(no|false)$/i.test(cell)) return false;
  const number = Number(cell);
  return Number.isFinite(number) ? number : cell;
}

const Cells = z.record(z.string(), z.unknown());

async function jsonLines(file: string): Promise<Line[]> {
  return (await readJsonLines(file)).map(({ line, value }) => {
    const cells = Cells.safeParse(value);
    if (!cells.success) throw new AppError('invalid_input', `${file}, line ${line}: it is no JSON object.`);
    return { line, cells: cells.data };
  });
}

/** Axes are columns of their own in a CSV; JSON Lines may have them so, or under `scores`. */
function ratingOf(cells: Line['cells']): Line['cells'] {
  if (cells.scores !== undefined) return cells;
  const entries = Object.entries(cells);
  return {
    ...Object.fromEntries(entries.filter(([name]) => ratingColumns.has(name))),
    scores: Object.fromEntries(entries.filter(([name]) => !ratingColumns.has(name))),
  };
}

function parsed<T extends z.ZodType>(file: string, schema: T, { line }: Line, cells: Line['cells']): z.output<T> {
  const result = schema.safeParse({ ...cells, line });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const column = issue.path.filter((part) => part !== 'scores').join('.');
    return `${column === '' ? '' : `column ${column}: `}${issue.message}`;
  });
  throw new AppError('invalid_input', `${file}, line ${line}, ${problems.join('; ')}. Nothing was imported.`);
}
