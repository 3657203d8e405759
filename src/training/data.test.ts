import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropQuestions, trainedQuestions } from './data.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'training-data-'));
  await mkdir(join(root, 'data'));
});
afterAll(() => rm(root, { recursive: true }));

const line = (id: string): string => `${JSON.stringify({ id, text: `line\u2028separator of ${id}` })}\n`;

test('lines of erased questions and of their pairs leave the data of a run, all others stay byte for byte', async () => {
  const train = join(root, 'data', 'train.jsonl');
  await writeFile(train, ['k-1', 'k-2', 'k-2/1', 'k-22', 'k-3/2', 'q/7'].map(line).join(''));
  expect(await trainedQuestions(train, 'sft', ['k-1'])).toEqual(['k-2', 'k-2/1', 'k-22', 'k-3/2', 'q/7']);
  expect(await trainedQuestions(train, 'dpo', ['k-1'])).toEqual(['k-2', 'k-22', 'k-3', 'q']);
  await dropQuestions(root, new Set(['k-2', 'q/7']));
  expect(await readFile(train, 'utf8')).toBe(['k-1', 'k-22', 'k-3/2'].map(line).join(''));
  await dropQuestions(root, new Set(['k-2', 'absent']));
  expect(await readdir(join(root, 'data'))).toEqual(['train.jsonl']);
  await dropQuestions(join(root, 'gone'), new Set(['k-1']));
});
