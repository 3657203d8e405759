import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'safemed-cli-'));
const workspace = join(root, 'ws');
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Ended = { code: number | null; out: string; err: string };

function safemed(...args: string[]): Ended {
  const options = { encoding: 'utf8', cwd: process.cwd() } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['src/cli/main.ts', '--workspace', workspace, ...args],
    options,
  );
  return { code: status, out: stdout, err: stderr };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(() => {
  expect(spawnSync(process.execPath, ['src/cli/main.ts', 'init', workspace]).status).toBe(0);
});

test('--json prints exactly one JSON document on stdout, for results and for errors', () => {
  const line = {
    id: 'q1',
    kind: 'knowledge',
    language: 'en',
    text: 'Which?',
    options: [
      { label: 'A', text: 'a' },
      { label: 'B', text: 'b' },
    ],
    answer: 'A',
  };
  const good = safemed('--json', 'corpus', 'import', file('q.jsonl', `${JSON.stringify(line)}\n`), '--dataset', 'd');
  expect(good.code).toBe(0);
  expect(JSON.parse(good.out)).toMatchObject({ counts: { rows: 1, imported: 1 } });
  const bad = safemed('--json', 'corpus', 'show', 'nothing');
  expect(bad.code).toBe(2);
  expect(JSON.parse(bad.out)).toEqual({ error: { code: 'not_found', message: 'There is no question "nothing".' } });
});

const truncated = '{"id":"a","kind":"knowledge","text":"One?"}\n{"id":"b","kind":"know';

test.each([
  ['a missing file', () => join(root, 'none.jsonl'), /cannot be read/],
  ['a directory', () => root, /is a directory/],
  ['an empty file', () => file('empty.jsonl', ''), /is empty/],
  ['a truncated file', () => file('cut.jsonl', truncated), /cut\.jsonl/],
  [
    'a binary file',
    () =>
      file(
        'binary.jsonl',
        new Uint8Array(4096).map((_, i) => (i * 7919) % 256),
      ),
    /binary\.jsonl/,
  ],
  [
    'a file that is not UTF-8',
    () => file('latin.jsonl', Buffer.from('{"id":"a","kind":"knowledge","text":"\xe9t\xe9?"}\n', 'latin1')),
    /UTF-8/,
  ],
])('importing %s ends with code 2 and says what is wrong with which file', (_, make, message) => {
  const ended = safemed('corpus', 'import', make(), '--dataset', 'd');
  expect(ended.err).toMatch(message);
  expect(ended.code).toBe(2);
});

test('a line that never ends is refused at once, in bounded memory', () => {
  const path = join(root, 'endless.jsonl');
  // a sparse gibibyte: read as zeros, occupying no disk
  spawnSync('truncate', ['-s', '1G', path]);
  const ended = spawnSync(
    '/bin/sh',
    [
      '-c',
      'ulimit -v 80000000; exec "$0" "$@"',
      process.execPath,
      '--max-old-space-size=400',
      'src/cli/main.ts',
      '--workspace',
      workspace,
      'corpus',
      'import',
      path,
      '--dataset',
      'd',
    ],
    { encoding: 'utf8' },
  );
  expect(ended.stderr).toMatch(/endless\.jsonl/);
  expect(ended.status).toBe(2);
});

test('wrong usage ends with code 2, help with code 0', () => {
  expect(safemed('corpus', 'import').code).toBe(2);
  expect(safemed('nonsense').code).toBe(2);
  expect(safemed('--help').code).toBe(0);
});

test('verifying what is no release ends with code 2', () => {
  mkdirSync(join(root, 'no-release'));
  expect(safemed('verify', join(root, 'no-release')).code).toBe(2);
});

test('log rotate-key gives the log a new key, and log status tells it with the one before', () => {
  const before = JSON.parse(safemed('--json', 'log', 'status').out);
  expect(before.formerKeys).toEqual([]);
  const rotated = safemed('--json', 'log', 'rotate-key');
  expect([rotated.code, rotated.err]).toEqual([0, expect.any(String)]);
  const after = JSON.parse(safemed('--json', 'log', 'status').out);
  expect(after).toMatchObject({ key: JSON.parse(rotated.out).key, formerKeys: [{ vkey: before.key, signs: true }] });
  expect(after.key).not.toBe(before.key);
});

test('a workspace in use by another process is not opened a second time', () => {
  const owner = spawnSync(
    process.execPath,
    [
      '-e',
      `
    const { takeOwnerLock } = await import(${JSON.stringify(join(process.cwd(), 'src/db/owner-lock.ts'))});
    takeOwnerLock(${JSON.stringify(join(workspace, 'database'))});
    const { spawnSync } = await import('node:child_process');
    const ended = spawnSync(process.execPath, ['src/cli/main.ts', '--workspace', ${JSON.stringify(workspace)}, 'corpus', 'list'], { encoding: 'utf8' });
    process.stdout.write(JSON.stringify({ code: ended.status, err: ended.stderr }));
  `,
      '--input-type=module',
    ],
    { encoding: 'utf8' },
  );
  const ended = JSON.parse(owner.stdout);
  expect(ended.err).toMatch(/in use by process/);
  expect(ended.code).toBe(2);
});

test('a model is added with its files hashed here, its statement saved, and one changed byte of a file found offline', () => {
  const directory = join(root, 'weights');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  writeFileSync(join(directory, 'model.safetensors'), 'the weights of a model');
  writeFileSync(join(directory, 'sub/config.json'), '{}');
  const added = safemed('--json', 'model', 'add', 'big', '--file', directory, '--url', 'http://127.0.0.1:9/v1');
  expect([added.code, added.err]).toEqual([0, expect.any(String)]);
  expect(JSON.parse(added.out)).toMatchObject({ name: 'big', filesVerified: true, files: [{}, {}] });
  const statement = join(root, 'statement.json');
  expect(safemed('model', 'show', 'big', '--signature', statement).code).toBe(0);
  const policy = join(workspace, 'models/signatures/policy.txt');
  const verify = () => safemed('model', 'verify', directory, '--signature', statement, '--policy', policy);
  expect(verify().code).toBe(0);
  writeFileSync(join(directory, 'model.safetensors'), 'the weights of a modem');
  const altered = verify();
  expect([altered.code, altered.out]).toEqual([1, expect.stringContaining('model.safetensors has other bytes')]);
  const unasked = safemed('model', 'add', 'other', '--file', directory);
  expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('Say how the model is asked')]);
}, 60_000);
