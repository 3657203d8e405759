import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson, type JsonValue, parseStrictJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { fromBase64, toBase64 } from '../bytes.ts';
import type { Head } from '../checkpoints/checkpoint.ts';
import { replaceFile, syncDirectory } from '../durable-file.ts';
import { isMissing } from '../tiles/source.ts';

/**
 * The last head the log has committed itself to, kept before it is signed: canonical JSON
 * {"origin","root":<base64>,"size","v":"cts-head/1"} and a newline.
 */
const version = 'cts-head/1';

/** Where a log directory keeps it. */
export function headPath(directory: string): string {
  return join(directory, 'head.json');
}

/** The file's content for a head. */
export function headText(origin: string, { size, root }: Head): string {
  return `${canonicalJson({ v: version, origin, size, root: toBase64(root) })}\n`;
}

/** The kept head; undefined if there is no file. Throws check_failed for a damaged file or one of another log. */
export async function readHead(path: string, origin: string): Promise<Head | undefined> {
  const text = await readHeadText(path);
  if (text === undefined) return undefined;
  let record: JsonValue;
  try {
    record = parseStrictJson(text);
  } catch (error) {
    throw damaged(path, messageOf(error));
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw damaged(path, 'it is not an object');
  const root = typeof record.root === 'string' ? fromBase64(record.root) : undefined;
  const { size } = record;
  if (
    record.v !== version ||
    root?.length !== 32 ||
    typeof size !== 'number' ||
    !Number.isSafeInteger(size) ||
    size < 0
  ) {
    throw damaged(path, `it is not ${version}`);
  }
  if (record.origin !== origin)
    throw damaged(path, `it is the head of the log ${JSON.stringify(record.origin)}, not of ${origin}`);
  return { size, root };
}

/** Keeps a new head durably in place of `current`. Throws conflict if another process has changed the file since. */
export async function advanceHead(path: string, origin: string, current: Head | undefined, next: Head): Promise<void> {
  const kept = await readHeadText(path);
  if (kept !== (current === undefined ? undefined : headText(origin, current))) {
    throw new AppError(
      'conflict',
      `The head of the log in ${path} was changed by another process: only one may append. Open the log again.`,
    );
  }
  await replaceFile(path, headText(origin, next));
  await syncDirectory(dirname(path));
}

async function readHeadText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function damaged(path: string, why: string): AppError {
  return new AppError(
    'check_failed',
    `The kept log head ${path} cannot be used: ${why}. Nothing was signed; restore the log.`,
  );
}
