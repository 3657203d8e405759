import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSyntheticRelease } from '../scripts/synthetic-release/write-release.ts';
import { loadProfile } from '../src/profile/load.ts';
import { policyData } from '../src/release/policy-record.ts';
import { worthThreads } from '../src/verify/checks/check-pool.ts';
import { verifyExport } from '../src/verify/verify-export.ts';

let scratch = '';
let release = '';
const rows = worthThreads + 100;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'verify-threads-'));
  release = join(scratch, 'release');
  await writeSyntheticRelease({
    directory: release,
    name: 'large',
    origin: 'cts.example/threads',
    seed: 'threads',
    rows,
    policy: policyData(loadProfile('profiles/medical')),
    ending: (row) => (row % 50 === 0 ? 'panel' : row % 10 === 0 ? 'edited' : 'accepted'),
    outside: ['rejected'],
    erased: [],
    readme: '# Invented examples\n',
  });
});
afterAll(() => rm(scratch, { recursive: true }));

test('a release large enough for threads is verified, and a record of it is told', async () => {
  const report = await verifyExport(release, { record: 'train-000050' });
  expect(report).toMatchObject({ exitCode: 0, findings: [], release: { rows }, record: { state: 'verified' } });
});

test.each([
  ['an envelope', 'provenance/openings.jsonl', '"envelope":"e', '"envelope":"f', 'V7'],
  ['a row', 'data/train.jsonl', '</answer>', '!</answer>', 'V12'],
])('changed in a thread’s share, %s is found and its record named', async (_, file, before, after, check) => {
  const directory = join(scratch, check);
  await cp(release, directory, { recursive: true });
  const lines = (await readFile(join(directory, file), 'utf8')).split('\n');
  const at = lines.length - 40;
  const clean = lines[at] ?? '';
  lines[at] = clean.replace(before, after);
  expect(lines[at]).not.toBe(clean);
  await writeFile(join(directory, file), lines.join('\n'));
  const report = await verifyExport(directory);
  expect(report).toMatchObject({ exitCode: 1, first: { check } });
  expect(report.first?.record).toMatch(/^(train|validation)-\d{6}$/);
  if (file.startsWith('data/')) expect(clean).toContain(`"id":"${report.first?.record}"`);
});
