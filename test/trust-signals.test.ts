import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTrustSignals } from '../scripts/build-trust-signals.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { type VerifyReport, verifyExport } from '../src/verify/verify-export.ts';

const example = 'examples/trust-signals/release';
const policy = 'examples/trust-signals/policy.txt';
let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'trust-signals-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

test('the worked example is verified under the key that a reader has from elsewhere', async () => {
  const report = await verifyExport(example, { policy });
  expect(report).toMatchObject({ exitCode: 0, findings: [], release: { rows: 300 } });
  expect(report.notes.join(' ')).toContain('1 record is ERASED');
});

test.each([
  ['train-000001', 'verified', 'The expert panel decided'],
  ['train-000002', 'verified', '2 reviewers scored the text'],
  ['train-000030', 'verified', 'after one edit by synthetic-reviewer-a'],
  ['train-000007', 'erased', 'were erased on'],
])('record %s of the worked example is told as %s', async (record, state, sentence) => {
  const { record: story } = await verifyExport(example, { policy, record });
  expect(story).toMatchObject({ state, faults: [] });
  expect(story?.sentences.join(' ')).toContain(sentence);
});

test('the worked example is made anew with the very same bytes', async () => {
  const directory = join(scratch, 'again');
  await writeTrustSignals(directory);
  const digests = async (of: string): Promise<string[]> => {
    const files = await filesOf(of);
    return Promise.all(files.map(async (file) => `${file} ${sha256Hex(await readFile(join(of, file)))}`));
  };
  expect(await digests(directory)).toEqual(await digests(example));
});

test('whichever byte of its small files is changed, it is no longer verified', async () => {
  const directory = join(scratch, 'mutated');
  await cp(example, directory, { recursive: true });
  const verified: string[] = [];
  let tried = 0;
  for (const file of await filesOf(example)) {
    const path = join(directory, file);
    const original = await readFile(path);
    if (original.length > 2000) continue;
    for (let at = 0; at < original.length; at++) {
      const changed = Buffer.from(original);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
      await writeFile(path, changed);
      tried++;
      // the export's own policy counts only where the reader gives none
      const given = file === 'provenance/policy.txt' ? {} : { policy };
      const report = await verifyExport(directory, { ...given, failFast: true }).catch(refused);
      if (report.exitCode === 0 || report.exitCode === 3) verified.push(`${file} ${at}`);
    }
    await writeFile(path, original);
  }
  expect(verified).toEqual([]);
  expect(tried).toBeGreaterThan(3500);
}, 240_000);

/** A version that the verifier does not know is wrong usage: no verdict, and not a good one either. */
function refused(error: { code?: string }): Pick<VerifyReport, 'exitCode'> {
  if (error.code !== 'invalid_input') throw error;
  return { exitCode: 1 };
}

test('one changed byte at random places of its large files is always found', async () => {
  const directory = join(scratch, 'large');
  await cp(example, directory, { recursive: true });
  for (const file of await filesOf(example)) {
    const path = join(directory, file);
    if ((await stat(path)).size <= 2000) continue;
    const original = await readFile(path);
    for (let share = 0.03; share < 1; share += 0.19) {
      const changed = Buffer.from(original);
      const at = Math.floor(share * changed.length);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(path, changed);
      const { exitCode } = await verifyExport(directory, { policy, failFast: true });
      expect([file, at, exitCode]).toEqual([file, at, 1]);
    }
    await writeFile(path, original);
  }
});
