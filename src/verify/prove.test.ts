import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { openCollectedApp } from '../../test/collected.ts';
import { fromBase64, toBase64 } from '../ledger/bytes.ts';
import { parsePolicy } from '../ledger/checkpoints/policy.ts';
import { formatLogProof, parseLogProof } from '../ledger/checkpoints/tlog-proof.ts';
import { formatVkey, verifierKey } from '../ledger/checkpoints/vkey.ts';
import { signerFromSeed } from '../ledger/keys/ed25519.ts';
import { verifyProofFile } from './proof-file.ts';
import { proveRecord } from './prove.ts';

let app: TestApp;
let path = '';
let scratch = '';
let text = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'prove-'));
  app = await openCollectedApp(['ethics'], { workers: true });
  await app.as('steward').send('POST', '/v1/releases', { name: 'one' });
  const { body } = await app.as('release-approver').send('POST', '/v1/releases/one/approval', {});
  ({ path } = body as { path: string });
  ({ text } = await proveRecord(path, 'e-en-003'));
});
afterAll(async () => {
  await app.close();
  await rm(scratch, { recursive: true });
});

const policy = async (): Promise<ReturnType<typeof parsePolicy>> =>
  parsePolicy(await readFile(join(path, 'provenance/policy.txt')));

test('the proof of a row tells, verified, that it was approved, and by which review', async () => {
  const report = verifyProofFile(Buffer.from(text), await policy());
  expect(report).toMatchObject({ result: 'passed', exitCode: 0, leaf: { type: 'example.approved' }, notes: [] });
  expect(report.event?.data).toMatchObject({ by: 'reviewers' });
});

test('every row of a release can be proven, and a record that is not in it cannot', async () => {
  const trusted = await policy();
  const lines = (await readFile(join(path, 'provenance/records.jsonl'), 'utf8')).split('\n').slice(0, -1);
  for (const line of lines) {
    const { id, leaf } = JSON.parse(line);
    expect(verifyProofFile(Buffer.from((await proveRecord(path, id)).text), trusted)).toMatchObject({ index: leaf });
  }
  await expect(proveRecord(path, 'e-en-999')).rejects.toMatchObject({ code: 'not_found' });
});

test('a proof with any byte changed is never verified', async () => {
  const trusted = await policy();
  const accepted: number[] = [];
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 3) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    try {
      if (verifyProofFile(changed, trusted).result === 'passed') accepted.push(at);
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/check_failed|invalid_input/) });
    }
  }
  expect(accepted).toEqual([]);
});

test('another event behind the same proof is refused, as are a foreign log and a missing witness told', async () => {
  const parsed = parseLogProof(text);
  const shown = JSON.parse(Buffer.from(parsed.extra ?? []).toString());
  const other = parseLogProof((await proveRecord(path, 'e-en-004')).text);
  const swapped = JSON.parse(Buffer.from(other.extra ?? []).toString());
  const forged = formatLogProof({
    ...parsed,
    extra: Buffer.from(JSON.stringify({ ...shown, envelope: swapped.envelope, salt: swapped.salt })),
  });
  const trusted = await policy();
  expect(() => verifyProofFile(Buffer.from(forged), trusted)).toThrow('not the one that the leaf commits to');
  const foreign = formatVkey(verifierKey('cts.example/other', 1, signerFromSeed(Buffer.alloc(32, 6)).publicKey));
  expect(() => verifyProofFile(Buffer.from(text), parsePolicy(Buffer.from(`log ${foreign}\nquorum none\n`)))).toThrow(
    'signed by no log',
  );
  const witness = formatVkey(verifierKey('witness.example/w1', 4, signerFromSeed(Buffer.alloc(32, 6)).publicKey));
  const own = (await readFile(join(path, 'provenance/policy.txt'), 'utf8')).split('\n')[0];
  const asking = parsePolicy(Buffer.from(`${own}\nwitness w1 ${witness}\nquorum w1\n`));
  expect(verifyProofFile(Buffer.from(text), asking)).toMatchObject({ exitCode: 3 });
  const closed = formatLogProof({ ...parsed, extra: Buffer.from(JSON.stringify({ v: shown.v, leaf: shown.leaf })) });
  expect(verifyProofFile(Buffer.from(closed), trusted)).toMatchObject({ exitCode: 3, result: 'incomplete' });
  expect(toBase64(fromBase64(shown.salt) ?? new Uint8Array())).toBe(shown.salt);
});

test('the command writes the file and the verifier reads it back, with exit codes', async () => {
  const file = join(scratch, 'one.tlog-proof');
  const run = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/cli/main.ts', ...args], {
      encoding: 'utf8',
    });
  expect(run('prove', 'e-en-003', '--from', path, '--out', file)).toMatchObject({ status: 0 });
  const trusted = join(path, 'provenance/policy.txt');
  expect(run('verify', file, '--policy', trusted)).toMatchObject({ status: 0 });
  expect(run('verify', file)).toMatchObject({ status: 2 });
  await writeFile(file, (await readFile(file, 'utf8')).replace('index ', 'index 1'));
  expect(run('verify', file, '--policy', trusted)).toMatchObject({ status: 1 });
});
