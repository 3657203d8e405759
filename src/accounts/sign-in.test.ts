import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import type { Context } from '../context/context.ts';
import { enrolAccount } from './actions.ts';
import { setupLink, signInLink } from './links.ts';
import { inviteAccount, revokeAccount } from './people-actions.ts';

let app: TestApp;
let admin: Context;
const password = 'a long enough password';
/** Set while a test must not depend on how fast the machine is. */
let standing: Date | undefined;

beforeAll(async () => {
  app = await openTestApp({ clock: { now: () => standing ?? new Date() } });
  admin = app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
});
afterAll(() => app.close());

/** Enrols a reviewer and lets them set a password. */
async function member(id: string, email?: string): Promise<void> {
  await enrolAccount(admin, { id, name: id, roles: ['reviewer'], ...(email === undefined ? {} : { email }) });
  const code = (await inviteAccount(admin, id)).path.split('#')[1];
  const reply = await app.browser()('POST', '/v1/sign-in/invitation', { code, name: `Dr ${id}`, password });
  expect(reply).toMatchObject({ status: 200, body: { account: id } });
}

async function signedIn(id: string): Promise<ReturnType<TestApp['browser']>> {
  const browser = app.browser();
  const reply = await browser('POST', '/v1/sign-in/password', { login: id, password });
  expect(reply.status).toBe(200);
  return browser;
}

test('a person signs in with account id or e-mail and password, and is who they are until they sign out', async () => {
  await member('dr-lin', 'Lin@Example.org');
  for (const login of ['dr-lin', 'DR-LIN', 'lin@example.org', ' Lin@Example.org ']) {
    const browser = await signedIn(login);
    const me = await browser('GET', '/v1/accounts/me');
    expect(me.body).toMatchObject({ id: 'dr-lin', name: 'Dr dr-lin', roles: ['reviewer'], via: 'session' });
    expect(me.body).toMatchObject({ methods: ['password'], demo: false });
    expect((await browser('POST', '/v1/accounts/me/sign-out')).status).toBe(200);
    expect((await browser('GET', '/v1/accounts/me')).status).toBe(401);
  }
});

test('a wrong password and a name that nobody has get the very same answer', async () => {
  await member('dr-same');
  const replies = [];
  for (const login of ['dr-same', 'nobody-at-all', 'nobody@example.org'])
    replies.push(await app.browser()('POST', '/v1/sign-in/password', { login, password: 'not the password' }));
  expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  expect(replies[0]?.status).toBe(401);
});

test('guessing is slowed down for a name, known or not, and the right password has to wait too', async () => {
  await member('dr-guessed');
  standing = new Date();
  for (const login of ['dr-guessed', 'no-such-name']) {
    const statuses = [];
    for (let guess = 0; guess < 6; guess++)
      statuses.push(
        (await app.browser()('POST', '/v1/sign-in/password', { login, password: `guess ${guess}` })).status,
      );
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  }
  const right = await app.browser()('POST', '/v1/sign-in/password', { login: 'dr-guessed', password });
  expect(right).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } });
  standing = undefined;
});

test('guesses made at the same moment count each other', async () => {
  await member('dr-burst');
  standing = new Date();
  const tries = Array.from({ length: 12 }, (_, guess) =>
    app.browser()('POST', '/v1/sign-in/password', { login: 'dr-burst', password: `guess ${guess}` }),
  );
  const statuses = (await Promise.all(tries)).map((reply) => reply.status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  standing = undefined;
});

test('another site can neither sign a visitor in nor write with their session', async () => {
  await member('dr-visitor');
  const browser = await signedIn('dr-visitor');
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }] as const) {
    expect((await browser('POST', '/v1/accounts/me/sign-out', {}, headers)).status).toBe(403);
    const login = { login: 'dr-visitor', password };
    expect((await app.browser()('POST', '/v1/sign-in/password', login, headers)).status).toBe(403);
  }
  expect((await browser('GET', '/v1/accounts/me')).status).toBe(200);
});

test('cookies of a session cannot be read by scripts, travel to no other site, and cannot be made up', async () => {
  await member('dr-cookie');
  const reply = await app.browser()('POST', '/v1/sign-in/password', { login: 'dr-cookie', password });
  const [cookie = ''] = reply.setCookie.filter((line) => line.startsWith('safemed.session_token='));
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Strict/i);
  const [row] = await app.services.db.query<{ token: string }>(
    `SELECT token FROM auth_session WHERE user_id = 'dr-cookie'`,
  );
  const forged = { cookie: `safemed.session_token=${row?.token}` };
  expect((await app.browser()('GET', '/v1/accounts/me', undefined, forged)).status).toBe(401);
});

test('a session ends after a pause, and after its longest time however much it is used', async () => {
  await member('dr-late');
  const { db } = app.services;
  const idle = await signedIn('dr-late');
  await db.query(`UPDATE auth_session SET expires_at = now() - interval '1 second' WHERE user_id = 'dr-late'`);
  expect((await idle('GET', '/v1/accounts/me')).status).toBe(401);
  const used = await signedIn('dr-late');
  const count = `SELECT count(*)::int AS count FROM auth_session WHERE user_id = 'dr-late'`;
  const [before] = await db.query<{ count: number }>(count);
  await db.query(`UPDATE auth_session SET created_at = now() - interval '13 hours' WHERE user_id = 'dr-late'`);
  expect((await used('GET', '/v1/accounts/me')).status).toBe(401);
  expect(await db.query(count)).toEqual([{ count: (before?.count ?? 0) - 1 }]);
});

test('signing out everywhere ends every session of the person and of nobody else', async () => {
  await member('dr-everywhere');
  await member('dr-other');
  const [here, there, other] = [
    await signedIn('dr-everywhere'),
    await signedIn('dr-everywhere'),
    await signedIn('dr-other'),
  ];
  const { body } = await here('GET', '/v1/accounts/me/sessions');
  expect((body as { sessions: { current: boolean }[] }).sessions.filter((one) => one.current)).toHaveLength(1);
  expect((await here('DELETE', '/v1/accounts/me/sessions')).status).toBe(200);
  for (const browser of [here, there]) expect((await browser('GET', '/v1/accounts/me')).status).toBe(401);
  expect((await other('GET', '/v1/accounts/me')).status).toBe(200);
});

test('a changed password ends the sessions elsewhere, and needs the one before', async () => {
  await member('dr-change');
  const [here, there] = [await signedIn('dr-change'), await signedIn('dr-change')];
  const next = 'another long password';
  expect((await here('PUT', '/v1/accounts/me/password', { password: next })).status).toBe(403);
  expect((await here('PUT', '/v1/accounts/me/password', { current: 'wrong one', password: next })).status).toBe(403);
  expect((await here('PUT', '/v1/accounts/me/password', { current: password, password: 'short' })).status).toBe(400);
  expect((await here('PUT', '/v1/accounts/me/password', { current: password, password: next })).status).toBe(200);
  expect((await here('GET', '/v1/accounts/me')).status).toBe(200);
  expect((await there('GET', '/v1/accounts/me')).status).toBe(401);
  const again = await app.browser()('POST', '/v1/sign-in/password', { login: 'dr-change', password: next });
  expect(again.status).toBe(200);
});

test('an invitation works once, shows whom it is for, and takes the place of an earlier one', async () => {
  await enrolAccount(admin, { id: 'dr-invited', name: 'Invited', roles: ['reviewer'] });
  const [first = '', second = ''] = [
    (await inviteAccount(admin, 'dr-invited')).path.split('#')[1],
    (await inviteAccount(admin, 'dr-invited')).path.split('#')[1],
  ];
  const browser = app.browser();
  const accept = (code: string) => browser('POST', '/v1/sign-in/invitation', { code, name: 'Dr Invited', password });
  expect((await accept(first)).status).toBe(401);
  const view = await browser('POST', '/v1/sign-in/invitation/view', { code: second });
  expect(view.body).toEqual({ account: 'dr-invited', name: 'Invited', roles: ['reviewer'] });
  const short = await browser('POST', '/v1/sign-in/invitation', { code: second, name: 'x', password: 'too short' });
  expect(short.status).toBe(400);
  expect((await accept(second)).status).toBe(200);
  expect((await browser('GET', '/v1/accounts/me')).body).toMatchObject({ name: 'Dr Invited' });
  expect((await accept(second)).status).toBe(401);
  const [kept] = await app.services.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM sign_in_code WHERE sha256 IN ($1, $2)`,
    [first, second],
  );
  expect(kept?.count).toBe(0);
});

test('of two browsers that open the same sign-in link at the same moment one gets in', async () => {
  await member('dr-link');
  const { path } = await signInLink(admin, 'dr-link');
  const replies = await Promise.all([app.browser()('GET', path), app.browser()('GET', path)]);
  expect(replies.map((reply) => reply.status).sort()).toEqual([302, 401]);
});

test('an expired link is refused', async () => {
  await member('dr-expired');
  const { path } = await signInLink(admin, 'dr-expired');
  await app.services.db.query(`UPDATE sign_in_code SET expires_at = now() - interval '1 second'`);
  expect((await app.browser()('GET', path)).status).toBe(401);
});

test('a revoked account is out at once: session, token, password, invitation', async () => {
  await member('dr-gone');
  const browser = await signedIn('dr-gone');
  const token = await browser('POST', '/v1/accounts/me/tokens', { label: 'mine' });
  const bearer = { authorization: `Bearer ${(token.body as { token: string }).token}` };
  const code = (await inviteAccount(admin, 'dr-gone')).path.split('#')[1];
  expect((await app.browser()('GET', '/v1/accounts/me', undefined, bearer)).status).toBe(200);
  await revokeAccount(admin, 'dr-gone');
  expect((await browser('GET', '/v1/accounts/me')).status).toBe(401);
  expect((await app.browser()('GET', '/v1/accounts/me', undefined, bearer)).status).toBe(401);
  expect((await app.browser()('POST', '/v1/sign-in/password', { login: 'dr-gone', password })).status).toBe(401);
  expect((await app.browser()('POST', '/v1/sign-in/invitation', { code, name: 'x', password })).status).toBe(401);
});

test('a workspace without an administrator gives its setup link once; after that there is none', async () => {
  const fresh = await openTestApp();
  const setup = fresh.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  const link = await setupLink(setup);
  const code = link?.split('#')[1] ?? '';
  const input = { code, id: 'head', name: 'The Head', password };
  const browser = fresh.browser();
  expect((await browser('POST', '/v1/sign-in/setup', { ...input, code: 'x'.repeat(43) })).status).toBe(401);
  expect((await browser('POST', '/v1/sign-in/setup', input)).status).toBe(200);
  expect((await browser('GET', '/v1/accounts/me')).body).toMatchObject({ id: 'head', roles: ['admin'] });
  expect((await browser('POST', '/v1/sign-in/setup', { ...input, id: 'second' })).status).toBe(401);
  expect(await setupLink(setup)).toBeUndefined();
  await fresh.close();
});
