import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { sha256Hex } from '../../core/hash.ts';
import { createApp } from '../../server/app.ts';
import { RecipeHead } from '../../training/recipe/schema.ts';
import { receiveRecipe } from './recipe-files.ts';

let sealed: SealedRelease;
let server: ReturnType<typeof serve>;
let place = '';
beforeAll(async () => {
  sealed = await sealRelease(['guard'], {});
  server = serve({ fetch: createApp(sealed.app.services).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((listening) => server.once('listening', listening));
  place = await mkdtemp(join(tmpdir(), 'recipe-command-'));
}, 240_000);
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await sealed.close();
  await rm(place, { recursive: true, force: true });
});

async function train(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { port } = server.address() as AddressInfo; // it listens on a port
  const token = await sealed.app.token('engineer');
  const args = ['src/cli/main.ts', '--server', `http://127.0.0.1:${port}`, '--token', token, 'train', ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

const sft = (out: string, ...more: string[]): Promise<{ code: number; out: string; err: string }> =>
  train('export-recipe', '--engine', 'trl', '--stage', 'sft', '--release', 'one', '--out', out, ...more);

test('a recipe is written to a new directory, whole, and a directory that is in use is left alone', async () => {
  const out = join(place, 'new', 'recipe');
  const made = await sft(out, '--json', '--name', 'by-command', '--set', 'learning_rate=2e-5', '--lora-rank', '16');
  expect({ code: made.code, err: made.err }).toMatchObject({ code: 0 });
  const head = RecipeHead.parse(JSON.parse(made.out));
  for (const { path, sha256 } of head.files) expect(sha256Hex(await readFile(join(out, path)))).toBe(sha256);
  const found = await readdir(out, { recursive: true, withFileTypes: true });
  expect(found.filter((entry) => entry.isFile())).toHaveLength(head.files.length);
  expect(await readFile(join(out, 'config.yaml'), 'utf8')).toMatch(/^learning_rate: 0.00002$/m);
  expect(await readdir(join(place, 'new'))).toEqual(['recipe']);
  const again = await sft(out);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('holds files already') });
});

test('a refused recipe leaves no directory, and says what it refused', async () => {
  const out = join(place, 'refused');
  const refused = await sft(out, '--set', 'num_generations=4');
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('num_generations') });
  expect(existsSync(out)).toBe(false);
});

test('a result is told from a file; one that is no JSON is named', async () => {
  const file = join(place, 'result.json');
  await writeFile(file, '{');
  expect(await train('result', 'by-command', file)).toMatchObject({ code: 2, err: expect.stringContaining(file) });
  await writeFile(file, JSON.stringify({ state: 'stopped', error: 'the node went away' }));
  expect(await train('result', 'by-command', file)).toMatchObject({ code: 0, out: 'by-command is stopped.\n' });
});

const facts = { path: 'data/train.jsonl', bytes: 2, sha256: sha256Hex('a\n') };
const head = {
  ...{ engine: 'trl', stage: 'sft', release: 'one', base: 'm', settings: {}, files: [facts], notes: [] },
  composition: { release: 'one', manifestSha256: '', rows: 1, kinds: {} },
};
const lines = (...values: object[]): Response => new Response(values.map((one) => `${JSON.stringify(one)}\n`).join(''));

test('what arrives torn, changed or with a path that leaves the directory is not kept', async () => {
  const out = join(place, 'torn');
  await mkdir(out);
  const part = { path: facts.path, text: 'a\n' };
  await expect(receiveRecipe(lines(head), out)).rejects.toThrow('did not arrive whole');
  await expect(receiveRecipe(lines(head, { ...part, text: 'b\n' }), out)).rejects.toThrow('did not arrive whole');
  for (const path of ['../outside', '/tmp/outside', 'a/../../outside', 'a b']) {
    const leaving = { ...head, files: [{ ...facts, path }] };
    await expect(receiveRecipe(lines(leaving, { ...part, path }), out)).rejects.toThrow('outside of the recipe');
  }
  expect(await readdir(place)).not.toContain('torn.partial');
  expect(await readdir(out)).toEqual([]);
  await receiveRecipe(lines(head, part), out);
  expect(await readFile(join(out, facts.path), 'utf8')).toBe('a\n');
});
