import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply, TestApp } from '../../test/app.ts';
import { openCollectedApp } from '../../test/collected.ts';
import { transact } from '../context/context.ts';
import { appendEvent } from '../ledger/actions.ts';
import { openCheckpoint } from '../ledger/checkpoints/checkpoint.ts';
import { formatVkey, parseVkey } from '../ledger/checkpoints/vkey.ts';
import { openKeyFile } from '../ledger/keys/key-file.ts';
import { verifyExport } from '../verify/verify-export.ts';

let app: TestApp;
let scratch = '';
let oldKey = '';
let rotated: Reply;
const paths: Record<string, string> = {};

const send = (
  role: 'steward' | 'release-approver' | 'admin' | 'auditor',
  method: string,
  path: string,
  body?: unknown,
) => app.as(role).send(method, path, body);

async function release(name: string): Promise<Reply> {
  await send('steward', 'POST', '/v1/releases', { name });
  return send('release-approver', 'POST', `/v1/releases/${name}/approval`, {});
}

const currentKey = (): string => formatVkey(app.services.sequencer.log.key);
const fileOf = (name: string, file: string): string => join(paths[name] ?? '', 'provenance', file);

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rotation-'));
  app = await openCollectedApp(['guard'], { workers: true });
  oldKey = currentKey();
  for (const name of ['before', 'after']) {
    if (name === 'after') rotated = await send('admin', 'POST', '/v1/log/rotation', {});
    const { body } = await release(name);
    paths[name] = (body as { path: string }).path;
  }
});
afterAll(async () => {
  await app.close();
  await rm(scratch, { recursive: true });
});

test('a change of key tells the new key and that the old one signs beside it', async () => {
  expect(rotated.status).toBe(200);
  expect(rotated.body).toMatchObject({ key: currentKey(), formerKeys: [{ vkey: oldKey, signs: true }] });
  expect(currentKey()).not.toBe(oldKey);
  expect((await send('auditor', 'POST', '/v1/log/rotation', {})).status).toBe(403);
});

test('while both keys sign, readers of either find the head', async () => {
  const { body } = await send('auditor', 'GET', '/v1/log/checkpoint');
  const [old, current] = [parseVkey(oldKey), parseVkey(currentKey())];
  expect(openCheckpoint(String(body), old).size).toBe(openCheckpoint(String(body), current).size);
  expect(openCheckpoint(String(body), current, [old]).signatures).toHaveLength(2);
});

test('releases from before and after the change verify, each with the old and with the new policy', async () => {
  for (const data of ['before', 'after'])
    for (const policy of ['before', 'after'])
      expect(await verifyExport(paths[data] ?? '', { policy: fileOf(policy, 'policy.txt') })).toMatchObject({
        result: 'passed',
        exitCode: 0,
      });
  const only = join(scratch, 'new-only.txt');
  await writeFile(only, `log ${currentKey()}\nquorum none\n`);
  expect((await verifyExport(paths.after ?? '', { policy: only })).exitCode).toBe(0);
  expect((await verifyExport(paths.before ?? '', { policy: only })).exitCode).toBe(1);
});

test('every release lists the founding key alone, whatever key signs now', async () => {
  expect(await readFile(fileOf('after', 'keys.jsonl'), 'utf8')).toBe(
    await readFile(fileOf('before', 'keys.jsonl'), 'utf8'),
  );
});

test('after the change the database still agrees with what either key has signed', async () => {
  expect((await send('auditor', 'GET', '/v1/audit')).body).toMatchObject({ findings: [], pending: 0 });
});

test('events recorded at the very moment of a change are each signed by the key of their place in the log', async () => {
  const instances = await app.services.db.query<{ id: string }>('SELECT id FROM instance ORDER BY id LIMIT 12');
  const ctx = app.services.contextFor({ id: 'test-engineer', name: 'x', roles: ['engineer'] });
  const write = ({ id }: { id: string }, n: number) =>
    transact(ctx, async (ctx) => {
      await appendEvent(ctx, { subject: id, type: 'incident.recorded', data: { n } });
      await sleep(Math.random() * 20);
      await appendEvent(ctx, { subject: id, type: 'incident.recorded', data: { n, again: true } });
    });
  const early = instances.map(write);
  const change = send('admin', 'POST', '/v1/log/rotation', {});
  await sleep(5);
  const replies = await Promise.all([change, ...early, ...instances.map(write)]);
  expect(replies[0]).toMatchObject({ status: 200, body: { formerKeys: { length: 2 } } });
  expect((await send('auditor', 'GET', '/v1/audit')).body).toMatchObject({ findings: [], pending: 0 });
});

test('no key is changed while a release is sealed but unfinished', async () => {
  await app.services.db.query(`UPDATE dataset_release SET state = 'sealed' WHERE name = 'after'`);
  const refused = await send('admin', 'POST', '/v1/log/rotation', {});
  await app.services.db.query(`UPDATE dataset_release SET state = 'frozen' WHERE name = 'after'`);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    409,
    expect.stringContaining('sealed but not finished'),
  ]);
  expect((await send('admin', 'GET', '/v1/log/status')).body).toMatchObject({ formerKeys: [{ vkey: oldKey }, {}] });
});

test('an event signed by the retired key after the change keeps its example from being released, and the audit names it', async () => {
  const retired = await openKeyFile(join(app.root, 'keys', 'log.key'));
  const steward = app.services.contextFor({ id: 'test-steward', name: 'x', roles: ['steward'] });
  const [instance] = await app.services.db.query<{ id: string }>(
    `SELECT id FROM instance WHERE state = 'accepted' ORDER BY question_id LIMIT 1`,
  );
  await transact({ ...steward, ledger: { ...steward.ledger, signer: retired } }, (ctx) =>
    appendEvent(ctx, { subject: instance?.id ?? '', type: 'incident.recorded', data: { late: true } }),
  );
  const refused = await release('late');
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    422,
    expect.stringContaining('signed by no key enrolled'),
  ]);
  const { findings } = (await send('auditor', 'GET', '/v1/audit')).body as { findings: { problem: string }[] };
  expect(findings.map((finding) => finding.problem).join()).toMatch(/incident\.recorded: .*signed by no key enrolled/);
});
