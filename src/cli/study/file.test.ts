import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readStudyFile } from './file.ts';

const root = mkdtempSync(join(tmpdir(), 'safemed-study-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

test('a CSV of responses keeps texts as texts, and an empty cell is no value', async () => {
  const csv = file(
    'responses.csv',
    'arm,vignette,person,text,author\na,v1,2,"Give 5 mg,\nthen 10 mg.",\na,v2,,42,dr-x\n',
  );
  expect(await readStudyFile(csv)).toEqual({
    kind: 'responses',
    rows: [
      { line: 3, arm: 'a', vignette: 'v1', person: 2, text: 'Give 5 mg,\nthen 10 mg.' },
      { line: 4, arm: 'a', vignette: 'v2', person: 1, text: '42', author: 'dr-x' },
    ],
  });
});

test('ratings have a column per axis, in CSV and in JSON Lines', async () => {
  const row = { rater: 'r', arm: 'a', vignette: 'v1', person: 1, recognised: true, scores: { one: 5, two: 3 } };
  const csv = file('ratings.csv', 'rater,arm,vignette,one,two,recognised\nr,a,v1,5,3,yes\n');
  const flat = file('flat.jsonl', '{"rater":"r","arm":"a","vignette":"v1","one":5,"two":3,"recognised":true}\n');
  const nested = file('nested.jsonl', `${JSON.stringify(row)}\n`);
  expect(await readStudyFile(csv)).toEqual({ kind: 'ratings', rows: [{ ...row, line: 2 }] });
  expect(await readStudyFile(flat)).toEqual({ kind: 'ratings', rows: [{ ...row, line: 1 }] });
  expect(await readStudyFile(nested)).toEqual({ kind: 'ratings', rows: [{ ...row, line: 1 }] });
});

test.each([
  ['score.csv', 'rater,arm,vignette,one\nr,a,v1,5\nr,a,v2,good\n', /score\.csv, line 3, column one: /],
  ['person.csv', 'arm,vignette,text,person\na,v1,x,0\n', /person\.csv, line 2, column person: /],
  ['column.csv', 'arm,vignette,text,texts\na,v1,x,y\n', /line 2, .*texts/],
  ['missing.csv', 'arm,text\na,x\n', /line 2, column vignette: /],
  ['neither.csv', 'arm,vignette\na,v1\n', /neither a column "text" nor "rater"/],
  ['both.csv', 'arm,vignette,text,rater\na,v1,x,r\n', /columns "text" and "rater"/],
  ['twice.csv', 'arm,arm,text\na,b,x\n', /line 1: two columns are called "arm"/],
  ['list.jsonl', '[1]\n', /line 1: it is no JSON object/],
])('%s is refused with its line and column', async (name, text, message) => {
  await expect(readStudyFile(file(name, text))).rejects.toThrow(message);
});
