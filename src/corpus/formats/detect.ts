import { AppError } from '../../core/error.ts';
import { FormatName } from '../schema.ts';
import { utf8Chunks } from './bytes.ts';
import type { Container } from './containers.ts';
import { csvRows } from './csv-rows.ts';
import { type Damage, damagedFile, damageOf, maxRecordBytes } from './damage.ts';
import { isZip, unreadableKind } from './file-kinds.ts';
import { jsonMembers } from './json-members.ts';
import { mmluCells } from './mmlu.ts';
import { type Hints, shapeOfCells, shapeOfHeader, shapeOfMember, shapeOfRecord, shapeOfText } from './shapes.ts';
import { sheetHeaders } from './sheet-records.ts';
import { fileHead, type SourceFile } from './source-file.ts';

/** What a file holds and how. */
export type Detected = { format: FormatName; container: Container };

type Wanted = { format?: FormatName | undefined; kind?: Hints['kind'] };

const headBytes = 256 * 1024;
const sampled = 20;

/**
 * The format of a file by its content; its name and folders count only where the content cannot tell. With a format given,
 * only the container is looked for. A file of no known format is refused with what was seen in it.
 */
export async function detectFormat(file: SourceFile, wanted: Wanted = {}): Promise<Detected> {
  const head = await fileHead(file, headBytes);
  const kind = unreadableKind(head);
  if (kind !== undefined)
    throw new AppError('invalid_input', `${file.named} is ${kind.what}. ${kind.remedy}`, {
      details: { file: file.named },
    });
  if (isZip(head)) return detectSheet(file, wanted);
  const first = await detectText(file, head, wanted);
  if ('format' in first) return first;
  if (head.length < file.bytes) {
    const longer = await fileHead(file, maxRecordBytes + 1);
    const second = await detectText(file, longer, wanted);
    if ('format' in second) return second;
    if (longer.length > maxRecordBytes && !longer.includes(10))
      throw damagedFile(file.named, {
        reason: 'too-long',
        what: 'one line is longer than 8 MiB',
        remedy: 'Check that the file has one record on each line.',
        row: 1,
        line: 1,
      });
  }
  throw unknownFormat(file, first.seen);
}

function unknownFormat(file: SourceFile, seen: string): AppError {
  return new AppError(
    'invalid_input',
    `${file.named} has no known format: ${seen}. Name it with --format (${FormatName.options.join(', ')}), or write the questions in the project's own JSON Lines.`,
    { details: { file: file.named } },
  );
}

async function detectSheet(file: SourceFile, wanted: Wanted): Promise<Detected> {
  const headers = await sheetHeaders(file.path).catch((error: unknown) => {
    const found = damageOf(error);
    throw found === undefined ? error : damagedFile(file.named, found);
  });
  for (const { sheet, header } of headers) {
    const format = wanted.format ?? shapeOfHeader(header);
    if (format !== undefined) return { format, container: { type: 'workbook', sheet } };
  }
  const seen = headers.map(({ sheet, header }) => `sheet "${sheet}" with columns ${header.join(', ')}`);
  throw unknownFormat(file, seen.length === 0 ? 'a workbook without text' : seen.join('; '));
}

type Guess = Detected | { seen: string };

async function detectText(file: SourceFile, head: Buffer, wanted: Wanted): Promise<Guess> {
  const { text, problem } = await headText(head);
  const cut = problem?.reason === 'truncated' && head.length < file.bytes;
  const guess = await guessFormat(file, text, wanted).catch((error: unknown) => {
    throw problem === undefined || cut ? error : damagedFile(file.named, problem);
  });
  if ('seen' in guess && problem !== undefined && !cut) throw damagedFile(file.named, problem);
  return guess;
}

async function guessFormat(file: SourceFile, text: string, wanted: Wanted): Promise<Guess> {
  const start = text.trimStart()[0];
  if (start === undefined)
    throw new AppError('invalid_input', `${file.named} holds only blanks. Check the export that wrote it.`, {
      details: { file: file.named },
    });
  const hints: Hints = { ...file, kind: wanted.kind };
  const json = await detectJson(text, start, hints);
  if (json !== undefined && 'format' in json) return withWanted(json, wanted);
  if (wanted.format !== undefined) return { format: wanted.format, container: containerFor(wanted.format, start) };
  if (json !== undefined) return json;
  return detectTable(text, hints);
}

/** The format that the user named, in the container that was found, as far as that format can lie in it. */
function withWanted(found: Detected, { format }: Wanted): Detected {
  return format === undefined ? found : { format, container: found.container };
}

function containerFor(format: FormatName, start: string): Container {
  if (format === 'mmlu') return { type: 'csv-plain', width: mmluCells };
  if (format === 'medsafetybench-requests') return { type: 'text-lines' };
  if (['cmexam', 'medsafetybench-demonstrations', 'xstest-prompts', 'xstest-completions'].includes(format))
    return { type: 'csv-table' };
  const keyed: FormatName[] = ['pubmedqa', 'pubmedqa-ground-truth', 'safetybench-answers'];
  const document = start === '[' || keyed.includes(format);
  return { type: document ? 'json-document' : 'json-lines' };
}

/** The text of the head up to its last whole character or its first damage, which its reader will meet again. */
async function headText(head: Buffer): Promise<{ text: string; problem?: Damage }> {
  const parts: Buffer[] = [];
  try {
    for await (const part of utf8Chunks(once(head))) parts.push(part);
    return { text: Buffer.concat(parts).toString('utf8') };
  } catch (error) {
    const problem = damageOf(error);
    if (problem === undefined) throw error;
    return { text: Buffer.concat(parts).toString('utf8'), problem };
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** JSON by its first records; undefined when nothing in the head is JSON. */
async function detectJson(text: string, start: string, hints: Hints): Promise<Guess | undefined> {
  const lines = start === '[' ? [] : jsonLines(text);
  for (const value of lines) {
    const format = shapeOfRecord(value, hints);
    if (format !== undefined) return { format, container: { type: 'json-lines' } };
  }
  if (start !== '[' && start !== '{') return undefined;
  const members = await headMembers(text);
  for (const { keyed, value } of members) {
    const format = keyed ? shapeOfMember(value) : shapeOfRecord(value, hints);
    if (format !== undefined) return { format, container: { type: 'json-document' } };
  }
  const [sample] = [...lines, ...members.filter(({ keyed }) => !keyed).map(({ value }) => value)];
  const keys = typeof sample === 'object' && sample !== null ? Object.keys(sample).slice(0, 12).join(', ') : '';
  return { seen: keys === '' ? 'JSON without records that could be read' : `JSON records with keys ${keys}` };
}

function jsonLines(text: string): unknown[] {
  const values: unknown[] = [];
  for (const line of text.split('\n', sampled)) {
    if (!line.trimStart().startsWith('{')) continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      // a line that is no JSON tells nothing about the others: the reader will skip it with its number
    }
  }
  return values;
}

async function headMembers(text: string): Promise<{ keyed: boolean; value: unknown }[]> {
  const found: { keyed: boolean; value: unknown }[] = [];
  try {
    for await (const { keyed, text: member } of jsonMembers(once(Buffer.from(text)), text.length * 4 + 1)) {
      const value: unknown = JSON.parse(keyed ? `{${member}}` : member);
      found.push({ keyed, value: keyed ? Object.values(value as Record<string, unknown>)[0] : value }); // braces make an object
      if (found.length === sampled) break;
    }
  } catch {
    // the head ends inside the document, or the document is damaged, which its reader will say
  }
  return found;
}

async function detectTable(text: string, hints: Hints): Promise<Guess> {
  const rows: string[][] = [];
  try {
    for await (const { cells } of csvRows(once(Buffer.from(text)))) {
      rows.push(cells);
      if (rows.length === sampled) break;
    }
  } catch {
    // the head ends inside a quoted cell
  }
  const [header = []] = rows;
  const named = shapeOfHeader(header);
  if (named !== undefined) return { format: named, container: { type: 'csv-table' } };
  const plain = shapeOfCells(rows);
  if (plain !== undefined) return { format: plain, container: { type: 'csv-plain', width: mmluCells } };
  const lines = shapeOfText(hints);
  if (lines !== undefined) return { format: lines, container: { type: 'text-lines' } };
  const shown = header.slice(0, 8).map((cell) => cell.slice(0, 30));
  return { seen: header.length > 1 ? `a table that begins with the cells ${shown.join(' | ')}` : 'plain text' };
}
