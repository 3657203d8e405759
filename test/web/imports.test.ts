import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

type Import = { from: string; typeOnly: boolean; target: string };

/** Every import of the pages' sources; relative ones by the path that they lead to. */
const imports: Import[] = readdirSync('web', { recursive: true })
  .map((name) => join('web', String(name)))
  .filter((path) => /\.tsx?$/.test(path))
  .flatMap((from) =>
    [...readFileSync(from, 'utf8').matchAll(/^import (type )?[^'"]*['"]([^'"]+)['"]/gm)].map((match) => ({
      from,
      typeOnly: match[1] !== undefined,
      target: match[2]?.startsWith('.') === true ? normalize(join(dirname(from), match[2])) : (match[2] ?? ''),
    })),
  );

/** Folders without tables, routes or Node: what they compute a browser computes as well (ARCHITECTURE.md). */
const pure = /^src\/(core|charts|statistics)\//;

test('the pages run nothing of the server but pure functions of core, charts and statistics', () => {
  const run = imports.filter(({ target, typeOnly }) => target.startsWith('src/') && !typeOnly);
  expect(run.length).toBeGreaterThan(0);
  expect(run.filter(({ target }) => !pure.test(target))).toEqual([]);
});

test('what checks the log in the browser depends on no package and on no page', () => {
  const checks = imports.filter(({ from }) => from.startsWith('web/verify/'));
  expect(checks.length).toBeGreaterThan(20);
  expect(checks.filter(({ target }) => !/^(web\/verify|src)\//.test(target))).toEqual([]);
});
