import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileBatch, makeDirectory, replaceFile } from './durable-file.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'files-'));
});
afterAll(() => rm(root, { recursive: true }));

test('a file is replaced whole, whatever an earlier attempt left behind', async () => {
  const path = join(root, 'head');
  await writeFile(path, 'a long old content');
  await writeFile(`${path}.tmp`, 'half of an even longer content that was never put in place');
  await replaceFile(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(root)).toEqual(['head']);
});

test('a batch makes the directories its files need, over several commits and at once', async () => {
  const files = createFileBatch(join(root, 'log'));
  const paths = ['tile/0/000', 'tile/0/001.p/7', 'tile/entries/x001/x234/067'];
  await Promise.all(paths.map((path) => files.write(path, Buffer.from(path))));
  await files.commit();
  await files.write('tile/0/001.p/8', Buffer.from('8'));
  await files.commit();
  for (const path of paths) expect(await readFile(join(root, 'log', path), 'utf8')).toBe(path);
  expect(await readdir(join(root, 'log/tile/0/001.p'))).toEqual(['7', '8']);
});

test('a directory is made with those above it, and one that is there is left alone', async () => {
  await makeDirectory(join(root, 'a/b/c'));
  await writeFile(join(root, 'a/b/c/file'), 'x');
  await makeDirectory(join(root, 'a/b/c'));
  expect(await readdir(join(root, 'a/b/c'))).toEqual(['file']);
});

test('a failure to write is reported, not hidden', async () => {
  await writeFile(join(root, 'plain'), 'x');
  await expect(createFileBatch(root).write('plain/below', Buffer.from('x'))).rejects.toThrow(/ENOTDIR|EEXIST/);
});
