import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { importQuestions } from '../../test/example.ts';
import type { ImportResult } from './import-schema.ts';

let app: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
beforeAll(async () => {
  app = await openTestApp({ workers: true });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

type Line = { id: string; text?: string; answer?: string; options?: { label: string; text: string }[] };
const options = [
  { label: 'A', text: 'one' },
  { label: 'B', text: 'two' },
];

function file(name: string, lines: (Line | string)[]): string {
  const path = join(folder, name);
  const text = lines.map((line) =>
    typeof line === 'string'
      ? line
      : JSON.stringify({
          kind: 'knowledge',
          language: 'en',
          options,
          answer: 'A',
          source: { kind: 'textbook', citation: 'x' },
          licence: 'CC0-1.0',
          ...line,
        }),
  );
  writeFileSync(path, `${text.join('\n')}\n`);
  return path;
}

async function take(files: string[], more: Record<string, unknown> = {}): Promise<ImportResult> {
  return (await importQuestions(app, files, { dataset: 'd', ...more })).result as ImportResult; // the job parses its result
}

test('every row is accounted for: imported, there already, or skipped with row number and reason', async () => {
  const first = file('a.jsonl', [
    { id: 'a1', text: 'First question?' },
    '{"id": "broken"',
    { id: 'a2', text: 'Second question?' },
    { id: 'a3', text: 'First question?' },
    { id: 'a4', text: '' },
  ]);
  const report = await take([first]);
  expect(report.counts).toMatchObject({ rows: 5, imported: 2, duplicates: 1, skipped: 2 });
  expect(report.skipped.map((row) => [row.row, row.reason])).toEqual([
    [2, 'malformed-json'],
    [5, 'missing-text'],
  ]);
});

test('importing a file again imports nothing and says so', async () => {
  const path = file('b.jsonl', [{ id: 'b1', text: 'Third question?' }]);
  expect((await take([path])).counts).toMatchObject({ imported: 1, duplicates: 0 });
  expect((await take([path])).counts).toMatchObject({ imported: 0, duplicates: 1 });
});

test('an id that belongs to another question, and a known question with another answer, are reported', async () => {
  await take([file('c.jsonl', [{ id: 'c1', text: 'Fourth question?' }])]);
  const report = await take([
    file('c2.jsonl', [
      { id: 'c1', text: 'Fifth question?' },
      { id: 'c2', text: 'Fourth question?', answer: 'B' },
    ]),
  ]);
  expect(report.counts.imported).toBe(0);
  expect(report.files[0]?.notes.join(' ')).toMatch(
    /"c1" belongs to another question.*"c2" is in the corpus already with another answer/,
  );
});

test('a damaged file imports nothing, whatever stands before the damage', async () => {
  const path = file('d.jsonl', [{ id: 'd1', text: 'Sixth question?' }]);
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from('{"id":"d1","kind":"knowledge","text":"Sixth question?"}\n{"id":"d2","text":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}\n'),
    ]),
  );
  await expect(take([path])).rejects.toThrow(/d\.jsonl.*UTF-8.*Nothing of this file was imported/);
  const { status } = await app.as('engineer').send('GET', '/v1/corpus/questions/d1');
  expect(status).toBe(404);
});

test('a question that a benchmark holds cannot be trained on, whichever came first', async () => {
  await take([file('e.jsonl', [{ id: 'e1', text: 'Seventh question?' }])]);
  const benchmark = await take([file('e2.jsonl', [{ id: 'e2', text: 'Seventh  question?' }])], {
    dataset: 'exam',
    benchmark: true,
  });
  expect(benchmark.excluded).toBe(1);
  const { body } = await app.as('engineer').send('GET', '/v1/corpus/summary');
  const { counts } = body as { counts: { state: string; benchmark: boolean; n: number }[] };
  expect(counts.filter((row) => row.state === 'excluded')).toMatchObject([{ benchmark: false, n: 1 }]);
});

test('a screening excludes identifiers of patients and groups near-duplicates', async () => {
  const stem =
    'A 62-year-old man with atrial fibrillation takes warfarin and asks which of the following pain killers raises his risk of bleeding the most';
  const path = file('f.jsonl', [
    { id: 'f1', text: `${stem}?` },
    { id: 'f2', text: `${stem} today?` },
    { id: 'f3', text: 'The patient (MRN: 12345678, phone 415-555-0132) asks about his dose of metformin?' },
  ]);
  await take([path]);
  const engineer = app.as('engineer');
  const { body } = await engineer.send('POST', '/v1/corpus/screenings', {});
  const { finished } = await import('../../test/example.ts');
  const run = await finished(app, (body as { job: string }).job);
  expect(run.result).toMatchObject({ identifiers: 1, grouped: 1 });
});
