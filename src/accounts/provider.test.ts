import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { client, type FakeProvider, startProvider } from '../../test/fake-provider.ts';
import type { Context } from '../context/context.ts';
import { enrolAccount } from './actions.ts';
import { revokeAccount } from './people-actions.ts';

const origin = 'http://localhost:4319';
let provider: FakeProvider;
let app: TestApp;
let setup: Context;

beforeAll(async () => {
  provider = await startProvider();
  // biome-ignore lint/style/noProcessEnv: the configuration names the variable that holds the client's secret
  process.env.SAFEMED_TEST_OIDC_SECRET = client.secret;
  const oidc = {
    issuer: provider.issuer,
    clientId: client.id,
    clientSecretEnv: 'SAFEMED_TEST_OIDC_SECRET',
    name: 'Clinic',
  };
  app = await openTestApp({ signIn: { origin, oidc } });
  setup = app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  await enrolAccount(setup, { id: 'dr-lin', name: 'Dr Lin', roles: ['reviewer'], email: 'Lin@example.org' });
});
afterEach(() => {
  provider.person = { sub: 'subject-1', email: 'lin@example.org', email_verified: true };
  provider.falsify = 'nothing';
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

/** Follows the redirects of a sign-in with the provider, as a browser does. */
async function comeIn(to = '/work'): Promise<{ browser: ReturnType<TestApp['browser']>; location: string }> {
  const browser = app.browser();
  const asked = await browser('GET', `${origin}/v1/sign-in/provider?to=${encodeURIComponent(to)}`);
  expect(asked.status).toBe(302);
  const consent = await fetch(asked.location ?? '', { redirect: 'manual' });
  const back = await browser('GET', consent.headers.get('location') ?? '');
  return { browser, location: back.location ?? '' };
}

test('nobody asks the provider anything before somebody uses it', () => {
  expect(provider.requests).toEqual([]);
});

test('an enrolled person comes in by the e-mail that an administrator recorded, and later by the subject', async () => {
  const { browser, location } = await comeIn();
  expect(location).toBe('/work');
  expect((await browser('GET', '/v1/accounts/me')).body).toMatchObject({ id: 'dr-lin', methods: ['oidc'] });
  provider.person = { sub: 'subject-1', email: 'renamed@example.org', email_verified: true };
  expect((await (await comeIn()).browser('GET', '/v1/accounts/me')).body).toMatchObject({ id: 'dr-lin' });
  const stored = await app.services.db.query(`SELECT * FROM auth_account WHERE user_id = 'dr-lin'`);
  expect(JSON.stringify(stored)).not.toContain('eyJ');
});

test('a person who is not enrolled gets no account', async () => {
  provider.person = { sub: 'subject-2', email: 'stranger@example.org', email_verified: true };
  const { browser, location } = await comeIn();
  expect(location).toMatch(/^\/sign-in\?error=/);
  expect((await browser('GET', '/v1/accounts/me')).status).toBe(401);
  expect(await app.services.db.query(`SELECT id FROM account WHERE email ILIKE 'stranger%'`)).toEqual([]);
});

test('an e-mail that the provider has not verified, or that a person gave themselves, leads nowhere', async () => {
  await enrolAccount(setup, { id: 'dr-unsure', name: 'Unsure', roles: ['reviewer'], email: 'unsure@example.org' });
  provider.person = { sub: 'subject-3', email: 'unsure@example.org', email_verified: false };
  expect((await comeIn()).location).toMatch(/error=/);
  await app.services.db.query(`UPDATE account SET email_confirmed = false WHERE id = 'dr-unsure'`);
  provider.person.email_verified = true;
  expect((await comeIn()).location).toMatch(/error=/);
});

test.each(['signature', 'nonce', 'audience'] as const)('a token with a wrong %s is refused', async (what) => {
  provider.falsify = what;
  const { browser, location } = await comeIn();
  expect(location).toMatch(/error=/);
  expect((await browser('GET', '/v1/accounts/me')).status).toBe(401);
});

test('an answer of the provider counts only in the browser that asked', async () => {
  const asked = await app.browser()('GET', `${origin}/v1/sign-in/provider`);
  const consent = await fetch(asked.location ?? '', { redirect: 'manual' });
  const other = app.browser();
  await other('GET', consent.headers.get('location') ?? '');
  expect((await other('GET', '/v1/accounts/me')).status).toBe(401);
});

test('coming back from the provider leads to a page of this site only', async () => {
  for (const to of ['//evil.example', 'https://evil.example/', '/\\evil.example'])
    expect((await comeIn(to)).location).toBe('/');
});

test('a revoked person is not let in by the provider either', async () => {
  await enrolAccount(setup, { id: 'dr-ended', name: 'Ended', roles: ['reviewer'], email: 'ended@example.org' });
  provider.person = { sub: 'subject-9', email: 'ended@example.org', email_verified: true };
  expect((await comeIn()).location).toBe('/work');
  await revokeAccount(setup, 'dr-ended');
  expect((await comeIn()).location).toMatch(/error=/);
});

test('a provider that is down is said to be down, and works again once it is back', async () => {
  const oidc = {
    issuer: 'http://127.0.0.1:9',
    clientId: client.id,
    clientSecretEnv: 'SAFEMED_TEST_OIDC_SECRET',
    name: 'Clinic',
  };
  const offline = await openTestApp({ signIn: { origin, oidc } });
  const ask = () => offline.browser()('GET', `${origin}/v1/sign-in/provider`);
  expect((await ask()).status).toBe(503);
  expect((await ask()).status).toBe(503);
  expect((await offline.browser()('GET', `${origin}/v1/sign-in`)).status).toBe(200);
  await offline.close();
});
