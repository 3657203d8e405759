// Takes the pictures of the guide from a running server: scripts/screenshots.ts LINK [DIRECTORY]
// LINK is the sign-in link that the server printed; the pictures go to docs/guide/images if no directory is named.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Instance } from '../src/generation/schema.ts';
import type { InstanceView } from '../src/review/instance-view-schema.ts';
import { startChromium } from './chromium.ts';

const maxBytes = 300_000;
const looks = [
  { name: 'en-light', locale: 'en-GB', language: 'en', colorScheme: 'light' },
  { name: 'zh-dark', locale: 'zh-CN', language: 'zh', colorScheme: 'dark' },
] as const;

/** The instance of a language that has most to show: edits and confirmations first, then rounds. */
async function tellingInstance(page: Page, language: string): Promise<string> {
  const read = async <T>(path: string): Promise<T> => {
    const response = await page.request.get(new URL(path, page.url()).href);
    if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
    return (await response.json()) as T; // the server's routes parse their replies with the schemas of these types
  };
  const { instances } = await read<{ instances: Instance[] }>('/v1/instances?limit=500');
  let best: { id: string; worth: number } | undefined;
  for (const instance of instances.filter((one) => one.language === language && one.round < 3)) {
    const { reviews, confirmations } = await read<InstanceView>(`/v1/instances/${instance.id}`);
    const replaced = reviews.flatMap((one) => one.edits).filter((edit) => edit.op === 'replace');
    const worth = 4 * Math.min(replaced.length, 1) + 2 * Math.min(confirmations.length, 1) - instance.round;
    if (best === undefined || worth > best.worth) best = { id: instance.id, worth };
  }
  if (best === undefined) throw new Error(`There is no instance in the language ${language}.`);
  return best.id;
}

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** The session that the link opens; the link itself works once. */
async function signIn(browser: Browser, link: string): Promise<Session> {
  const context = await browser.newContext();
  await (await context.newPage()).goto(link);
  const session = await context.storageState();
  await context.close();
  return session;
}

async function take(
  browser: Browser,
  look: (typeof looks)[number],
  { link, session, directory }: { link: string; session: Session; directory: string },
): Promise<void> {
  const { locale, colorScheme, language, name } = look;
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, locale, colorScheme, storageState: session });
  const page = await context.newPage();
  await page.goto(new URL('/', link).href);
  const shoot = async (file: string, fullPage = false): Promise<void> => {
    await page.waitForLoadState('networkidle');
    const path = join(directory, `${file}-${name}.png`);
    await page.screenshot({ path, fullPage });
    const { size } = statSync(path);
    if (size > maxBytes) throw new Error(`${path} has ${size} bytes; at most ${maxBytes} are wanted.`);
    console.log(`${path} (${Math.round(size / 1000)} kB)`);
  };
  await page.locator('[data-stage="questions"]').waitFor();
  await shoot('first-page');
  const instance = await tellingInstance(page, language);
  await page.goto(new URL(`/instances/${instance}`, link).href);
  await page.locator('#history').waitFor();
  await shoot('instance');
  await page.goto(new URL(`/instances/${instance}/provenance`, link).href);
  await page.locator('.verdict[data-tone="good"]').waitFor();
  await page.locator('#in-releases').waitFor();
  await page.setViewportSize({ width: 900, height: 900 });
  await shoot('provenance', true);
  await context.close();
}

const [link, directory = 'docs/guide/images'] = process.argv.slice(2);
if (link === undefined) {
  console.error('Usage: scripts/screenshots.ts LINK [DIRECTORY]   (LINK: the sign-in link that the server printed)');
  process.exit(2);
}
mkdirSync(directory, { recursive: true });
const browser = await startChromium();
try {
  const session = await signIn(browser, link);
  for (const look of looks) await take(browser, look, { link, session, directory });
} finally {
  await browser.close();
}
