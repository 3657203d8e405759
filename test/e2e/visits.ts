import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Site } from './site.ts';

export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Visits of signed-in people to the pages of a site, one page at a time. */
export type Visits = {
  /** What the browser complains about: a refused style, for one. */
  readonly errors: string[];
  readonly page: Page;
  signIn(link: string): Promise<Session>;
  /** Opens a page in English, wide and light, and waits until all its parts are there. */
  open(path: string, session?: Session): Promise<Page>;
  close(): Promise<void>;
};

/** Visits as somebody who is signed in, where a page is not opened by somebody else. */
export function visitsTo(browser: Browser, site: Site, session: () => Session): Visits {
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  const errors: string[] = [];
  const close = async (): Promise<void> => {
    await context?.close();
    context = undefined;
    page = undefined;
  };
  const open = async (path: string, own = session()): Promise<Page> => {
    await close();
    const viewport = { width: 1280, height: 900 };
    context = await browser.newContext({ viewport, locale: 'en-GB', colorScheme: 'light', storageState: own });
    const opened = await context.newPage();
    page = opened;
    opened.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await opened.goto(`${site.url}${path}`);
    await opened.locator('main h2').first().waitFor();
    await opened.waitForLoadState('networkidle');
    // a part that is asked for after another may come later than the network's first rest
    const waiting = opened.getByText(/^(Loading …|加载中…)$/);
    await expect.poll(() => waiting.count(), { timeout: 20_000 }).toBe(0);
    return opened;
  };
  return {
    errors,
    get page() {
      if (page === undefined) throw new Error('No page is open.');
      return page;
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
  };
}
