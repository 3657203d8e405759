import { damage, maxRecordBytes } from './damage.ts';

export type TextLine = { line: number; text: string; ended: boolean };

/**
 * The lines of a UTF-8 byte stream, without LF or CRLF. `ended` is false for a last line without line break. A line above
 * `limit` bytes is a damage error raised as soon as the limit is passed; no more than the limit is held.
 */
export async function* textLines(chunks: AsyncIterable<Buffer>, limit = maxRecordBytes): AsyncGenerator<TextLine> {
  let pieces: Buffer[] = [];
  let held = 0;
  let line = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      if (held + piece.length > limit) throw tooLong(line, limit);
      yield { line, text: lineText(pieces, piece), ended: true };
      pieces = [];
      held = 0;
      line += 1;
    }
    if (start < chunk.length) {
      const piece = chunk.subarray(start);
      held += piece.length;
      if (held > limit) throw tooLong(line, limit);
      pieces.push(piece);
    }
  }
  if (held > 0) yield { line, text: lineText(pieces, Buffer.alloc(0)), ended: false };
}

function lineText(pieces: Buffer[], last: Buffer): string {
  const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
  const text = bytes.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function tooLong(line: number, limit: number): Error {
  return damage(
    'too-long',
    `one line is longer than ${limit / 1024 / 1024} MiB`,
    'Check that the file has one record on each line.',
    { line },
  );
}
