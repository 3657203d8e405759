import { isUtf8 } from 'node:buffer';
import { damage } from './damage.ts';

const notUtf8 =
  'Save it as UTF-8; a file from a Chinese Excel is often GB18030 (iconv -f GB18030 -t UTF-8 OLD > NEW). Then import it again.';
const isBinary = 'Give a text file (JSON, JSON Lines, CSV, TXT) or an .xlsx workbook.';

/**
 * The same bytes, cut at character boundaries, without a byte order mark. Ends with a damage error at the first byte that
 * is not UTF-8 or is NUL, after handing on all bytes before it; holds one chunk at a time.
 */
export async function* utf8Chunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? asBuffer(chunk) : Buffer.concat([rest, chunk]);
    const end = bytes.length - unfinishedTail(bytes);
    const { good, problem } = check(bytes.subarray(0, end), offset);
    if (good.length > 0) yield withoutMark(good, offset);
    if (problem !== undefined) throw problem;
    rest = Buffer.from(bytes.subarray(end));
    offset += end;
  }
  if (rest.length > 0) throw damage('truncated', 'the file ends inside a character', notUtf8, { byte: offset });
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function withoutMark(bytes: Buffer, offset: number): Buffer {
  const marked = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}

/** How many bytes at the end begin a character that the next chunk may finish (0–3). */
function unfinishedTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      if (byte < 0xc2 || byte > 0xf4) return 0;
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? back : 0;
    }
  }
  return 0;
}

function check(bytes: Buffer, offset: number): { good: Buffer; problem?: ReturnType<typeof damage> } {
  const zero = bytes.indexOf(0);
  const text = zero < 0 ? bytes : bytes.subarray(0, zero);
  if (!isUtf8(text)) {
    const at = firstInvalid(text);
    const problem = damage('invalid-utf8', 'the text is not valid UTF-8', notUtf8, { byte: offset + at });
    return { good: text.subarray(0, at), problem };
  }
  if (zero < 0) return { good: text };
  return {
    good: text,
    problem: damage('binary', 'the file has a NUL byte: it is not text', isBinary, { byte: offset + zero }),
  };
}

/** Offset of the first byte that does not continue valid UTF-8, by halving; the bytes are known to be invalid. */
function firstInvalid(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    const cut = bytes.subarray(good, middle);
    const tail = unfinishedTail(cut);
    if (isUtf8(cut.subarray(0, cut.length - tail))) {
      if (tail > 0 && cut.length === tail) return slowFirstInvalid(bytes, good);
      good = middle - tail;
    } else bad = middle;
  }
  return good;
}

function slowFirstInvalid(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const size = [1, 2, 3, 4].find((width) => isUtf8(bytes.subarray(at, at + width)) && at + width <= bytes.length);
    if (size === undefined) return at;
    at += size;
  }
  return at;
}
