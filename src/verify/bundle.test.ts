import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let directory = '';
let file = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cts-verify-'));
  file = join(directory, 'cts-verify.mjs');
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: 'src/verify/main.ts',
      outDir: directory,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'cts-verify.mjs' } },
    },
  });
});
afterAll(() => rm(directory, { recursive: true }));

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...args], (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

test('the stand-alone verifier is one file that needs nothing but Node', () => {
  const imported = [...readFileSync(file, 'utf8').matchAll(/^import .* from ["'](.*)["'];?$/gm)].map(
    (match) => match[1],
  );
  expect(imported.length).toBeGreaterThan(0);
  for (const name of imported) expect(builtinModules).toContain(name?.replace(/^node:/, ''));
});

test('it tells wrong usage from a failed verification by its exit code', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, err: '' });
  expect(await run()).toMatchObject({ code: 2, out: '' });
  expect((await run('--unknown')).code).toBe(2);
  expect((await run(directory)).err).toContain('is no release export');
});
