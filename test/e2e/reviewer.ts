import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Draft, Submission } from '../../src/review/drafts/schema.ts';
import type { Site } from './site.ts';

/** A browser of its own of a signed-in reviewer. */
export async function openAs(
  browser: Browser,
  site: Site,
  account: string,
  locale = 'en-GB',
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale, colorScheme: 'light' });
  await context.request.get(await site.signIn(account));
  return { context, page: await context.newPage() };
}

/** Goes to the page of one's work and takes the next item with the Enter key. */
export async function openNext(page: Page, site: Site): Promise<string> {
  await page.goto(`${site.url}/work`);
  await page.getByRole('button', { name: /^(Next item|下一项)$/ }).waitFor();
  await page.keyboard.press('Enter');
  return opened(page);
}

/** Waits until an item is on the screen; returns the id of its assignment. */
export async function opened(page: Page, before?: string): Promise<string> {
  await expect.poll(() => idOf(page)).not.toBe(before ?? '');
  await page.locator('.review .bottom-bar').waitFor();
  return idOf(page);
}

function idOf(page: Page): string {
  return /\/work\/([0-9a-f-]{36})$/.exec(page.url())?.[1] ?? '';
}

/** What the server holds of a reviewer's draft, newest last. */
export async function savedDrafts(site: Site, account: string, assignment: string): Promise<Draft[]> {
  const send = await site.app.account(account, ['reviewer']);
  const { body } = await send('GET', `/v1/reviews/assignments/${assignment}/drafts`);
  return (body as { drafts: Draft[] }).drafts; // the route parses its reply with this schema
}

/** All submissions of an assignment, also those taken back. */
export async function submissionsOf(site: Site, assignment: string): Promise<Submission['state'][]> {
  const rows = await site.app.services.db.query<{ state: Submission['state'] }>(
    'SELECT state FROM submission WHERE assignment_id = $1 ORDER BY submitted_at',
    [assignment],
  );
  return rows.map((row) => row.state);
}

/** The words of the save state, without its sign. */
export function saveState(page: Page): Promise<string> {
  return page
    .getByTestId('save-state')
    .textContent()
    .then((text) => (text ?? '').trim());
}

/** Scores the five criteria of the medical rubric by keys. */
export async function scoreAll(page: Page, digits = '55555'): Promise<void> {
  for (const digit of digits) await page.keyboard.press(digit);
}
