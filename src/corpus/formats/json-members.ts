import { damage } from './damage.ts';

export type JsonMember = { keyed: boolean; line: number; text: string };

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const lineFeed = 0x0a;
const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const blank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === lineFeed || byte === 0x0d;

type Scan = {
  depth: number;
  inString: boolean;
  escaped: boolean;
  keyed: boolean;
  closed: boolean;
  members: number;
  line: number;
  memberLine: number;
  pieces: Buffer[];
  held: number;
};

/**
 * The texts between the commas of the outermost array or object of a JSON document, in file order: elements, or
 * `"key": value` pairs when `keyed`. Finds only their ends; whether a member is good JSON is for the caller to see. Holds one
 * member, of at most `limit` bytes; a document cut short or followed by more text ends with a damage error.
 */
export async function* jsonMembers(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<JsonMember> {
  const scan: Scan = {
    depth: 0,
    inString: false,
    escaped: false,
    keyed: false,
    closed: false,
    members: 0,
    line: 1,
    memberLine: 1,
    pieces: [],
    held: 0,
  };
  for await (const chunk of chunks) {
    yield* scanChunk(scan, chunk, limit);
  }
  if (!scan.closed)
    throw damage(
      'truncated',
      'the file ends before its JSON does',
      'Download or export it again, then import the whole file.',
      { row: scan.members + 1, line: scan.memberLine },
    );
}

function* scanChunk(scan: Scan, chunk: Buffer, limit: number): Generator<JsonMember> {
  let start = 0;
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at] ?? 0;
    if (byte === lineFeed) scan.line += 1;
    if (scan.inString) {
      if (scan.escaped) scan.escaped = false;
      else if (byte === backslash) scan.escaped = true;
      else if (byte === quote) scan.inString = false;
    } else if (scan.depth === 0) {
      outside(scan, byte);
      start = at + 1;
    } else if (byte === quote) scan.inString = true;
    else if (opens(byte)) scan.depth += 1;
    else if (closes(byte)) {
      scan.depth -= 1;
      if (scan.depth === 0) yield* endOfDocument(scan, chunk.subarray(start, at));
      if (scan.depth === 0) start = at + 1;
    } else if (byte === comma && scan.depth === 1) {
      yield member(scan, chunk.subarray(start, at));
      start = at + 1;
    }
  }
  if (scan.depth > 0) hold(scan, chunk.subarray(start), limit);
}

/** Before the document only blanks may stand, then its opening bracket; after it only blanks. */
function outside(scan: Scan, byte: number): void {
  if (blank(byte)) return;
  if (scan.closed || !opens(byte))
    throw damage(
      'corrupt',
      'there is text outside the JSON document',
      'Keep one array or object, or one record a line.',
      {
        row: scan.members + 1,
        line: scan.line,
      },
    );
  scan.keyed = byte === 0x7b;
  scan.depth = 1;
  scan.memberLine = scan.line;
}

function* endOfDocument(scan: Scan, last: Buffer): Generator<JsonMember> {
  scan.closed = true;
  const empty = scan.members === 0 && Buffer.concat([...scan.pieces, last]).every(blank);
  if (!empty) yield member(scan, last);
}

function member(scan: Scan, last: Buffer): JsonMember {
  const bytes = scan.pieces.length === 0 ? last : Buffer.concat([...scan.pieces, last]);
  const text = bytes.toString('utf8');
  const leading = text.length - text.trimStart().length;
  const line = scan.memberLine + (text.slice(0, leading).split('\n').length - 1);
  scan.pieces = [];
  scan.held = 0;
  scan.members += 1;
  scan.memberLine = scan.line;
  return { keyed: scan.keyed, line, text };
}

function hold(scan: Scan, piece: Buffer, limit: number): void {
  scan.held += piece.length;
  if (scan.held > limit)
    throw damage(
      'too-long',
      `one record is longer than ${limit / 1024 / 1024} MiB`,
      'Check that the file is a list of questions.',
      { row: scan.members + 1, line: scan.memberLine },
    );
  if (piece.length > 0) scan.pieces.push(piece);
}
