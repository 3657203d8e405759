import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { publishFirstGuideline } from '../../src/guideline/actions.ts';
import type { Gap, GuidelineVersion } from '../../src/guideline/schema.ts';
import { settled } from './browse.ts';
import { hostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
let open: () => Promise<Page>;

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  await publishFirstGuideline(site.app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] }));
  const gap = { cause: 'ambiguous-text', text: hostile.comment, section: 'marks' };
  await site.app.as('reviewer').send('POST', '/v1/guideline/gaps', gap);
  const visits = visitsTo(browser, site, () => session);
  const session: Session = await visits.signIn(site.link);
  open = () => visits.open('/guideline');
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test('a steward answers a gap in a new version with the keyboard, and everybody reads what changed, word by word', async () => {
  const page = await open();
  await page.getByRole('tab', { name: 'Sections' }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByLabel('Section to edit').selectOption('marks');
  const english = page.getByLabel('Text, one paragraph on each line · English');
  await english.focus();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.type('A missing unit is a wrong dose. ');
  await expect
    .poll(() => page.locator('[data-section=marks] ins').allTextContents())
    .toEqual(['A missing unit is a wrong dose. ']);
  expect(await page.textContent('.guide-gap')).toContain(hostile.comment);
  await page.reload();
  await page.getByRole('tab', { name: 'Write a new version' }).click();
  await page.getByLabel('Answer in this version').fill('Yes, see “Marking steps”.');
  await page.getByLabel('What changed and why').fill('Units.');
  await page.getByRole('button', { name: 'Publish version 2' }).click();
  await page.getByText('Version 2 is published and in force.').waitFor();
  const stored = (await site.app.as('reviewer').send('GET', '/v1/guideline')).body as GuidelineVersion;
  expect(stored.content.sections.find((one) => one.id === 'marks')?.text.en).toMatch(
    /^A missing unit is a wrong dose\. /,
  );
  const { gaps } = (await site.app.as('reviewer').send('GET', '/v1/guideline/gaps?state=answered')).body as {
    gaps: Gap[];
  };
  expect(gaps[0]?.answer).toEqual({ version: 2, text: 'Yes, see “Marking steps”.' });
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByText('Sections that differ: 1').waitFor();
  expect(await page.locator('[data-section=marks] ins').allTextContents()).toEqual([
    'A missing unit is a wrong dose. ',
  ]);
});

test('the pages meet WCAG 2.2 AA as far as axe can tell, fit 384 pixels, and are all Chinese in Chinese', async () => {
  const page = await open();
  await page.locator('#guide-medical-correctness summary').click();
  for (let tab = 0; tab < 4; tab++) {
    await page.getByRole('tab').nth(tab).click();
    await settled(page);
    expect(await lookOver(page, { texts: 20 }), `tab ${tab}`).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
  }
});
