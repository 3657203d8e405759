import { posix } from 'node:path';
import { damage } from './damage.ts';
import { type SheetRow, sheetRows } from './sheet-rows.ts';
import { xmlElements } from './xml-elements.ts';
import { openZip, type ZipArchive } from './zip-archive.ts';

export type Workbook = { sheets: { name: string; rows: () => AsyncGenerator<SheetRow> }[]; close: () => void };

type Relationship = { id: string; type: string; target: string };

/** Shared strings are the one part that must be held whole. */
const maxSharedCharacters = 256 * 1024 * 1024;

/**
 * An .xlsx workbook's sheets in their order, transitional or Strict Office Open XML, with inline or shared strings. Rows are
 * read one at a time; the caller closes the workbook.
 */
export async function openWorkbook(path: string): Promise<Workbook> {
  const zip = await openZip(path);
  try {
    const main = await workbookPart(zip);
    const parts = await relationships(zip, main);
    const shared = parts.find((part) => part.type === 'sharedStrings');
    let strings: Promise<string[]> | undefined;
    const sharedStrings = (): Promise<string[]> => {
      strings ??= shared === undefined ? Promise.resolve([]) : readSharedStrings(zip, shared.target);
      return strings;
    };
    const sheets = (await sheetNames(zip, main)).flatMap(({ name, id }) => {
      const part = parts.find((candidate) => candidate.id === id && candidate.type === 'worksheet');
      return part === undefined ? [] : [{ name, rows: () => sheetRows(zip.part(part.target), sharedStrings) }];
    });
    return { sheets, close: zip.close };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function workbookPart(zip: ZipArchive): Promise<string> {
  const root = zip.has('_rels/.rels') ? await relationships(zip, '') : [];
  const target = root.find((part) => part.type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  if (!zip.has(target))
    throw damage(
      'corrupt',
      'the ZIP file is no .xlsx workbook',
      'Unpack it and import the files in it, or give an .xlsx file.',
    );
  return target;
}

/** The relationships of a part; `type` is the last word of the type's URI, which both dialects share. */
async function relationships(zip: ZipArchive, part: string): Promise<Relationship[]> {
  const folder = posix.dirname(part);
  const name = part === '' ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!zip.has(name)) return [];
  const found: Relationship[] = [];
  const open = (element: string, attributes: (local: string) => string | undefined): void => {
    if (element !== 'Relationship') return;
    const target = attributes('Target') ?? '';
    found.push({
      id: attributes('Id') ?? '',
      type: (attributes('Type') ?? '').split('/').at(-1) ?? '',
      target: target.startsWith('/') ? target.slice(1) : posix.join(part === '' ? '' : folder, target),
    });
  };
  for await (const _ of xmlElements(zip.part(name), { open }));
  return found;
}

async function sheetNames(zip: ZipArchive, main: string): Promise<{ name: string; id: string }[]> {
  const found: { name: string; id: string }[] = [];
  const open = (element: string, attributes: (local: string) => string | undefined): void => {
    if (element === 'sheet') found.push({ name: attributes('name') ?? '', id: attributes('id') ?? '' });
  };
  for await (const _ of xmlElements(zip.part(main), { open }));
  return found;
}

async function readSharedStrings(zip: ZipArchive, part: string): Promise<string[]> {
  const strings: string[] = [];
  let current = '';
  let held = 0;
  let inText = false;
  let phonetic = false;
  const handlers = {
    open: (element: string) => {
      if (element === 'si') current = '';
      if (element === 'rPh') phonetic = true;
      inText = element === 't' && !phonetic;
    },
    text: (text: string) => {
      if (inText) current += text;
    },
    close: (element: string) => {
      inText = false;
      if (element === 'rPh') phonetic = false;
      if (element !== 'si') return;
      strings.push(current);
      held += current.length;
    },
  };
  for await (const _ of xmlElements(zip.part(part), handlers))
    if (held > maxSharedCharacters)
      throw damage('too-long', 'the shared strings of the workbook are too large', 'Export the sheet as CSV.');
  return strings;
}
