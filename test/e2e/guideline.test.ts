import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { publishFirstGuideline } from '../../src/guideline/actions.ts';
import type { Gap, GuidelineVersion } from '../../src/guideline/schema.ts';
import { interfaceTexts, violationsIn } from './browse.ts';
import { hostile } from './hostile.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let session: Awaited<ReturnType<BrowserContext['storageState']>>;

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  await publishFirstGuideline(site.app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] }));
  const gap = { cause: 'ambiguous-text', text: hostile.comment, section: 'marks' };
  await site.app.as('reviewer').send('POST', '/v1/guideline/gaps', gap);
  context = await browser.newContext();
  await (await context.newPage()).goto(site.link);
  session = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(() => context?.close());

async function open(language: 'en' | 'zh' = 'en'): Promise<void> {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale, storageState: session });
  page = await context.newPage();
  await page.goto(`${site.url}/guideline`);
  await page.getByRole('tab').first().waitFor();
}

test('a steward answers a gap in a new version with the keyboard, and everybody reads what changed, word by word', async () => {
  await open();
  await page.getByRole('tab', { name: 'Sections' }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByLabel('Section to edit').selectOption('marks');
  const english = page.getByLabel('Text, one paragraph on each line · English');
  await english.focus();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.type('A missing unit is a wrong dose. ');
  await expect
    .poll(() => page.locator('[data-section=marks] ins').allTextContents(), { timeout: 10_000 })
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

test('the pages meet WCAG 2.2 AA in both languages and colour schemes, fit 384 pixels, and have no English left', async () => {
  for (const language of ['en', 'zh'] as const) {
    await open(language);
    await page.locator('#guide-medical-correctness summary').click();
    for (let tab = 0; tab < 4; tab++) {
      await page.getByRole('tab').nth(tab).click();
      await page.waitForLoadState('networkidle');
      expect(await violationsIn(page, language), `tab ${tab}, ${language}`).toEqual([]);
      const english = (await interfaceTexts(page)).filter((text) => /[A-Za-z]{2}/.test(text));
      if (language === 'zh') expect(english).toEqual([]);
      await page.setViewportSize({ width: 384, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `tab ${tab} at 384 px`).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
    await context.close();
  }
});
