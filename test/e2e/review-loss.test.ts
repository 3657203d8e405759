import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { openRounds } from '../rounds.ts';
import { settled, violations } from './browse.ts';
import { frontDoor } from './front-door.ts';
import { startOwnChromium } from './own-chromium.ts';
import { openAs, opened, openNext, savedDrafts, saveState, scoreAll, submissionsOf } from './reviewer.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
let browser: Browser;
let context: BrowserContext | undefined;
let page: Page;
let people = 0;

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  await openRounds(site.app, 12, { overlap: 9 });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(async () => {
  await context?.close();
  context = undefined;
});

async function enrol(): Promise<string> {
  const account = `careful-${++people}`;
  await site.app.account(account, ['reviewer'], 'illustrative');
  return account;
}

async function reviewer(): Promise<string> {
  const account = await enrol();
  ({ context, page } = await openAs(browser, site, account));
  return account;
}

const comment = () => page.getByLabel('Comment');
const pressed = (of = page) => of.locator('.score-points [aria-pressed=true]').allTextContents();

test('a submission whose reply is lost on the way is handed in exactly once', async () => {
  await reviewer();
  const id = await openNext(page, site);
  let lost = 0;
  const taken: number[] = [];
  await page.route('**/submission', async (route) => {
    if (lost++ > 1) return route.continue();
    const headers = { ...route.request().headers(), origin: site.url, 'sec-fetch-site': 'same-origin' };
    taken.push((await route.fetch({ headers })).status()); // the server takes it
    await route.abort('connectionreset'); // and its answer never comes
  });
  await scoreAll(page);
  await page.keyboard.press('Control+Enter');
  await opened(page, id);
  await expect.poll(() => lost).toBeGreaterThan(2);
  expect(taken).toEqual([200, 200]);
  await page.goto(`${site.url}/work`);
  await page.getByText('Done today: 1').waitFor();
  expect(await page.getByText('Waits for the network').count()).toBe(0);
  expect(await submissionsOf(site, id)).toEqual(['waiting']);
});

test('reviews made while the server is away are kept, said to wait, and handed in when it is back', async () => {
  const account = await enrol();
  const door = await frontDoor(site.url);
  const behind = { ...site, url: door.url, signIn: async (one: string) => moved(await site.signIn(one), door.url) };
  ({ context, page } = await openAs(browser, behind, account));
  const first = await openNext(page, behind);
  await expect.poll(() => page.locator('.bar-times').textContent()).toContain('in hand: 3');
  await settled(page);
  await door.shut();
  await scoreAll(page, '54');
  await expect.poll(() => saveState(page)).toContain('Offline: saved here');
  await scoreAll(page, '545');
  await page.keyboard.press('Control+Enter');
  const second = await opened(page, first);
  await comment().fill('Written without a server.');
  await expect.poll(() => saveState(page)).toContain('Offline: saved here');
  expect(await submissionsOf(site, first)).toEqual([]);
  await door.open();
  await expect.poll(() => submissionsOf(site, first), { timeout: 40_000 }).toEqual(['waiting']);
  await expect.poll(() => saveState(page), { timeout: 40_000 }).toMatch(/Saved .* rev/);
  expect((await savedDrafts(site, account, second)).at(-1)?.content.comment).toBe('Written without a server.');
  await context.close();
  await door.shut();
});

function moved(link: string, to: string): string {
  const { pathname, search } = new URL(link);
  return `${to}${pathname}${search}`;
}

test('two tabs show one review: each sees what the other writes, and no score is lost', async () => {
  const account = await reviewer();
  const id = await openNext(page, site);
  const second = await context!.newPage();
  await second.goto(page.url());
  await second.getByText('also open in another tab').waitFor();
  await page.getByText('also open in another tab').waitFor();
  await page.bringToFront();
  await page.keyboard.press('5');
  await expect.poll(() => pressed(second)).toEqual(['5']);
  await second.bringToFront();
  await second.getByLabel('Comment').fill('From the second tab.');
  await expect.poll(() => comment().inputValue()).toBe('From the second tab.');
  await page.bringToFront();
  await page.keyboard.press('4');
  await expect
    .poll(async () => (await savedDrafts(site, account, id)).at(-1)?.content)
    .toMatchObject({
      scores: { 'medical-correctness': 5, 'reasoning-structure': 4 },
      comment: 'From the second tab.',
    });
  await second.close();
  await page.getByText('also open in another tab').waitFor({ state: 'detached' });
});

test('two browsers that changed the same review choose between the versions, and both stay in the history', async () => {
  const account = await reviewer();
  const id = await openNext(page, site);
  await page.keyboard.press('5');
  await expect.poll(() => saveState(page)).toContain('rev 1');
  const other = await openAs(browser, site, account);
  await other.page.goto(page.url());
  await expect.poll(() => pressed(other.page)).toEqual(['5']);
  await other.page.getByLabel('Comment').fill('Theirs.');
  await expect.poll(() => saveState(other.page)).toContain('rev 2');
  await other.context.close();
  await comment().fill('Mine.');
  await page.getByRole('heading', { name: 'Two versions of this review' }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.getByRole('radiogroup').count()).toBe(1);
  expect(await page.getByRole('button', { name: 'Go on with the chosen parts' }).isDisabled()).toBe(true);
  await page.getByLabel(/^On the server \(rev 2/).check();
  await page.getByRole('button', { name: 'Go on with the chosen parts' }).click();
  await expect.poll(() => comment().inputValue()).toBe('Theirs.');
  await expect.poll(() => saveState(page)).toContain('rev 4');
  expect((await savedDrafts(site, account, id)).map((one) => one.content.comment)).toEqual([
    '',
    'Theirs.',
    'Mine.',
    'Theirs.',
  ]);
});

async function runOut(id: string): Promise<void> {
  const long = '2020-01-01T00:00:00.000Z';
  await site.app.services.db.query('UPDATE assignment SET lease_until = $2 WHERE id = $1', [id, long]);
}

test('an item whose lease ran out says so, keeps the draft, and can be taken again while its place is free', async () => {
  const account = await reviewer();
  const id = await openNext(page, site);
  await comment().fill('Before the lease ran out.');
  await expect.poll(() => saveState(page)).toContain('rev 1');
  await runOut(id);
  await page.reload();
  await page.getByText('reserved for you is over').waitFor();
  await expect.poll(() => comment().inputValue()).toBe('Before the lease ran out.');
  await comment().fill('After it.');
  await expect.poll(async () => (await savedDrafts(site, account, id)).at(-1)?.content.comment).toBe('After it.');
  await page.getByRole('button', { name: 'Take it again' }).click();
  await page.getByText('reserved for you is over').waitFor({ state: 'detached' });
  await scoreAllOf(page);
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => submissionsOf(site, id)).toEqual(['waiting']);
});

/** Scores with the pointer's keys from wherever the focus is. */
async function scoreAllOf(of: Page): Promise<void> {
  await of.keyboard.press('Escape');
  await of.locator('.score-points button').first().focus();
  await scoreAll(of);
}

test('an item whose place somebody else took is lost with its draft kept, and no review comes of it', async () => {
  await openRounds(site.app, 1, { overlap: 1, specialty: 'toxicology' });
  const reviews = { languages: ['en'], specialties: ['toxicology'] };
  const account = `careful-${++people}`;
  await site.app.account(account, ['reviewer'], 'illustrative', reviews);
  ({ context, page } = await openAs(browser, site, account));
  const id = await openNext(page, site);
  await comment().fill('Mine first.');
  await expect.poll(() => saveState(page)).toContain('rev 1');
  await runOut(id);
  const rival = await site.app.account(`careful-${++people}`, ['reviewer'], 'illustrative', reviews);
  const { body } = await rival('POST', '/v1/assignments/claim', { want: 1 });
  expect(body).toMatchObject({ assignments: [{ specialty: 'toxicology' }] });
  await scoreAllOf(page);
  await page.keyboard.press('Control+Enter');
  await opened(page, id);
  await expect.poll(() => submissionsOf(site, id)).toEqual([]);
  await page.goto(`${site.url}/work/${id}`);
  await page.getByText('Somebody else has this item now').waitFor();
  await expect.poll(() => comment().inputValue()).toBe('Mine first.');
});

test('a browser that is killed finds every word again, and sends what it had not sent', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'safemed-profile-'));
  const account = await enrol();
  let own = await startOwnChromium(profile);
  onTestFinished(async () => {
    await own.kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  page = await own.browser.contexts()[0]!.newPage();
  await page.goto(await site.signIn(account));
  const id = await openNext(page, site);
  await page.route('**/draft', (route) => route.abort());
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  await page.keyboard.type('Half a thought. ');
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.keyboard.type('Not sent before the power went.');
  await expect.poll(() => saveState(page)).toMatch(/saved here/i);
  await own.kill();
  expect(await savedDrafts(site, account, id)).toEqual([]);
  own = await startOwnChromium(profile);
  page = await own.browser.contexts()[0]!.newPage();
  await page.goto(await site.signIn(account));
  await page.goto(`${site.url}/work/${id}`);
  await expect.poll(() => comment().inputValue()).toBe('Not sent before the power went.');
  await expect.poll(() => page.locator('#place-2').textContent()).toContain('Half a thought.');
  await expect
    .poll(async () => (await savedDrafts(site, account, id)).at(-1)?.content.comment)
    .toBe('Not sent before the power went.');
}, 180_000); // a browser with a profile of its own starts twice
