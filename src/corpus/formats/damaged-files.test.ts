import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError, exitCode } from '../../core/error.ts';
import { type CorpusRow, openCorpusFiles } from './read.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damaged-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function attempt(name: string, content: string | Buffer): Promise<{ rows: CorpusRow[]; error: AppError }> {
  const path = join(folder, name);
  await writeFile(path, content);
  return attemptPath(path);
}

async function attemptPath(path: string): Promise<{ rows: CorpusRow[]; error: AppError }> {
  const rows: CorpusRow[] = [];
  try {
    for (const file of await openCorpusFiles([path], { dataset: 'd' }))
      for await (const row of file.rows()) rows.push(row);
  } catch (error) {
    if (error instanceof AppError) return { rows, error };
    throw error;
  }
  throw new Error(`${path} was read without an error`);
}

const record = '{"kind":"guard","text":"Is this one whole?"}\n';
const demonstrations = ',harmful_medical_request,safe_response\n1,"Ask, please",No\n';
const cut = Buffer.from('\n{"kind":"guard","text":"肝').subarray(0, -1);

test.each<[string, string, string | Buffer, RegExp]>([
  ['an empty file', 'empty.jsonl', '', /empty\.jsonl is empty\. Check the download/],
  ['a file of blanks', 'blank.csv', ' \n\n\t', /blank\.csv holds only blanks/],
  ['a file with only a byte order mark', 'mark.csv', '\uFEFF', /mark\.csv holds only blanks/],
  ['a binary file', 'image.bin', Buffer.from([1, 2, 0, 3, 255]), /image\.bin: the file has a NUL byte.*at byte 2/],
  ['a gzip file', 'a.jsonl.gz', gzipSync(record), /compressed with gzip\. Unpack it/],
  ['UTF-16 text', 'wide.csv', Buffer.from(`\uFEFF${record}`, 'utf16le'), /UTF-16 text\. Save it as UTF-8/],
  ['an old Excel file', 'old.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /Save it as \.xlsx/],
  ['text of no known format', 'notes.txt', 'Dear all,\nthanks.\n', /no known format: .*--format/],
  ['unknown JSON records', 'other.jsonl', '{"prompt":"x","rubrics":[]}\n', /JSON records with keys prompt, rubrics/],
  ['an unknown table', 'table.csv', 'name,age\na,2\n', /a table that begins with the cells name \| age/],
])('%s is refused with what, where and what to do, and exit code 2', async (_, name, content, message) => {
  const { rows, error } = await attempt(name, content);
  expect(rows).toEqual([]);
  expect(error.message).toMatch(message);
  expect(exitCode(error.code)).toBe(2);
});

test.each<[string, string, string | Buffer, string, number]>([
  ['JSON Lines cut inside a record', 'cut.jsonl', `${record}${record}{"kind":"gu`, 'truncated', 3],
  ['JSON Lines cut inside a character', 'half.jsonl', Buffer.concat([Buffer.from(record), cut]), 'truncated', 2],
  ['a JSON array cut between records', 'cut.json', `[${record},${record}`, 'truncated', 2],
  ['CSV cut inside a quoted cell', 'cut.csv', `${demonstrations}2,"Ask`, 'truncated', 2],
  ['CSV cut inside a last cell without quotes', 'last.csv', `${demonstrations}2,Ask,No can`, 'truncated', 2],
  ['plain lines cut inside a line', 'category_3.txt', 'First request.\nSecond requ', 'truncated', 2],
  ['CSV cut between cells', 'short.csv', `${demonstrations}2,Ask`, 'truncated', 2],
  [
    'invalid UTF-8 after good rows',
    'gbk.jsonl',
    Buffer.concat([Buffer.from(record), Buffer.from('{"text":"\xb8\xce"}', 'latin1')]),
    'invalid-utf8',
    2,
  ],
])('%s: good rows, one skipped row that says why, then an error', async (_, name, content, reason, row) => {
  const { rows, error } = await attempt(name, content);
  expect(rows.filter((one) => 'question' in one)).toHaveLength(row - 1);
  expect(rows.at(-1)).toMatchObject({ row, skipped: reason });
  expect(error.details.damage).toBe(reason);
  expect(error.message).toContain('Nothing of this file was imported');
  expect(exitCode(error.code)).toBe(2);
});

test('damage far behind the beginning leaves the rows before it readable', async () => {
  const many = record.repeat(10_000);
  const bad = Buffer.concat([Buffer.from(many), Buffer.from([0xff, 0xfe])]);
  for (const [name, content, reason] of [
    ['far-utf8.jsonl', bad, 'invalid-utf8'],
    ['far-nul.jsonl', `${many}\u0000`, 'binary'],
    ['far-cut.jsonl', `${many}{"kind":`, 'truncated'],
    ['far-long.jsonl', `${many}{"text":"${'x'.repeat(9 * 1024 * 1024)}"}`, 'too-long'],
  ] as const) {
    const { rows, error } = await attempt(name, content);
    expect(rows.filter((row) => 'question' in row)).toHaveLength(10_000);
    expect(rows.at(-1)).toMatchObject({ row: 10_001, skipped: reason });
    expect(error.message).toContain('row 10001');
  }
});

test('a first line longer than 8 MiB is named as such', async () => {
  const { error } = await attempt('long.jsonl', `{"id":"a","text":"${'x'.repeat(9 * 1024 * 1024)}`);
  expect(error.message).toMatch(/long\.jsonl: one line is longer than 8 MiB at row 1, line 1/);
});

test('a large JSON document on one line is read, however long the line is', async () => {
  const records = Array.from({ length: 30_000 }, (_, at) => ({ kind: 'guard', text: `${at} ${'word '.repeat(60)}` }));
  const path = join(folder, 'one-line.json');
  await writeFile(path, JSON.stringify(records));
  const [file] = await openCorpusFiles([path], { dataset: 'd' });
  let rows = 0;
  for await (const row of file?.rows() ?? []) if ('question' in row) rows += 1;
  expect(rows).toBe(30_000);
});

test('a directory and a missing path are refused with what to give instead', async () => {
  await mkdir(join(folder, 'some'), { recursive: true });
  expect((await attemptPath(join(folder, 'some'))).error.message).toMatch(/some is a directory\. Name the files in it/);
  expect((await attemptPath(join(folder, 'absent.csv'))).error.message).toMatch(/absent\.csv does not exist/);
});

test.skipIf(process.getuid?.() === 0)(
  'a file without read permission is refused by name (not testable as root)',
  async () => {
    const path = join(folder, 'locked.jsonl');
    await writeFile(path, record);
    await chmod(path, 0);
    expect((await attemptPath(path)).error.message).toMatch(/locked\.jsonl may not be read by this user/);
  },
);
