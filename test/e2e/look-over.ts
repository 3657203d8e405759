import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { interfaceTexts, violationsIn } from './browse.ts';

/** What a page may have: at least so many Chinese texts, and names (of methods, of formats) that stay Latin in Chinese. */
export type Expected = { texts: number; latin?: RegExp };

/** How many pixels the page is wider than the window, at 768 pixels and there with 200 % zoom. */
async function overflows(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [768, 384]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) found.push(`scrolls sideways by ${overflow} pixels at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return found;
}

/**
 * What is wrong with a page that was opened in English, as it stands: what axe finds against WCAG 2.2 AA in both languages
 * and colour schemes, sideways scrolling, and English that is left in Chinese (but ids, source data and the names told).
 * One visit instead of one for each. Leaves the page in Chinese and dark.
 */
export async function lookOver(page: Page, expected: Expected): Promise<string[]> {
  const found = [...(await violationsIn(page, 'en')), ...(await overflows(page))];
  const english = new Set(await interfaceTexts(page));
  await page.getByRole('button', { name: '中文' }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  const chinese = await interfaceTexts(page);
  expect(chinese.length).toBeGreaterThanOrEqual(expected.texts);
  for (const text of chinese)
    if (/[A-Za-z]{2}/.test(expected.latin === undefined ? text : text.replaceAll(expected.latin, '')))
      found.push(`Latin letters in Chinese: ${text}`);
    else if (english.has(text) && /\p{L}{2}/u.test(text)) found.push(`the same in both languages: ${text}`);
  return [...found, ...(await violationsIn(page, 'zh'))];
}
