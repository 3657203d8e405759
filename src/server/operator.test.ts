import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { ensureOperator, setupLinkFile, startLinks } from './operator.ts';
import { operatorToken } from './operator-token.ts';

let app: TestApp;
const url = 'http://localhost:4319';

beforeAll(async () => {
  app = await openTestApp();
  await ensureOperator(app.services);
});
afterAll(() => app.close());

test('the printed link signs the operator in once, and is no API token', async () => {
  const { operator } = await startLinks(app.services, url);
  expect(operator).not.toContain(operatorToken(app.services.workspace));
  expect(operator).not.toContain('sm_');
  const browser = app.browser();
  expect(await browser('GET', operator)).toMatchObject({ status: 302, location: '/' });
  expect((await browser('GET', '/v1/accounts/me')).body).toMatchObject({ id: 'operator', via: 'session' });
  expect((await app.browser()('GET', operator)).status).toBe(401);
  const bearer = { authorization: `Bearer ${new URL(operator).searchParams.get('code')}` };
  expect((await app.browser()('GET', '/v1/accounts/me', undefined, bearer)).status).toBe(401);
});

test('the setup link lies in a file that its owner alone can read, until there is an administrator', async () => {
  const { setup = '' } = await startLinks(app.services, url);
  const file = setupLinkFile(app.services.workspace);
  expect(readFileSync(file, 'utf8')).toBe(`${setup}\n`);
  expect(statSync(file).mode & 0o077).toBe(0);
  const first = setup;
  const second = (await startLinks(app.services, url)).setup ?? '';
  const use = (link: string) => {
    const input = { code: link.split('#')[1], id: 'head', name: 'Head', password: 'a long enough password' };
    return app.browser()('POST', '/v1/sign-in/setup', input);
  };
  expect((await use(first)).status).toBe(401);
  expect((await use(second)).status).toBe(200);
  expect(await startLinks(app.services, url)).not.toHaveProperty('setup');
  expect(existsSync(file)).toBe(false);
});
