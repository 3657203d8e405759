import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLines } from './lines.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lines-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function read(content: string | Uint8Array): Promise<string[]> {
  const file = join(directory, 'file');
  await writeFile(file, content);
  const lines: string[] = [];
  for await (const { bytes, number } of readLines(file, 'the file')) {
    lines.push(bytes.toString());
    expect(number).toBe(lines.length);
  }
  return lines;
}

test('every line comes back as it was written, empty ones and carriage returns too', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', '\r'));
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      expect(await read(lines.map((one) => `${one}\n`).join(''))).toEqual(lines);
    }),
    { numRuns: 50 },
  );
});

test('lines longer than a block of the file come back whole', async () => {
  const long = ['a'.repeat(3_000_000), 'b', 'c'.repeat(1 << 20)];
  expect(await read(long.map((one) => `${one}\n`).join(''))).toEqual(long);
});

test('a file that was cut short within a line is told, with the line', async () => {
  await expect(read('one\ntwo')).rejects.toThrow('ends within line 2');
});
