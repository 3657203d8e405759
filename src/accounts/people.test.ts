import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import type { Context } from '../context/context.ts';
import { eventData } from '../ledger/actions.ts';
import { chainOf } from '../ledger/store.ts';
import { enrolAccount } from './actions.ts';
import { inviteAccount, revokeAccount } from './people-actions.ts';

let app: TestApp;
let setup: Context;

beforeAll(async () => {
  app = await openTestApp();
  setup = app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  await enrolAccount(setup, { id: 'admin-one', name: 'Admin One', roles: ['admin'] });
});
afterAll(() => app.close());

test('separation of duties holds when roles change: nobody becomes both of a forbidden pair', async () => {
  const admin = app.as('admin');
  await admin.send('POST', '/v1/accounts', { id: 'dr-duties', name: 'Duties', roles: ['steward'] });
  const both = await admin.send('PATCH', '/v1/accounts/dr-duties', { roles: ['steward', 'release-approver'] });
  expect(both).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
  for (const role of ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair', 'release-approver'])
    expect((await admin.send('PATCH', '/v1/accounts/dr-duties', { roles: ['admin', role] })).status).toBe(400);
  expect((await admin.send('PATCH', '/v1/accounts/dr-duties', { roles: ['adjudicator'] })).status).toBe(200);
});

test('a change of roles is in the log, by whom and from what, and a verifier reads the new entitlement', async () => {
  await enrolAccount(setup, { id: 'dr-logged', name: 'Logged', roles: ['reviewer'] });
  const admin = app.as('admin');
  const edit = { roles: ['adjudicator'], credential: 'Licence 12345 of the board', email: 'logged@example.org' };
  expect((await admin.send('PATCH', '/v1/accounts/dr-logged', edit)).status).toBe(200);
  await admin.send('POST', '/v1/accounts/dr-logged/revocation');
  const chain = await chainOf(app.services.db, setup.ledger, setup.ledger.systemSubject);
  const events = chain.map(
    ({ type, opening }) => [type, opening === undefined ? {} : eventData(opening.envelope)] as const,
  );
  expect(events.filter(([, data]) => data.account === 'dr-logged')).toEqual([
    ['reviewer.enrolled', { account: 'dr-logged', roles: ['reviewer'], credentialed: false, demo: false }],
    ['role.granted', { account: 'dr-logged', roles: ['adjudicator'], before: ['reviewer'] }],
    ['reviewer.enrolled', { account: 'dr-logged', roles: ['adjudicator'], credentialed: true, demo: false }],
    ['reviewer.revoked', { account: 'dr-logged' }],
  ]);
});

test('a revoked account stays revoked: it is neither edited nor invited', async () => {
  await enrolAccount(setup, { id: 'dr-over', name: 'Over', roles: ['reviewer'] });
  await revokeAccount(setup, 'dr-over');
  const admin = app.as('admin');
  expect((await admin.send('PATCH', '/v1/accounts/dr-over', { roles: ['reviewer'] })).status).toBe(409);
  expect((await admin.send('POST', '/v1/accounts/dr-over/invitation')).status).toBe(409);
});

test('the last administrator can neither be revoked nor lose the role', async () => {
  const alone = await openTestApp();
  const ctx = alone.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  await enrolAccount(ctx, { id: 'only', name: 'Only', roles: ['admin'] });
  await expect(revokeAccount(ctx, 'only')).rejects.toThrow('last administrator');
  await alone.close();
});

test('two people never share an e-mail, whatever the case', async () => {
  await enrolAccount(setup, { id: 'dr-mail', name: 'Mail', roles: ['reviewer'], email: 'One@example.org' });
  const again = { id: 'dr-mail-two', name: 'Mail', roles: ['reviewer'], email: 'one@EXAMPLE.org' };
  expect((await app.as('admin').send('POST', '/v1/accounts', again)).status).toBe(409);
});

test('only administrators enrol, invite, edit and revoke', async () => {
  for (const role of ['engineer', 'steward', 'reviewer', 'auditor'] as const) {
    const { send } = app.as(role);
    expect((await send('POST', '/v1/accounts', { id: 'dr-x', name: 'X', roles: ['reviewer'] })).status).toBe(403);
    expect((await send('PATCH', '/v1/accounts/admin-one', { name: 'X' })).status).toBe(403);
    expect((await send('POST', '/v1/accounts/admin-one/invitation')).status).toBe(403);
    expect((await send('POST', '/v1/accounts/admin-one/revocation')).status).toBe(403);
    expect((await send('POST', '/v1/accounts/operator/sign-in-link')).status).toBe(403);
  }
});

test('the list says who can sign in and who was invited', async () => {
  await enrolAccount(setup, { id: 'dr-listed', name: 'Listed', roles: ['reviewer'] });
  const listed = async () => {
    const { body } = await app.as('admin').send('GET', '/v1/accounts');
    return (body as { accounts: { id: string }[] }).accounts.find(({ id }) => id === 'dr-listed');
  };
  expect(await listed()).toMatchObject({ canSignIn: false });
  const { path, expiresAt } = await inviteAccount(setup, 'dr-listed');
  expect(await listed()).toMatchObject({ canSignIn: false, invitedUntil: expiresAt });
  const accepted = { code: path.split('#')[1], name: 'Listed', password: 'a long enough password' };
  await app.browser()('POST', '/v1/sign-in/invitation', accepted);
  expect(await listed()).toMatchObject({ canSignIn: true });
  expect(await listed()).not.toHaveProperty('invitedUntil');
});

test('a token does what its scope says, until it expires or is revoked', async () => {
  const { id, send } = app.as('engineer');
  const make = async (input: Record<string, unknown>) => {
    const { body } = await send('POST', '/v1/accounts/me/tokens', { label: 'mine', ...input });
    return { authorization: `Bearer ${(body as { token: string }).token}` };
  };
  const ask = app.browser();
  const read = await make({ scope: 'read', days: 7 });
  expect((await ask('GET', '/v1/accounts/me', undefined, read)).body).toMatchObject({ id, via: 'token' });
  expect((await ask('POST', '/v1/accounts/me/tokens', { label: 'more' }, read)).status).toBe(403);
  const write = await make({ scope: 'write' });
  expect((await ask('POST', '/v1/accounts/me/tokens', { label: 'other' }, write)).status).toBe(201);
  const { body } = await send('GET', '/v1/accounts/me/tokens');
  const tokens = (body as { tokens: { id: string; label: string; scope: string; expiresAt?: string }[] }).tokens;
  expect(JSON.stringify(tokens)).not.toContain('sm_');
  const limited = tokens.find((token) => token.scope === 'read');
  expect(limited?.expiresAt).toBeDefined();
  expect((await send('DELETE', `/v1/accounts/me/tokens/${limited?.id}`)).status).toBe(200);
  expect((await ask('GET', '/v1/accounts/me', undefined, read)).status).toBe(401);
  await app.services.db.query(
    `UPDATE account_token SET expires_at = now() - interval '1 second' WHERE account_id = $1`,
    [id],
  );
  expect((await ask('GET', '/v1/accounts/me', undefined, write)).status).toBe(401);
});

test('an administrator revokes the tokens of others, sees none, and makes none for people who sign', async () => {
  const signer = await app.account('dr-signs', ['reviewer']);
  const admin = app.as('admin');
  const refused = await admin.send('POST', '/v1/accounts/dr-signs/tokens', { label: 'in their name' });
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
  const { body } = await admin.send('GET', '/v1/accounts/dr-signs/tokens');
  const [token] = (body as { tokens: { id: string }[] }).tokens;
  expect((await admin.send('DELETE', `/v1/accounts/dr-signs/tokens/${token?.id}`)).status).toBe(200);
  expect((await signer('GET', '/v1/accounts/me')).status).toBe(401);
  const machine = { id: 'gateway', name: 'Gateway', roles: ['application'] };
  expect((await admin.send('POST', '/v1/accounts', machine)).status).toBe(201);
  expect((await admin.send('POST', '/v1/accounts/gateway/tokens', { label: 'server' })).status).toBe(201);
});

test('an API token sets no password, adds no passkey, and opens no session', async () => {
  const { send } = app.as('engineer', 'auditor');
  const attempts = [
    await send('PUT', '/v1/accounts/me/password', { password: 'a long enough password' }),
    await send('PUT', '/v1/accounts/me/email', { email: 'x@example.org' }),
    await send('POST', '/v1/accounts/me/passkeys/options'),
    await send('POST', '/v1/accounts/operator/sign-in-link'),
  ];
  expect(attempts.map((reply) => reply.status)).toEqual([403, 403, 403, 403]);
});

test('demonstration accounts are entered from this machine only, and only if they are marked as demo', async () => {
  await enrolAccount(setup, { id: 'demo-a', name: 'Demo A', roles: ['reviewer'], demo: true });
  await enrolAccount(setup, { id: 'dr-real', name: 'Real', roles: ['reviewer'] });
  const enter = (account: string, headers: Record<string, string> = {}, host = 'localhost') =>
    app.browser()('POST', `http://${host}/v1/sign-in/demo`, { account }, headers);
  expect((await enter('demo-a')).status).toBe(200);
  expect((await enter('dr-real')).status).toBe(403);
  expect((await enter('demo-a', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
  expect((await enter('demo-a', {}, 'rebound.example')).status).toBe(403);
  const offer = await app.browser()('GET', 'http://rebound.example/v1/sign-in');
  expect(offer.body).toMatchObject({ demo: [] });
  const strict = await openTestApp({ signIn: { demo: false } });
  const ctx = strict.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  await enrolAccount(ctx, { id: 'demo-a', name: 'Demo A', roles: ['reviewer'], demo: true });
  expect((await strict.browser()('POST', '/v1/sign-in/demo', { account: 'demo-a' })).status).toBe(403);
  expect((await strict.browser()('GET', '/v1/sign-in')).body).toMatchObject({ demo: [] });
  await strict.close();
});
