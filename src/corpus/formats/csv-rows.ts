import { type CsvError, type Parser, parse } from 'csv-parse';
import { damage, damageOf, maxRecordBytes } from './damage.ts';

/**
 * `end` is how a row ends: by a line break, or at the end of the file with a closing quote or with nothing. Only in the last
 * case can the file have been cut inside the row.
 */
export type CsvRow = { line: number; cells: string[]; end: 'break' | 'quote' | 'nothing' };

const lineFeed = 10;
const quote = 34;

type Parsed = { cells: string[]; end: number };

/**
 * The rows of comma-separated text, a header included, in order, with the line on which each begins. A quote opens a cell
 * only at its start, so a quote inside an unquoted cell is a character; CRLF and LF may be mixed, also inside quoted cells;
 * blank lines are no rows. A cell that is never closed and a row above `limit` bytes end with a damage error.
 */
export async function* csvRows(chunks: AsyncIterable<Buffer>, limit = maxRecordBytes): AsyncGenerator<CsvRow> {
  const parsed: Parsed[] = [];
  const parser = openParser(parsed);
  const lines = lineCounter();
  let done = 0;
  let fed = 0;
  let lastByte: number | undefined;
  const take = (atEnd: boolean): CsvRow[] =>
    parsed.splice(0).map(({ cells, end }, at, all) => {
      const closed = !atEnd || at < all.length - 1 || lastByte === lineFeed;
      const row: CsvRow = {
        line: lines.at(done),
        cells,
        end: closed ? 'break' : lastByte === quote ? 'quote' : 'nothing',
      };
      done = end;
      return row;
    });
  try {
    for await (const chunk of chunks) {
      await write(parser, chunk);
      lines.add(chunk, fed);
      fed += chunk.length;
      lastByte = chunk.at(-1);
      yield* take(false);
      if (fed - done > limit) throw rowTooLong(lines.at(done), limit);
    }
    await finish(parser);
    yield* take(true);
  } catch (error) {
    yield* take(false);
    throw damageOf(error) === undefined ? unparsable(error, lines.at(done)) : error;
  } finally {
    parser.destroy();
  }
}

function openParser(parsed: Parsed[]): Parser {
  const parser = parse({
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    // rows are taken here and not from the stream, so that those before a damage are not lost with it
    on_record: (cells: string[], { bytes_records }) => {
      parsed.push({ cells, end: bytes_records });
      return null;
    },
  });
  parser.on('error', () => undefined); // also given to the callbacks below, which do the reporting
  return parser;
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function finish(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once('error', reject);
    parser.once('end', resolve);
    parser.resume();
    parser.end();
  });
}

/** Line numbers for byte offsets asked in rising order; blank lines after an offset are passed over. */
function lineCounter(): { add: (chunk: Buffer, offset: number) => void; at: (offset: number) => number } {
  let pending: { offset: number; chunk: Buffer }[] = [];
  let line = 1;
  let counted = 0;
  const byteAt = (offset: number): number | undefined => {
    const found = pending.find((part) => offset < part.offset + part.chunk.length);
    return found?.chunk[offset - found.offset];
  };
  return {
    add: (chunk, offset) => {
      pending.push({ offset, chunk });
    },
    at: (offset) => {
      for (const part of pending) {
        const from = Math.max(0, counted - part.offset);
        const to = Math.min(part.chunk.length, offset - part.offset);
        for (let at = part.chunk.indexOf(10, from); at >= 0 && at < to; at = part.chunk.indexOf(10, at + 1)) line += 1;
        counted = Math.max(counted, part.offset + to);
      }
      pending = pending.filter((part) => part.offset + part.chunk.length > offset);
      for (let byte = byteAt(counted); byte === 10 || byte === 13; byte = byteAt(counted)) {
        if (byte === 10) line += 1;
        counted += 1;
      }
      return line;
    },
  };
}

function rowTooLong(line: number, limit: number): Error {
  return damage(
    'too-long',
    `one row is longer than ${limit / 1024 / 1024} MiB`,
    'Check that the file is comma-separated and that quotes are closed.',
    { line },
  );
}

function unparsable(error: unknown, line: number): unknown {
  const code = (error as CsvError | undefined)?.code; // every error of the parser is a CsvError
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return damage(
      'truncated',
      'the file ends inside a quoted cell',
      'Download or export it again; if it is whole, close the quote that opens on that row.',
      { line },
    );
  return error;
}
