import type { Browser, BrowserContext, Page } from 'playwright-core';
import { settled } from './browse.ts';
import type { Site } from './site.ts';

export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Visits of signed-in people to the pages of a site, one page at a time. */
export type Visits = {
  /** What the browser complains about: a refused style, for one. */
  readonly errors: string[];
  readonly page: Page;
  signIn(link: string): Promise<Session>;
  /** Gives the window of a browser that has seen nothing, in which somebody is signed in. */
  begin(session?: Session): Promise<Page>;
  /** Opens a page in English, wide and light, in a browser that has seen nothing, and waits until all its parts are there. */
  open(path: string, session?: Session): Promise<Page>;
};

/** A size at which nothing is folded away. */
const wide = { width: 1280, height: 900 };

/**
 * Visits as whoever `session` tells, where a page is not opened by somebody else. They share one window, which forgets
 * everything between two visits: a new one for each would take most of the time of a test.
 */
export function visitsTo(browser: Browser, site: Site, session: () => Session = nobody): Visits {
  let page: Page | undefined;
  const errors: string[] = [];
  const firstPage = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: wide, locale: 'en-GB', colorScheme: 'light' });
    const made = await context.newPage();
    made.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    return made;
  };
  const begin = async (own = session()): Promise<Page> => {
    page ??= await firstPage();
    await forget(page, site);
    await page.context().addCookies(own.cookies);
    return page;
  };
  return {
    errors,
    get page() {
      if (page === undefined) throw new Error('No page is open.');
      return page;
    },
    signIn: async (link) => {
      const visit = await browser.newContext();
      await visit.request.get(link);
      const found = await visit.storageState();
      await visit.close();
      return found;
    },
    begin,
    open: async (path, own) => {
      const opened = await begin(own);
      await opened.goto(`${site.url}${path}`);
      await opened.locator('main :is(h2, [role=alert])').first().waitFor();
      await settled(opened);
      return opened;
    },
  };
}

const nobody = (): Session => ({ cookies: [], origins: [] });

/** Makes a window that of a browser which has seen nothing: nobody signed in, nothing kept; wide and light. */
export async function forget(page: Page, site: Site): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.goto(`${site.url}/health`); // the same origin without the application, which might keep something again
  await page.context().clearCookies();
  await page.evaluate(async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of await indexedDB.databases())
      await new Promise((gone, failed) => {
        const request = indexedDB.deleteDatabase(name ?? '');
        request.onsuccess = gone;
        request.onerror = failed;
      });
  });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(wide);
}
