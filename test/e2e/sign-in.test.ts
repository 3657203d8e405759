import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { enrolAccount } from '../../src/accounts/actions.ts';
import { setupLink } from '../../src/accounts/links.ts';
import { inviteAccount } from '../../src/accounts/people-actions.ts';
import type { Role } from '../../src/core/roles.ts';
import { interfaceTexts, settled, violations, violationsIn } from './browse.ts';
import { openSite, type Site } from './site.ts';
import { type Visits, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
const password = 'correct horse battery';

const admin = () => site.app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
/** Browsers use passkeys under a name only, and this machine's is localhost. */
const named = (path: string): string => `${site.url.replace('127.0.0.1', 'localhost')}${path}`;

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  visits = visitsTo(browser, { ...site, url: named('') });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Opens a path in the window of a browser that has seen nothing. */
async function visit(path: string): Promise<void> {
  page = await visits.begin();
  await page.goto(named(path));
  await page.locator('main section').first().waitFor();
}

async function invited(id: string, roles: Role[] = ['reviewer']): Promise<string> {
  await enrolAccount(admin(), { id, name: `Dr ${id}`, roles });
  return (await inviteAccount(admin(), id)).path;
}

async function acceptWithPassword(path: string): Promise<void> {
  await visit(path);
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password, again').fill(password);
  await page.getByRole('button', { name: 'Continue with a password' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
}

async function signIn(login: string, secret = password): Promise<void> {
  await page.getByLabel('Account id or e-mail').fill(login);
  await page.getByLabel(/^Password/).fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A security key built into the browser, as a phone's or laptop's is. */
async function authenticator(): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  onTestFinished(() => devtools.detach());
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test('a page asked for without a session leads to sign-in, and back to that page afterwards', async () => {
  await acceptWithPassword(await invited('dr-back'));
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto(named('/account?x=1'));
  await page.waitForURL('**/sign-in?**');
  await signIn('dr-back', 'not the password');
  await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor();
  await signIn('dr-back');
  await page.waitForURL(named('/account?x=1'));
  await page.getByRole('banner').getByText('Dr dr-back').waitFor();
  await expect.poll(() => page.getByRole('banner').textContent()).toContain('Medical reviewer');
});

test('signing in never leads to another site, whatever the address says', async () => {
  const path = await invited('dr-redirect');
  await acceptWithPassword(path);
  for (const to of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example']) {
    await page.context().clearCookies();
    await page.goto(named(`/sign-in?to=${encodeURIComponent(to)}`));
    await signIn('dr-redirect');
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
    expect(new URL(page.url()).host).toBe(new URL(named('/')).host);
  }
});

test('an invited person comes in with a passkey, and signs in with it later without typing anything', async () => {
  const path = await invited('dr-passkey');
  await visit(path);
  await authenticator();
  await page.getByRole('button', { name: 'Continue with a passkey' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await page.getByRole('button', { name: 'Remove Passkey' }).waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
  await expect.poll(() => page.getByRole('banner').textContent()).toContain('Dr dr-passkey');
  await page.goto(named(path));
  await page.getByRole('alert').getByText('used already or has expired').waitFor();
});

test('a passkey signs one content once, and no other content', async () => {
  const path = await invited('dr-signer');
  await visit(path);
  await authenticator();
  await page.getByRole('button', { name: 'Continue with a passkey' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  const digest = 'a'.repeat(64);
  const asked = await page.evaluate(async (digest) => {
    const reply = await fetch('/v1/accounts/me/signature-challenges', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ digest }),
    });
    const options = await reply.json();
    const credential = (await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    })) as PublicKeyCredential; // what `get` resolves to where a public key was asked for
    return { options, response: credential.toJSON() };
  }, digest);
  expect(Buffer.from(asked.options.challenge, 'base64url').subarray(16).toString('hex')).toBe(digest);
  const { signContent } = await import('../../src/accounts/signature.ts');
  const { SignatureProof } = await import('../../src/accounts/schema.ts');
  const actor = { id: 'dr-signer', name: 'Dr dr-signer', roles: ['reviewer' as const], via: 'session' as const };
  const ctx = site.app.services.contextFor(actor);
  const proof = SignatureProof.parse({ method: 'passkey', response: asked.response });
  const other = { digest: 'b'.repeat(64), meaning: 'approval' as const, proof };
  await expect(signContent(ctx, other)).rejects.toThrow('did not confirm this content');
  const signature = await signContent(ctx, { digest, meaning: 'approval', proof });
  expect(signature).toMatchObject({ account: 'dr-signer', name: 'Dr dr-signer', digest, method: 'passkey' });
  await expect(signContent(ctx, { digest, meaning: 'approval', proof })).rejects.toThrow('did not confirm');
});

test('an approver signs a release on its page, once the password is right', async () => {
  const made = await site.app.as('steward').send('POST', '/v1/releases', { name: 'signed-here' });
  expect(made.status).toBe(201);
  await acceptWithPassword(await invited('dr-approver', ['release-approver']));
  await page.goto(named('/releases/signed-here'));
  await page.getByRole('button', { name: 'Approve and sign' }).click();
  const dialog = page.getByRole('dialog');
  await expect.poll(() => dialog.textContent()).toContain('You sign as Dr dr-approver');
  await dialog.getByLabel(/^Password/).fill('not the password');
  await dialog.getByRole('button', { name: 'Sign with the password' }).click();
  await dialog.getByRole('alert').getByText('The password is wrong').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel(/^Password/).fill(password);
  await dialog.getByRole('button', { name: 'Sign with the password' }).click();
  await dialog.waitFor({ state: 'detached' });
  const { body } = await site.app.as('auditor').send('GET', '/v1/releases/signed-here');
  expect(body).toMatchObject({ state: 'frozen', approvedBy: 'dr-approver' });
  await page.getByText('Proved by', { exact: true }).waitFor();
  await expect.poll(() => page.textContent('main')).toContain('Dr dr-approver');
});

test('a demonstration account is entered with one click, marked as demo', async () => {
  await enrolAccount(admin(), { id: 'demo-x', name: 'Demo X', roles: ['auditor'], demo: true });
  await visit('/sign-in');
  await page.getByText('Nobody stands behind these names').waitFor();
  await page.getByRole('button', { name: 'Enter as Demo X' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
  await expect.poll(() => page.getByRole('banner').textContent()).toContain('demo');
});

test('the first administrator comes in by the setup link, enrols and invites somebody, and revokes them', async () => {
  const path = await setupLink(admin());
  await visit(path ?? '');
  await page.getByLabel('Account id').fill('head');
  await page.getByLabel('Your name').fill('The Head');
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password, again').fill(password);
  await page.getByRole('button', { name: 'Continue with a password' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('button', { name: 'Enrol somebody' }).click();
  await page.getByLabel('Account id').fill('dr-new');
  await page.getByLabel(/^Name/).fill('Dr New');
  await page.getByLabel('Administrator').check();
  await page.getByLabel('Medical reviewer').check();
  await page.getByText('may not be both').waitFor();
  await page.getByLabel('Administrator').uncheck();
  await page.getByRole('button', { name: 'Enrol and invite' }).click();
  const link = (await page.locator('.secret').textContent()) ?? '';
  expect(link).toContain('/invitation#');
  const guest = await browser.newContext({ locale: 'en-GB' });
  const theirs = await guest.newPage();
  await theirs.goto(link);
  await theirs.getByLabel('Your name').fill('Dr New Person');
  await theirs.getByLabel('New password', { exact: true }).fill(password);
  await theirs.getByLabel('New password, again').fill(password);
  await theirs.getByRole('button', { name: 'Continue with a password' }).click();
  await theirs.getByRole('heading', { name: 'Your account' }).waitFor();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.getByRole('button', { name: 'Revoke Dr New Person' }).click();
  await page.getByText('revoked').waitFor();
  await theirs.reload();
  await theirs.waitForURL('**/sign-in?**');
  await guest.close();
});

test('the pages of accounts are all Chinese in Chinese, and meet WCAG 2.2 AA as far as axe can tell', async () => {
  const operator = await site.signIn('operator');
  await visit('/sign-in');
  await look('/sign-in');
  const path = await invited('dr-look');
  await page.goto(named(path));
  await page.locator('main form').waitFor();
  await look(path);
  await page.goto(operator.replace('127.0.0.1', 'localhost'));
  for (const own of ['/account', '/people']) {
    await page.goto(named(own));
    await page.locator('main :is(li, tbody tr)').first().waitFor();
    if (own === '/people') await page.getByRole('button', { name: 'Enrol somebody' }).click();
    await look(own);
  }
});

/** Looks at the page in both languages, first in English. */
async function look(path: string): Promise<void> {
  for (const language of ['en', 'zh'] as const) {
    if (language === 'zh') await page.getByRole('button', { name: '中文' }).click();
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toContain(language);
    await settled(page);
    if (language === 'zh') expect(await english(), path).toEqual([]);
    expect(await violationsIn(page, language), `${path}, ${language}`).toEqual([]);
    await page.setViewportSize({ width: 768, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${path} at 768 px`).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  await page.getByRole('button', { name: 'English' }).click();
}

/** What of the page is not Chinese: without names of people and of the machine. */
async function english(): Promise<string[]> {
  const names = await site.app.services.db.query<{ name: string }>(
    'SELECT name FROM account UNION SELECT id FROM account UNION SELECT label FROM account_token ORDER BY name DESC',
  );
  const texts = (await interfaceTexts(page)).map((text) =>
    names.reduce((rest, { name }) => rest.replace(name, ''), text),
  );
  return texts.filter((text) => /[A-Za-z]{4}/.test(text) && text !== 'localhost');
}
