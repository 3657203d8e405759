import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { messageOf } from '../../core/error.ts';
import { damage, damageOf } from './damage.ts';

/** Read access to the parts of a ZIP file by name. */
export type ZipArchive = {
  has: (name: string) => boolean;
  /** The part's uncompressed bytes; at most the size that the archive declares, which is checked against the limits. */
  part: (name: string) => AsyncGenerator<Buffer>;
  close: () => void;
};

const maxEntries = 10_000;
const maxPartBytes = 1024 * 1024 * 1024;
/** Deflate reaches about 1,000:1 on constant bytes; sheets of text stay under 50:1. */
const maxRatio = 200;
const ratioMatters = 16 * 1024 * 1024;
const remedy = 'Open it in a spreadsheet program, save it again as .xlsx (without password) and import that file.';

/** Opens a ZIP file; sizes are taken from its directory and enforced while a part is read, so a bomb is refused. */
export async function openZip(path: string): Promise<ZipArchive> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw broken(error);
  });
  try {
    const entries = await listEntries(zip);
    return {
      has: (name) => entries.has(name),
      part: (name) => readPart(zip, entries.get(name), name),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw damageOf(error) === undefined ? broken(error) : error;
  }
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxEntries) throw damage('corrupt', `the workbook has more than ${maxEntries} parts`, remedy);
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return entries;
}

async function* readPart(zip: ZipFile, entry: Entry | undefined, name: string): AsyncGenerator<Buffer> {
  if (entry === undefined) throw damage('corrupt', `the workbook has no part ${name}`, remedy);
  const { uncompressedSize: size, compressedSize } = entry;
  if (size > maxPartBytes || (size > ratioMatters && size > compressedSize * maxRatio))
    throw damage('too-long', `part ${name} of the workbook would unpack to ${size} bytes`, 'Export the sheet as CSV.');
  const stream: Readable = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
    throw broken(error);
  });
  try {
    // the stream has no encoding, so it yields buffers
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw broken(error);
  } finally {
    stream.destroy();
  }
}

function broken(error: unknown): Error {
  return damage('truncated', `the workbook is cut short or damaged (${messageOf(error)})`, remedy);
}
