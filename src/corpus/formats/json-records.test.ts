import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Damage, damageOf } from './damage.ts';
import { jsonDocumentRecords, jsonLineRecords } from './json-records.ts';
import type { RawRecord, RecordStream, UnreadRow } from './records.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

type Read = { rows: (RawRecord | UnreadRow)[]; found?: Damage | undefined };

async function all(stream: RecordStream): Promise<Read> {
  const rows: Read['rows'] = [];
  try {
    for await (const row of stream) rows.push(row);
    return { rows };
  } catch (error) {
    return { rows, found: damageOf(error) };
  }
}

const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 });
const cut = fc.integer({ min: 1, max: 20 });
const indent = fc.constantFrom(0, 1, 4);

test('every element of an array is read, whatever it holds, however it is laid out or cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(values, indent, cut, async (elements, spaces, size) => {
      const { rows, found } = await all(jsonDocumentRecords(pieces(JSON.stringify(elements, null, spaces), size)));
      expect(found).toBeUndefined();
      expect(JSON.stringify(rows.map((row) => ('value' in row ? row.value : row)))).toBe(JSON.stringify(elements));
    }),
  );
});

test('the members of an object come in the order of the file, integer-like keys too', async () => {
  const text = '{\n "23831910": {"a": 1},\n "1571683": {"a": 2},\n "x": [3, {"}": "]"}],\n "__proto__": 4\n}';
  const { rows } = await all(jsonDocumentRecords(pieces(text, 7)));
  expect(rows).toEqual([
    { row: 1, line: 2, value: { key: '23831910', value: { a: 1 } } },
    { row: 2, line: 3, value: { key: '1571683', value: { a: 2 } } },
    { row: 3, line: 4, value: { key: 'x', value: [3, { '}': ']' }] } },
    { row: 4, line: 5, value: { key: '__proto__', value: 4 } },
  ]);
});

test('a malformed element is skipped with its row and line, and the next one is read', async () => {
  const { rows } = await all(jsonDocumentRecords(pieces('[\n{"a": 1},\n{"a": nan},\n{"a": 3}\n]\n', 5)));
  expect(rows).toMatchObject([{ row: 1 }, { row: 2, line: 3, skipped: 'malformed-json' }, { row: 3, value: { a: 3 } }]);
});

test('a document that is cut anywhere is reported as cut, never as shorter', async () => {
  const text = '[{"a": "x]"}, {"b": [1, 2]}, {"c": null}]';
  for (let end = 1; end < text.length; end++) {
    const { found } = await all(jsonDocumentRecords(pieces(text.slice(0, end), 4)));
    expect(found?.reason).toBe('truncated');
  }
});

test('text after the document is damage, and an empty array has no rows', async () => {
  expect((await all(jsonDocumentRecords(pieces('[1] [2]', 3)))).found?.reason).toBe('corrupt');
  expect(await all(jsonDocumentRecords(pieces(' [ \n ] \n', 3)))).toEqual({ rows: [] });
});

test('JSON Lines: blank lines are no rows, a bad line is skipped with its number, CRLF and a missing last break are fine', async () => {
  const { rows, found } = await all(jsonLineRecords(pieces('{"a":1}\r\n\r\n{"a":\n[2]\n{"a":3}', 4)));
  expect(found).toBeUndefined();
  expect(rows).toMatchObject([
    { row: 1, line: 1, value: { a: 1 } },
    { row: 2, line: 3, skipped: 'malformed-json' },
    { row: 3, line: 4, value: [2] },
    { row: 4, line: 5, value: { a: 3 } },
  ]);
});

test('JSON Lines cut inside their last record give the rows before and then say so', async () => {
  const text = '{"a": "x"}\n{"a": "肝}", "b": [1, 2]}';
  const first = text.indexOf('\n') + 1;
  for (let end = first + 1; end < text.length; end++) {
    const { rows, found } = await all(jsonLineRecords(pieces(text.slice(0, end), 5)));
    expect(rows).toHaveLength(1);
    expect(found).toMatchObject({ reason: 'truncated', row: 2, line: 2 });
  }
});

test('an endless line or element ends the reading after 8 MiB, not after all of it', async () => {
  for (const [start, stream] of [
    ['{"a":"', jsonLineRecords],
    ['[{"a":"', jsonDocumentRecords],
  ] as const) {
    let given = 0;
    const endless = async function* () {
      yield Buffer.from(`${start}`);
      for (const piece = Buffer.alloc(65_536, 'x'); given < 2 ** 31; given += piece.length) yield piece;
    };
    const { rows, found } = await all(stream(endless()));
    expect({ rows, reason: found?.reason }).toEqual({ rows: [], reason: 'too-long' });
    expect(given).toBeLessThan(9 * 1024 * 1024);
  }
});
