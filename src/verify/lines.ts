import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';

/** A line of a file without its newline; `number` from 1. */
export type Line = { readonly number: number; readonly bytes: Buffer };

/** No row or opening comes near this; a longer line is no record but an attack on memory. */
const maxLineBytes = 64 * 1024 * 1024;

/** The lines of a file, one at a time. Throws check_failed for a last line without its newline, or one that is too long. */
export function readLines(path: string, name: string): AsyncGenerator<Line> {
  return splitLines(createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>, name);
}

/** The same for bytes from anywhere. A line ends with a newline and nothing else: texts may hold any other separator. */
export async function* splitLines(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const rest = chunk.subarray(start, end);
      yield { number, bytes: parts.length === 0 ? rest : Buffer.concat([...parts, rest]) };
      parts = [];
      held = 0;
      number++;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > maxLineBytes)
      throw new AppError('check_failed', `${name}, line ${number} is longer than ${maxLineBytes} bytes`);
  }
  if (held > 0) throw new AppError('check_failed', `${name} ends within line ${number}: it was cut short`);
}

/** An iterator whose next items can be looked at before it moves on. */
export type Cursor<T> = {
  /** The next items, at most `count`; fewer at the end. */
  peek(count: number): Promise<readonly T[]>;
  next(): Promise<T | undefined>;
  close(): Promise<void>;
};

export function cursor<T>(source: AsyncGenerator<T>): Cursor<T> {
  const ahead: T[] = [];
  let ended = false;
  const fill = async (count: number): Promise<void> => {
    while (!ended && ahead.length < count) {
      const step = await source.next();
      if (step.done === true) ended = true;
      else ahead.push(step.value);
    }
  };
  return {
    peek: async (count) => {
      await fill(count);
      return ahead;
    },
    next: async () => {
      await fill(1);
      return ahead.shift();
    },
    close: async () => {
      await source.return(undefined);
    },
  };
}

/** Files up to this many bytes are read at once. */
const atOnce = 1 << 20;

/** SHA-256 of a file in hex, and its size in bytes. */
export async function digestFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const { size } = await stat(path);
  if (size <= atOnce) {
    const content = await readFile(path);
    return { sha256: sha256Hex(content), bytes: content.length };
  }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
