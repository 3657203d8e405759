import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'safemed-lint-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function lintReport(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['src/cli/main.ts', 'lint-report', ...args], { encoding: 'utf8' });
}

test('exit 0 for a clean table, 1 for errors, 2 for bad input; one JSON document', () => {
  const clean = lintReport('examples/report-linter/table-1.md', '--json');
  expect([clean.status, JSON.parse(clean.stdout)]).toEqual([0, expect.objectContaining({ clean: true, errors: 0 })]);
  const wrong = lintReport('examples/report-linter/table-2.md');
  expect([wrong.status, wrong.stdout]).toEqual([1, expect.stringMatching(/2 printed errors found\.\n$/)]);
  const bad = lintReport(join(root, 'none.csv'));
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringMatching(/none\.csv cannot be read/)]);
}, 60_000);

test('a CSV finds its declaration beside it or by --declare, and says so where there is none', () => {
  const table = join(root, 'scores.csv');
  writeFileSync(table, 'model,score\na,9\n');
  const none = lintReport(table);
  expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/has no declaration.*scores\.lint\.yaml/)]);
  const other = join(root, 'other.yaml');
  writeFileSync(other, 'label: model\ncolumns: { score: { scale: [1, 10] } }\n');
  expect(lintReport(table, '--declare', other).status).toBe(0);
  writeFileSync(join(root, 'scores.lint.yaml'), 'label: model\ncolumns: { score: { scale: [1, 5] } }\n');
  expect(lintReport(table).status).toBe(1);
}, 60_000);
