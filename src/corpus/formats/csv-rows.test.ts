import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvPlainRecords, csvTableRecords } from './csv-records.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { type Damage, damageOf } from './damage.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function all<T>(stream: AsyncGenerator<T>): Promise<{ rows: T[]; found?: Damage | undefined }> {
  const rows: T[] = [];
  try {
    for await (const row of stream) rows.push(row);
    return { rows };
  } catch (error) {
    return { rows, found: damageOf(error) };
  }
}

const cells = async (text: string, size = 6): Promise<string[][]> =>
  (await all(csvRows(pieces(text, size)))).rows.map((row: CsvRow) => row.cells);

test('any table that is written with quotes reads back the same, with LF or CRLF, however it is cut into chunks', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', '肝', ' ', 'é', "'") });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  const lineEnd = fc.constantFrom('\n', '\r\n');
  await fc.assert(
    fc.asyncProperty(table, lineEnd, fc.integer({ min: 1, max: 16 }), fc.boolean(), async (rows, end, size, closed) => {
      const text = rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join(end);
      expect(await cells(closed ? text + end : text, size)).toEqual(rows);
    }),
  );
});

test('a quote inside an unquoted cell is a character', async () => {
  expect(await cells('Why "Truth?",a,b\nWho wrote Truth?",c,"d, e"\n')).toEqual([
    ['Why "Truth?"', 'a', 'b'],
    ['Who wrote Truth?"', 'c', 'd, e'],
  ]);
});

test('CRLF and LF may be mixed in one file, and blank lines are no rows', async () => {
  expect(await cells('a,b\r\n1,"x\ny"\n\n2,"p\r\nq"\r\n')).toEqual([
    ['a', 'b'],
    ['1', 'x\ny'],
    ['2', 'p\r\nq'],
  ]);
});

test('each row has the line on which it begins', async () => {
  const text = 'h,i\n1,"x\r\ny"\r\n\r\n\n2,"p\nq\nr"\n3,z';
  for (let size = 1; size <= text.length; size++)
    expect((await all(csvRows(pieces(text, size)))).rows.map((row) => row.line)).toEqual([1, 2, 6, 9]);
});

test('a file cut inside a quoted cell gives the rows before it, then says where', async () => {
  const { rows, found } = await all(csvTableRecords(pieces('a,b\n1,x\n2,"cut her', 100)));
  expect(rows).toEqual([{ row: 1, line: 2, value: { a: '1', b: 'x' } }]);
  expect(found).toMatchObject({ reason: 'truncated', line: 3 });
});

test('a last row that stops short without a line break is a cut; a short row elsewhere is skipped', async () => {
  expect((await all(csvPlainRecords(pieces('1,2,3\n4,5', 100), 3))).found).toMatchObject({
    reason: 'truncated',
    row: 2,
  });
  const { rows, found } = await all(csvPlainRecords(pieces('1,2,3\n4,5\n6,7,8\n9,9\n', 100), 3));
  expect(found).toBeUndefined();
  expect(rows).toMatchObject([
    { row: 1, value: ['1', '2', '3'] },
    { row: 2, line: 2, skipped: 'wrong-columns', detail: '2 cells instead of 3' },
    { row: 3, value: ['6', '7', '8'] },
    { row: 4, skipped: 'wrong-columns' },
  ]);
});

test('a last row without line break is whole after a closing quote, and may be cut after an unquoted cell', async () => {
  expect((await all(csvTableRecords(pieces('a,b\n1,"x"', 100)))).rows).toMatchObject([{ value: { a: '1', b: 'x' } }]);
  const { rows, found } = await all(csvTableRecords(pieces('a,b\n1,x\n2,perhaps cut he', 100)));
  expect(rows).toHaveLength(1);
  expect(found).toMatchObject({
    reason: 'truncated',
    row: 2,
    line: 3,
    remedy: expect.stringContaining('add a line break'),
  });
});

test.each([
  ['one endless cell', 'x'],
  ['one endless quoted cell', '"x'],
  ['endless empty cells', ','],
])('%s ends the reading after 8 MiB', async (_, start) => {
  let given = 0;
  const endless = async function* () {
    yield Buffer.from(start);
    for (const piece = Buffer.alloc(65_536, start.at(-1)); given < 2 ** 31; given += piece.length) yield piece;
  };
  const { rows, found } = await all(csvRows(endless()));
  expect({ rows, reason: found?.reason }).toEqual({ rows: [], reason: 'too-long' });
  expect(given).toBeLessThan(9 * 1024 * 1024);
});
