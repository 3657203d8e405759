import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { interfaceTexts, violationsIn } from './browse.ts';
import type { Site } from './site.ts';

export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;
export type Look = { language?: 'en' | 'zh'; width?: number; session?: Session };

/** Visits of signed-in people to the pages of a site, one page at a time, and what is asked of every page. */
export type Visits = {
  /** What the browser complains about: a refused style, for one. */
  readonly errors: string[];
  readonly page: Page;
  signIn(link: string): Promise<Session>;
  /** Opens a page and waits until all its parts are there. */
  open(path: string, look?: Look): Promise<Page>;
  close(): Promise<void>;
  /** Axe finds nothing in English on a wide light page and in Chinese on a narrow dark one. */
  meetsWcag(path: string, session?: Session): Promise<void>;
  /** Switched to Chinese, no text of the interface is English but these names. */
  isChinese(path: string, names: RegExp, session?: Session): Promise<void>;
  /** Nothing runs over the side at 768 pixels, nor there at 200 %. */
  fits(path: string, session?: Session): Promise<void>;
};

/** Visits as somebody who is signed in, where a page does not ask for somebody else. */
export function visitsTo(browser: Browser, site: Site, session: () => Session): Visits {
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  const errors: string[] = [];
  const current = (): Page => {
    if (page === undefined) throw new Error('No page is open.');
    return page;
  };
  const close = async (): Promise<void> => {
    await context?.close();
    context = undefined;
    page = undefined;
  };
  const open = async (path: string, look: Look = {}): Promise<Page> => {
    const { language = 'en', width = 1280, session: own = session() } = look;
    await close();
    const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
    const viewport = { width, height: 900 };
    context = await browser.newContext({ viewport, locale, colorScheme: 'light', storageState: own });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(`${site.url}${path}`);
    await page.locator('main h2').first().waitFor();
    await page.waitForLoadState('networkidle');
    // a part that is asked for after another may come later than the network's first rest
    const waiting = page.getByText(/^(Loading …|加载中…)$/);
    await expect.poll(() => waiting.count(), { timeout: 20_000 }).toBe(0);
    return page;
  };
  return {
    errors,
    get page() {
      return current();
    },
    signIn: async (link) => {
      const visit = await browser.newContext();
      await (await visit.newPage()).goto(link);
      const found = await visit.storageState();
      await visit.close();
      return found;
    },
    open,
    close,
    ...checks(open, session),
  };
}

type Open = (path: string, look?: Look) => Promise<Page>;

/** What is asked of every page. */
function checks(open: Open, session: () => Session): Pick<Visits, 'meetsWcag' | 'isChinese' | 'fits'> {
  return {
    meetsWcag: async (path, own = session()) => {
      for (const language of ['en', 'zh'] as const) {
        const page = await open(path, { language, width: language === 'en' ? 1280 : 768, session: own });
        expect(await violationsIn(page, language), language).toEqual([]);
      }
    },
    isChinese: async (path, names, own = session()) => {
      const page = await open(path, { session: own });
      const english = new Set(await interfaceTexts(page));
      await page.getByRole('button', { name: '中文' }).click();
      await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
      const chinese = await interfaceTexts(page);
      expect(
        chinese.filter((text) => /[A-Za-z]{2}/.test(text.replace(names, ''))),
        path,
      ).toEqual([]);
      expect(
        chinese.filter((text) => english.has(text) && /\p{L}{2}/u.test(text)),
        path,
      ).toEqual([]);
    },
    fits: async (path, own = session()) => {
      const page = await open(path, { width: 768, session: own });
      for (const width of [768, 384]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      }
    },
  };
}
