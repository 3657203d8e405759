import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { isSigned, openReceiver, type Received, type Receiver } from '../../test/webhook-receiver.ts';
import { enrolAccount } from '../accounts/actions.ts';
import type { Actor } from '../context/actor.ts';
import { configFile, workspaceAt } from '../context/workspace.ts';
import { openWorkspace } from '../server/open.ts';
import { addWebhook } from './actions.ts';
import { deliverDue } from './deliver.ts';
import { giveUpDays } from './schedule.ts';
import type { Delivery, Message, Webhook } from './schema.ts';
import { signedHeaders } from './sign.ts';

const admin: Actor = { id: 'test-admin', name: 'Test admin', roles: ['admin'] };
const day = 24 * 3600 * 1000;
let app: TestApp;
let receiver: Receiver;
let told: string[];
let now: number;

beforeEach(async () => {
  now = Date.now() - 30 * day; // the log refuses times ahead of the database's clock
  app = await openTestApp({ clock: { now: () => new Date(now) } });
  receiver = await openReceiver();
  told = [];
});
afterEach(async () => {
  await receiver.close();
  await app.close();
});

const engineer = () => app.as('engineer');
const messages = (): Message[] => receiver.received.map((one) => JSON.parse(one.body));

async function add(types: string[] = ['reviewer.enrolled']): Promise<{ webhook: Webhook; secret: string }> {
  await engineer().send('GET', '/v1/webhooks'); // enrolled before, so that it is no event of the test
  await app.services.sequencer.flush();
  const { status, body } = await engineer().send('POST', '/v1/webhooks', { url: receiver.url, types });
  expect(status).toBe(201);
  return body as { webhook: Webhook; secret: string };
}

/** Makes that many events, named so that the test can see whether a name gets out. */
async function enrol(count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await enrolAccount(app.services.contextFor(admin), {
      id: `secret-name-${Math.random().toString(36).slice(2)}`,
      name: 'Secret Name',
      roles: ['reviewer'],
    });
  await app.services.sequencer.flush();
}

async function deliver(): Promise<void> {
  const ctx = { ...app.services.contextFor(admin), log: (_: string, line: string) => void told.push(line) };
  await deliverDue(ctx, new AbortController().signal);
}

async function state(id: string): Promise<Webhook> {
  const { body } = await engineer().send('GET', '/v1/webhooks');
  return (body as { webhooks: Webhook[] }).webhooks.find((one) => one.id === id)!;
}

test('the signature is that of the Standard Webhooks specification: its published example', () => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  expect(signedHeaders(key, message)['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('each event is told once, in the order of the log, signed, with its place and nothing of its content', async () => {
  const { webhook, secret } = await add();
  await enrol(3);
  await deliver();
  await deliver();
  expect(receiver.received).toHaveLength(3);
  for (const one of receiver.received) expect(isSigned(one, secret)).toBe(true);
  expect(new Set(receiver.received.map((one) => one.id)).size).toBe(3);
  const leaves = messages().map(({ data }) => data.leaf);
  expect(leaves).toEqual([webhook.cursor, webhook.cursor + 1, webhook.cursor + 2]);
  const rows = await app.services.db.query<{ subject: string; seq: number; time: Date }>(
    'SELECT subject, seq, time FROM event JOIN event_position ON event_id = event.id WHERE leaf_index = $1',
    [leaves[0]],
  );
  expect(messages()[0]).toEqual({
    type: 'reviewer.enrolled',
    timestamp: rows[0]!.time.toISOString(),
    data: { log: 'cts.example/test', leaf: leaves[0], subject: rows[0]!.subject, seq: rows[0]!.seq },
  });
  for (const { body } of receiver.received) expect(body.toLowerCase()).not.toMatch(/secret|name|reviewer"/);
});

test('only the types asked for are told, and only what happened after the webhook was added', async () => {
  await enrol(1);
  await add(['guideline.published']);
  await enrol(2);
  await deliver();
  expect(receiver.received).toEqual([]);
});

test('a failed message is tried again with growing pauses, under the same id, and what follows waits for it', async () => {
  const { webhook } = await add();
  await enrol(2);
  receiver.answer = (_, count) => (count <= 2 ? 500 : 204);
  await deliver();
  await deliver();
  expect(receiver.received).toHaveLength(1);
  const first = new Date((await state(webhook.id)).dueAt).getTime() - now;
  now += first;
  await deliver();
  const second = new Date((await state(webhook.id)).dueAt).getTime() - now;
  expect(second).toBeGreaterThan(first);
  now += second;
  await deliver();
  expect(receiver.received.map((one) => one.id.split('_')[2])).toEqual(
    [0, 0, 0, 1].map((place) => String(webhook.cursor + place)),
  );
  const { body } = await engineer().send('GET', `/v1/webhooks/${webhook.id}/deliveries`);
  expect((body as { deliveries: Delivery[] }).deliveries).toMatchObject([
    { leaf: webhook.cursor + 1, state: 'delivered', attempts: 1 },
    { leaf: webhook.cursor, state: 'delivered', attempts: 3, status: 204 },
  ]);
});

test('a webhook that fails for days stops, says so, and goes on where it stopped when resumed', async () => {
  const { webhook } = await add();
  await enrol(2);
  receiver.answer = () => 503;
  for (let day = 0; (await state(webhook.id)).state === 'active' && day < 100; day++) {
    await deliver();
    now = Math.max(now + 1, new Date((await state(webhook.id)).dueAt).getTime());
  }
  const stopped = await state(webhook.id);
  expect(stopped).toMatchObject({ state: 'stopped', cursor: webhook.cursor });
  expect(stopped.stopReason).toContain(`failed for ${giveUpDays} days`);
  expect(told.join()).toContain(`safemed webhook resume ${webhook.id}`);
  receiver.answer = () => 200;
  await deliver();
  const before = receiver.received.length;
  expect((await engineer().send('POST', `/v1/webhooks/${webhook.id}/resume`)).status).toBe(200);
  await deliver();
  expect(receiver.received.slice(before).map((one) => JSON.parse(one.body).data.leaf)).toEqual([
    webhook.cursor,
    webhook.cursor + 1,
  ]);
});

test('a receiver that answers 410 gets no more, and a redirect is a failure, not a new address', async () => {
  const { webhook } = await add();
  await enrol(1);
  receiver.answer = () => 302;
  await deliver();
  expect(receiver.received).toHaveLength(1);
  expect(await state(webhook.id)).toMatchObject({ state: 'active', attempts: 1 });
  now += 3600_000;
  receiver.answer = () => 410;
  await deliver();
  expect((await state(webhook.id)).state).toBe('stopped');
});

test('a process that ends in the middle loses nothing: the next one tells what was not confirmed, then the rest', async () => {
  const root = mkdtempSync(join(tmpdir(), 'webhooks-'));
  writeFileSync(join(root, configFile), stringify({ log: { origin: 'cts.example/restart' } }));
  const open = () => openWorkspace(workspaceAt(root), () => undefined);
  receiver.answer = (_, count) => (count === 2 ? 'never' : 204);
  let services = await open();
  await services.sequencer.flush();
  const ctx = services.contextFor(admin);
  const { secret, webhook } = await addWebhook(ctx, { url: receiver.url, types: ['reviewer.enrolled'] });
  for (const id of ['one', 'two', 'three']) await enrolAccount(ctx, { id, name: id, roles: ['reviewer'] });
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(2);
  await services.close();
  services = await open();
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(4);
  await services.close();
  rmSync(root, { recursive: true });
  const leaves = receiver.received.map((one: Received) => JSON.parse(one.body).data.leaf - webhook.cursor);
  expect(leaves.map((leaf, at) => leaf - (leaves[0] ?? 0) - at)).toEqual([0, 0, -1, -1]);
  expect(receiver.received[2]!.id).toBe(receiver.received[1]!.id);
  for (const one of receiver.received) expect(isSigned(one, secret)).toBe(true);
});

test('a process that was killed holds nothing up for longer than its lease', async () => {
  const { webhook } = await add();
  await enrol(1);
  const later = new Date(now + 30_000);
  await app.services.db.query('UPDATE webhook SET due_at = $2 WHERE id = $1', [webhook.id, later]);
  await deliver();
  expect(receiver.received).toEqual([]);
  now = later.getTime();
  await deliver();
  expect(receiver.received).toHaveLength(1);
});

test('nothing is sent in the clear to another machine, and the secret lies sealed in the database', async () => {
  for (const url of ['http://example.org/hook', 'ftp://example.org', 'https://user:pass@example.org/', 'hook']) {
    const { status, body } = await engineer().send('POST', '/v1/webhooks', { url });
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('url')]);
  }
  const { webhook, secret } = await add();
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  expect(key).toHaveLength(32);
  const [row] = await app.services.db.query<{ wrapped: Uint8Array }>(
    'SELECT wrapped FROM subject_key WHERE subject = $1',
    [webhook.id],
  );
  expect(Buffer.from(row!.wrapped).includes(key)).toBe(false);
  expect(JSON.stringify((await engineer().send('GET', '/v1/webhooks')).body)).not.toContain('whsec_');
});

test('a removed webhook is told nothing more, and its secret is destroyed', async () => {
  const { webhook } = await add();
  await enrol(1);
  expect((await engineer().send('DELETE', `/v1/webhooks/${webhook.id}`)).status).toBe(200);
  await deliver();
  expect(receiver.received).toEqual([]);
  expect(await app.services.db.query('SELECT 1 FROM subject_key WHERE subject = $1', [webhook.id])).toEqual([]);
  expect((await engineer().send('GET', `/v1/webhooks/${webhook.id}/deliveries`)).status).toBe(404);
});

test('only administrators and engineers see or change webhooks', async () => {
  for (const role of ['reviewer', 'steward', 'auditor'] as const) {
    expect((await app.as(role).send('GET', '/v1/webhooks')).status).toBe(403);
    expect((await app.as(role).send('POST', '/v1/webhooks', { url: receiver.url })).status).toBe(403);
  }
  expect((await app.as('admin').send('GET', '/v1/webhooks')).status).toBe(200);
});
