import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { collectExample, teacher } from '../../test/example.ts';
import { type RunningWitness, startWitness } from '../../test/witness.ts';
import { formatVkey } from '../ledger/checkpoints/vkey.ts';
import { type VerifyReport, verifyExport } from '../verify/verify-export.ts';

let app: TestApp;
let scratch = '';
let witnesses: RunningWitness[] = [];
let released = '';
let refusal: { status: number; body: unknown };

/** A witness in its own directory; without logs it refuses whatever it is sent. */
function witness(i: number, logs: string[] = [], port?: number): Promise<RunningWitness> {
  const options = { directory: join(scratch, `w${i}`), name: `w${i}.example`, logs };
  return startWitness({ ...options, ...(port === undefined ? {} : { port }) });
}

async function restart(i: number): Promise<void> {
  const port = Number(new URL(witnesses[i]?.url ?? '').port);
  await witnesses[i]?.close();
  witnesses[i] = await witness(i, [formatVkey(app.services.sequencer.log.key)], port);
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'witnessed-'));
  witnesses = await Promise.all([0, 1, 2].map((i) => witness(i)));
  const policy = join(scratch, 'witnesses.txt');
  const lines = witnesses.map((one) => one.line).join('');
  await writeFile(policy, `${lines}group most 2 w0.example w1.example w2.example\nquorum most\n`);
  app = await openTestApp({ endpoints: { teacher }, workers: true, witnesses: policy });
  await restart(0);
  await collectExample(app, ['guard']);
  await app.as('steward').send('POST', '/v1/releases', { name: 'one' });
  refusal = await app.as('release-approver').send('POST', '/v1/releases/one/approval', {});
  await restart(1);
  const { body } = await app.as('release-approver').send('POST', '/v1/releases/one/approval', {});
  released = (body as { path: string }).path;
});
afterAll(async () => {
  await app.close();
  for (const one of witnesses) await one.close();
  await rm(scratch, { recursive: true });
});

/** What the verifier says of a copy whose checkpoint has these lines. */
let count = 0;
async function verifyWith(change: (lines: string[]) => string[]): Promise<VerifyReport> {
  const directory = join(scratch, `copy-${count++}`);
  await cp(released, directory, { recursive: true });
  const path = join(directory, 'provenance/checkpoint');
  await writeFile(path, change((await readFile(path, 'utf8')).split('\n')).join('\n'));
  return verifyExport(directory);
}

const isOf = (i: number) => (line: string) => line.startsWith(`— w${i}.example `);

test('without its quorum a release stays sealed, and the answer names each witness and why', async () => {
  expect(refusal.status).toBe(503);
  const { error } = refusal.body as { error: { code: string; message: string } };
  expect(error.code).toBe('unavailable');
  expect(error.message).toMatch(/w1\.example: it answered 404: .*w2\.example: it answered 404/);
});

test('approved again with two of three witnesses the release carries their cosignatures and the policy that asks for them', async () => {
  const checkpoint = await readFile(join(released, 'provenance/checkpoint'), 'utf8');
  expect(checkpoint.split('\n').filter((line) => line.startsWith('— '))).toHaveLength(3);
  const policy = await readFile(join(released, 'provenance/policy.txt'), 'utf8');
  expect(policy).toContain(`log ${formatVkey(app.services.sequencer.log.key)}\n`);
  for (const one of witnesses) expect(policy).toContain(one.line);
  expect(policy).toMatch(/group most 2 w0\.example w1\.example w2\.example\nquorum most\n$/);
  expect(await verifyExport(released)).toMatchObject({ exitCode: 0, findings: [] });
  expect(await verifyExport(released, { policy: join(released, 'provenance/policy.txt') })).toMatchObject({
    exitCode: 0,
  });
});

test.each<[string, (lines: string[]) => string[]]>([
  ['taken away', (lines) => lines.filter((line) => !isOf(1)(line))],
  [
    "replaced by another witness's, twice",
    (lines) => lines.map((line) => (isOf(1)(line) ? (lines.find(isOf(0)) ?? '') : line)),
  ],
])('with a cosignature %s the release is incomplete: exit code 3', async (_, change) => {
  const report = await verifyWith(change);
  expect(report).toMatchObject({ exitCode: 3, first: { check: 'V4', place: 'provenance/checkpoint' } });
});

test.each<[string, (lines: string[]) => string[]]>([
  [
    'a forged cosignature',
    (lines) => lines.map((line) => (isOf(1)(line) ? line.replace(/.{6}==$/, 'AAAAAA==') : line)),
  ],
  [
    "one witness's signature under the name of another",
    (lines) => {
      const bytes = (i: number) => Buffer.from((lines.find(isOf(i)) ?? '').split(' ')[2] ?? '', 'base64');
      const mixed = Buffer.concat([bytes(1).subarray(0, 4), bytes(0).subarray(4)]).toString('base64');
      return lines.map((line) => (isOf(1)(line) ? `— w1.example ${mixed}` : line));
    },
  ],
])('%s fails the release: exit code 1', async (_, change) => {
  const report = await verifyWith(change);
  expect(report.exitCode).toBe(1);
  expect(report.checks.find((check) => check.id === 'V4')?.result).toBe('failed');
});

test('the head that witnesses have cosigned is what the log publishes, though it grows meanwhile', async () => {
  const auditor = app.as('auditor');
  const { body } = await auditor.send('GET', '/v1/log/checkpoint');
  expect(
    String(body)
      .split('\n')
      .filter((line) => line.startsWith('— ')),
  ).toHaveLength(3);
  const status = await auditor.send('GET', '/v1/log/status');
  expect(status.body).toMatchObject({ origin: 'cts.example/test', witnessed: Number(String(body).split('\n')[1]) });
});

test('what must be forgotten does not wait for witnesses; their cosignatures follow when it is called again', async () => {
  const [row] = (await readFile(join(released, 'data/train.jsonl'), 'utf8')).split('\n');
  const { id } = JSON.parse(row ?? '') as { id: string }; // written by the code under test
  await witnesses[1]?.close();
  const erase = () =>
    app.as('privacy-officer').send('POST', '/v1/erasures', { record: id, reason: 'consent-withdrawn' });
  const first = await erase();
  expect([first.status, first.body]).toMatchObject([expect.toBeOneOf([200, 201]), { releases: ['one'] }]);
  expect(await readFile(join(released, 'data/train.jsonl'), 'utf8')).not.toContain(row);
  expect(await verifyExport(released)).toMatchObject({ exitCode: 3, first: { check: 'V4' } });
  await restart(1);
  await erase();
  expect((await verifyExport(released)).checks.find((check) => check.id === 'V4')?.result).toBe('passed');
});
