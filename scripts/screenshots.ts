// Takes the pictures of the guide from a running server: scripts/screenshots.ts LINK [DIRECTORY]
// LINK is the sign-in link that the server printed; the pictures go to docs/guide/images if no directory is named.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Instance } from '../src/generation/schema.ts';
import type { InstanceView } from '../src/review/instances/schema.ts';
import { startChromium } from './chromium.ts';

const maxBytes = 300_000;
const locales = [
  { locale: 'en-GB', language: 'en' },
  { locale: 'zh-CN', language: 'zh' },
] as const;
const looks = locales.flatMap((one) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ ...one, colorScheme, name: `${one.language}-${colorScheme}` })),
);
/** The pages of the whole pipeline are shown in two looks only; those of the workbench in all. */
const pipelineLooks = ['en-light', 'zh-dark'];

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

/** Signs a demonstration account in, as its button on the sign-in page does. */
async function signInAs(browser: Browser, link: string, account: string): Promise<Session> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(new URL('/sign-in', link).href);
  const done = page.waitForResponse((response) => response.url().endsWith('/demo') && response.ok());
  await page.getByRole('button', { name: account }).click();
  await done;
  const session = await context.storageState();
  await context.close();
  return session;
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

type Look = (typeof looks)[number];

async function openLook(
  browser: Browser,
  { locale, colorScheme }: Look,
  session: Session,
): Promise<{ context: BrowserContext; page: Page }> {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, locale, colorScheme, storageState: session });
  return { context, page: await context.newPage() };
}

async function shot(
  page: Page,
  { name }: Look,
  { directory, file, fullPage = false }: { directory: string; file: string; fullPage?: boolean },
): Promise<void> {
  await page.waitForLoadState('networkidle');
  const path = join(directory, `${file}-${name}.png`);
  await page.screenshot({ path, fullPage });
  const { size } = statSync(path);
  if (size > maxBytes) throw new Error(`${path} has ${size} bytes; at most ${maxBytes} are wanted.`);
  console.log(`${path} (${Math.round(size / 1000)} kB)`);
}

/** Each screen of the workbench as somebody sees it whose work it is. */
async function takeWorkbench(
  browser: Browser,
  look: Look,
  { link, sessions, directory }: { link: string; sessions: Record<string, Session>; directory: string },
): Promise<void> {
  const visit = async (account: string, file: string, show: (page: Page) => Promise<void>): Promise<void> => {
    const { context, page } = await openLook(browser, look, sessions[account] ?? { cookies: [], origins: [] });
    await show(page);
    await shot(page, look, { directory, file });
    await context.close();
  };
  const at = (page: Page, path: string): Promise<unknown> => page.goto(new URL(path, link).href);
  const main = async (page: Page, path: string): Promise<void> => {
    await at(page, path);
    await page.locator('main :is(h2, h3)').first().waitFor();
  };
  await visit('nobody', 'sign-in', (page) => main(page, '/sign-in'));
  await visit('Demo Reviewer A', 'work', async (page) => {
    await at(page, '/work');
    await page.locator('main button').first().waitFor();
  });
  await visit('Demo Reviewer A', 'review', async (page) => {
    await at(page, '/work');
    await page.locator('main button').first().click();
    await page.locator('.step-card, [data-step]').first().waitFor();
  });
  const caseOf = async (page: Page): Promise<string> => {
    const response = await page.request.get(new URL('/v1/reviews/panel?limit=100', link).href);
    const { cases } = (await response.json()) as { cases: { id: string; state: string; board: string }[] };
    return cases.find((one) => one.state !== 'decided' && one.board === 'panel')?.id ?? cases[0]?.id ?? '';
  };
  await visit('Demo Panel Chair', 'cases', (page) => main(page, '/cases'));
  await visit('Demo Panel Chair', 'case', async (page) => {
    await main(page, `/cases/${await caseOf(page)}`);
  });
  await visit('operator', 'quality', (page) => main(page, '/quality'));
  await visit('operator', 'training', (page) => main(page, '/training'));
  await visit('operator', 'training-run', async (page) => {
    const response = await page.request.get(new URL('/v1/training/summaries', link).href);
    const { runs } = (await response.json()) as { runs: { name: string; stage: string }[] };
    await at(page, `/training/${runs.find((one) => one.stage === 'grpo')?.name ?? ''}`);
    await page.locator('.metric-plot').first().waitFor();
  });
  await takeMeasurements(visit, main, link);
  await visit('operator', 'guideline', (page) => main(page, '/guideline'));
  await visit('operator', 'models', (page) => main(page, '/models'));
  await visit('operator', 'model', async (page) => {
    await main(page, '/models/aligned');
    await page.locator('.lineage-graph svg').waitFor();
  });
  await visit('operator', 'people', (page) => main(page, '/people'));
}

type Visit = (account: string, file: string, show: (page: Page) => Promise<void>) => Promise<void>;
type Main = (page: Page, path: string) => Promise<void>;

/** The screens of what was measured of models. */
async function takeMeasurements(visit: Visit, main: Main, link: string): Promise<void> {
  await visit('operator', 'redteam', (page) => main(page, '/redteam'));
  await visit('operator', 'redteam-campaign', async (page) => {
    const response = await page.request.get(new URL('/v1/redteam/campaigns?limit=1', link).href);
    const { campaigns } = (await response.json()) as { campaigns: { id: string }[] };
    await main(page, `/redteam/${campaigns[0]?.id ?? ''}`);
    await page.locator('#figures').waitFor();
  });
  await visit('operator', 'redteam-judge', async (page) => {
    await main(page, '/redteam/judges');
    await page.locator('main a[href^="/redteam/judges/"]').first().click();
    await page.locator('main h3').first().waitFor();
  });
  await visit('operator', 'redteam-findings', (page) => main(page, '/redteam/findings'));
  await visit('operator', 'evaluation', async (page) => {
    const response = await page.request.get(new URL('/v1/evaluations?limit=1', link).href);
    const { evaluations } = (await response.json()) as { evaluations: { id: string }[] };
    await main(page, `/evaluations/${evaluations[0]?.id ?? ''}`);
    await page.locator('.chart svg').first().waitFor();
  });
  await visit('operator', 'leaderboard', async (page) => {
    await main(page, '/evaluations/leaderboard');
    await page.locator('.chart svg').first().waitFor();
  });
  await takeStudy(visit, main, link);
}

/** A closed study, or the list where there is none: the demonstration makes none. */
async function takeStudy(visit: Visit, main: Main, link: string): Promise<void> {
  await visit('operator', 'study', async (page) => {
    const response = await page.request.get(new URL('/v1/studies?limit=100', link).href);
    const { studies } = (await response.json()) as { studies: { id: string; state: string }[] };
    const closed = studies.find((one) => one.state === 'closed');
    await main(page, closed === undefined ? '/studies' : `/studies/${closed.id}`);
    if (closed === undefined) console.log('No closed study to show: docs/guide/expert-study.md makes one.');
    else await page.locator('svg[role=img]').first().waitFor();
  });
}

async function take(
  browser: Browser,
  look: Look,
  { link, session, directory }: { link: string; session: Session; directory: string },
): Promise<void> {
  const { language } = look;
  const { context, page } = await openLook(browser, look, session);
  await page.goto(new URL('/', link).href);
  const shoot = (file: string, fullPage = false): Promise<void> => shot(page, look, { directory, file, fullPage });
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
  const sessions: Record<string, Session> = { operator: session };
  for (const account of ['Demo Reviewer A', 'Demo Panel Chair'])
    sessions[account] = await signInAs(browser, link, account);
  for (const look of looks) {
    if (pipelineLooks.includes(look.name)) await take(browser, look, { link, session, directory });
    await takeWorkbench(browser, look, { link, sessions, directory });
  }
} finally {
  await browser.close();
}
