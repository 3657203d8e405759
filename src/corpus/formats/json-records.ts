import { damage, maxRecordBytes } from './damage.ts';
import { jsonMembers } from './json-members.ts';
import { textLines } from './line-records.ts';
import { excerpt, type RecordStream } from './records.ts';

const cutRemedy = 'Download or export it again, then import the whole file.';

/** The records of JSON Lines; blank lines are no rows, and a line that is no JSON is skipped. */
export async function* jsonLineRecords(chunks: AsyncIterable<Buffer>): RecordStream {
  let row = 0;
  for await (const { line, text, ended } of textLines(chunks)) {
    if (text.trim() === '') continue;
    row += 1;
    const parsed = parseJson(text);
    if (parsed.ok) yield { row, line, value: parsed.value };
    else if (!ended && isUnfinished(text))
      throw damage('truncated', 'the file ends inside a JSON record', cutRemedy, { row, line });
    else yield { row, line, skipped: 'malformed-json', detail: parsed.detail };
  }
}

/**
 * The elements of one JSON array, or the members of one JSON object as `{ key, value }`, in the order of the file (a
 * parsed object would put integer-like keys first). One element is held at a time.
 */
export async function* jsonDocumentRecords(chunks: AsyncIterable<Buffer>): RecordStream {
  let row = 0;
  for await (const { keyed, line, text } of jsonMembers(chunks, maxRecordBytes)) {
    row += 1;
    const parsed = parseJson(keyed ? `{${text}}` : text);
    if (!parsed.ok) {
      yield { row, line, skipped: 'malformed-json', detail: parsed.detail };
      continue;
    }
    if (!keyed) yield { row, line, value: parsed.value };
    else {
      // the text was parsed inside braces, so it is an object
      const [entry] = Object.entries(parsed.value as Record<string, unknown>);
      yield entry === undefined
        ? { row, line, skipped: 'malformed-json', detail: 'an empty member' }
        : { row, line, value: { key: entry[0], value: entry[1] } };
    }
  }
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; detail: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, detail: `not JSON: ${excerpt(text)}` };
  }
}

/** True for text that begins like JSON and ends inside a string or with brackets open: cut off, not malformed. */
function isUnfinished(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
  }
  return inString || depth > 0;
}
