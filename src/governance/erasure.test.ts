import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { openCollectedApp } from '../../test/collected.ts';
import type { Openings } from '../ledger/schema.ts';
import { openVault, type WrappedKey } from '../ledger/vault/vault.ts';
import type { AuditReport, ExportReply, Release } from '../release/schema.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { completeErasures } from './erasure.ts';
import type { EraseReply } from './erasure-schema.ts';

let app: TestApp;
let release: Release & { path: string };
let before = '';
let keyBefore: { subject: string } & WrappedKey;
let reply: EraseReply;
const record = 'g-en-003';
let subject = '';
/** A sentence that only this record holds. */
let secret = '';

async function send<T>(role: Parameters<TestApp['as']>[0], method: string, path: string, body?: unknown): Promise<T> {
  const answer = await app.as(role).send(method, path, body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer.body as T; // routes parse their replies
}

async function dataLines(directory: string, file: string): Promise<string[]> {
  return (await readFile(join(directory, 'data', file), 'utf8')).split('\n').slice(0, -1);
}

/** Everything any table holds, as text. */
async function wholeDatabase(): Promise<string> {
  const { db } = app.services;
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables)
    for (const { row } of await db.query<{ row: string }>(`SELECT one::text AS row FROM ${name} AS one`))
      texts.push(row);
  return texts.join('\n');
}

async function wholeWorkspace(): Promise<string> {
  const texts: string[] = [];
  for (const entry of await readdir(app.root, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  return texts.join('\n');
}

beforeAll(async () => {
  app = await openCollectedApp(['guard'], { workers: true });
  await send('steward', 'POST', '/v1/releases', { name: 'one' });
  release = await send('release-approver', 'POST', '/v1/releases/one/approval', {});
  await send<ExportReply>('engineer', 'POST', '/v1/releases/one/exports', { format: 'trl-sft' });
  before = join(app.root, '..', `${app.root.split('/').at(-1)}-before`);
  await cp(release.path, before, { recursive: true });
  const row = (await dataLines(before, 'train.jsonl')).map((line) => JSON.parse(line)).find((one) => one.id === record);
  subject = row._cts.subj;
  secret = row.completion[0].content.split('\n')[1].slice(3, 60);
  const [key] = await app.services.db.query<typeof keyBefore>('SELECT * FROM subject_key WHERE subject = $1', [
    subject,
  ]);
  keyBefore = key as typeof keyBefore; // the assertions below fail without it
  expect(await wholeDatabase()).toContain(secret);
  expect(await wholeWorkspace()).toContain(secret);
  await expect(send('steward', 'POST', '/v1/erasures', { record, reason: 'legal-order' })).rejects.toThrow('may not');
  reply = await send('privacy-officer', 'POST', '/v1/erasures', { record, reason: 'consent-withdrawn' });
});
afterAll(async () => {
  await app.close();
  for (const copy of [before, `${before}-forged`, `${before}-shown`]) await rm(copy, { recursive: true, force: true });
});

test('an erasure names what holds and what was made of the record', () => {
  expect(reply).toMatchObject({
    record,
    subject,
    reason: 'consent-withdrawn',
    releases: ['one'],
    runs: [],
    models: [],
  });
});

test('after it neither database nor workspace holds the text in any table or file', async () => {
  const database = await wholeDatabase();
  expect(database).not.toContain(secret);
  expect(database).not.toContain(Buffer.from(secret).toString('hex'));
  expect(await wholeWorkspace()).not.toContain(secret);
  expect((await app.as('engineer').send('GET', `/v1/instances/${subject}`)).status).toBe(404);
  const { openings } = await send<Openings>('engineer', 'GET', `/v1/instances/${subject}/openings`);
  expect(openings.filter((opening) => opening.envelope !== undefined)).toEqual([openings.at(-1)]);
});

test("a data key from a copy of the database made before does not open under today's keys", async () => {
  const vault = await openVault(join(app.root, 'keys', 'contents.key'));
  expect(() => vault.unwrap(subject, keyBefore)).toThrow('does not open');
  const [other] = await app.services.db.query<{ subject: string } & WrappedKey>('SELECT * FROM subject_key LIMIT 1');
  expect(vault.unwrap(other?.subject ?? '', other as WrappedKey)).toHaveLength(32);
});

test('the tree is intact, every other record is verified, and the erased one is reported as ERASED, not as failed', async () => {
  const report = await verifyExport(release.path, { record });
  // the shipped policy tolerates no erasure: the release is incomplete, and says so
  expect(report).toMatchObject({ exitCode: 3, result: 'incomplete', first: { check: 'V14' } });
  expect(report.checks.filter((check) => check.result !== 'passed').map((check) => check.id)).toEqual(['V14']);
  expect(report.record).toMatchObject({ state: 'erased', faults: [] });
  expect(report.record?.sentences[0]).toContain('consent-withdrawn');
  expect(report.notes.join()).toContain('1 record is ERASED');
});

test('a tombstone for a record that was not erased is a failure that names the record', async () => {
  const lines = await dataLines(release.path, 'train.jsonl');
  const tombstone = lines.find((line) => line.includes('cts-erased/1')) ?? '';
  const other = JSON.parse(lines.find((line) => !line.includes('cts-erased/1')) ?? '');
  const forged = `${before}-forged`;
  await cp(release.path, forged, { recursive: true });
  const text = lines.map((line) =>
    JSON.parse(line).id === other.id
      ? tombstone.replace(/"_cts":\{.*?\}/, `"_cts":${JSON.stringify(other._cts)}`)
      : line,
  );
  await writeFile(join(forged, 'data', 'train.jsonl'), text.map((line) => `${line}\n`).join(''));
  expect(await verifyExport(forged)).toMatchObject({ exitCode: 1, first: { check: 'V14', record: other.id } });
});

test('an export that still shows what the log says was erased is a failure', async () => {
  const shown = `${before}-shown`;
  await cp(release.path, shown, { recursive: true });
  for (const file of ['train.jsonl', 'validation.jsonl', 'preferences.jsonl'])
    await cp(join(before, 'data', file), join(shown, 'data', file));
  expect(await verifyExport(shown)).toMatchObject({ exitCode: 1, first: { record } });
});

test('the audit agrees with the erasure and finds a key that was destroyed without one', async () => {
  expect(await send<AuditReport>('auditor', 'GET', '/v1/audit')).toMatchObject({ findings: [] });
  const other = 'g-en-005';
  await app.services.db.query(
    'DELETE FROM subject_key WHERE subject = (SELECT id FROM instance WHERE question_id = $1)',
    [other],
  );
  const { findings } = await send<AuditReport>('auditor', 'GET', '/v1/audit');
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.map((one) => one.problem).join()).toContain('no erasure was recorded');
});

test('rows of a record that was not erased cannot be deleted', async () => {
  await expect(app.services.db.query('DELETE FROM review WHERE instance_id <> $1', [subject])).rejects.toThrow(
    'append-only',
  );
});

test('training data made from the release afterwards leaves the record out', async () => {
  const { path } = await send<ExportReply>('engineer', 'POST', '/v1/releases/one/exports', { format: 'trl-sft' });
  const text = await readFile(join(path, 'train.jsonl'), 'utf8');
  expect(text).not.toContain(`"${record}"`);
  expect(text.split('\n').length).toBe((await dataLines(release.path, 'train.jsonl')).length);
});

test('asked again, the erasure is answered as done, and completing it changes nothing', async () => {
  const again = await send<EraseReply>('privacy-officer', 'POST', '/v1/erasures', { record, reason: 'legal-order' });
  expect(again).toEqual(reply);
  const size = app.services.sequencer.log.head().size;
  await completeErasures(app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] }));
  expect(app.services.sequencer.log.head().size).toBe(size);
});
