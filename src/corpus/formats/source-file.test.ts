import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileChunks, fileHead, openSourceFile } from './source-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('provenance names the nearest folders and neither the machine nor its user', async () => {
  const path = join(folder, 'a', 'b', 'c', 'd');
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'q.v1.jsonl'), 'x');
  await writeFile(join(folder, 'q.jsonl'), 'x');
  const deep = await openSourceFile(join(path, 'q.v1.jsonl'));
  expect(deep).toMatchObject({ label: 'b/c/d/q.v1.jsonl', stem: 'q.v1', bytes: 1 });
  const shallow = await openSourceFile(join(folder, 'q.jsonl'));
  for (const part of [...homedir().split('/'), 'tmp'].filter((name) => name !== ''))
    expect(shallow.label.split('/')).not.toContain(part);
});

test('chunks and head are those of the bytes', async () => {
  const bytes = Buffer.alloc(300_000, 'abcdefg');
  await writeFile(join(folder, 'bytes.txt'), bytes);
  const file = await openSourceFile(join(folder, 'bytes.txt'));
  const parts: Buffer[] = [];
  for await (const chunk of fileChunks(file)) parts.push(chunk);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect((await fileHead(file, 10)).toString()).toBe('abcdefgabc');
  expect(await fileHead(file, 1_000_000)).toHaveLength(bytes.length);
});
