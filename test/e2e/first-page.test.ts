import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { Instance } from '../../src/generation/schema.ts';
import type { Overview } from '../../src/governance/schema.ts';
import { beat, claimRun, finishRun, insertRun } from '../../src/jobs/store.ts';
import type { InstanceView } from '../../src/review/instances/schema.ts';
import { instanceStates, stages } from '../../web/app/words.ts';
import { exampleLines } from '../example.ts';
import { settled, violations } from './browse.ts';
import { hostile, plantHostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
/** A browser of its own, where a test needs one. */
let context: BrowserContext | undefined;
let visits: Visits;
let page: Page;
let planted: string;
let session: Session;

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite({ collected: ['ethics'] });
  planted = await plantHostile(site.app);
  visits = visitsTo(browser, site, () => session);
  session = await visits.signIn(site.link);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(async () => {
  await context?.close();
  context = undefined;
});

async function open(path: string): Promise<void> {
  page = await visits.open(path);
}

/** Opens a path in a browser of its own: one that speaks Chinese, or in which nobody is signed in. */
async function openAlone(path: string, look: { locale: string; storageState?: Session }): Promise<void> {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light', ...look });
  page = await context.newPage();
  await page.goto(`${site.url}${path}`);
  await page.locator('main section, main [role=alert]').first().waitFor();
  await settled(page);
}

async function read<T>(path: string): Promise<T> {
  const { body } = await site.app.as('engineer', 'steward', 'auditor').send('GET', path);
  return body as T; // the routes parse their replies with the schemas of these types
}

async function allInstances(): Promise<Instance[]> {
  return (await read<{ instances: Instance[] }>('/v1/instances?limit=500')).instances;
}

/** The example's instance that went to the panel, and the one with the most strikes. */
async function telling(): Promise<{ panel: InstanceView; struck: InstanceView }> {
  const all = (await allInstances()).filter((one) => one.id !== planted);
  const [line] = exampleLines<{ question: string }>('panels-ethics.jsonl');
  const panel = all.find((one) => one.questionId === line?.question);
  const struck = all.filter((one) => one !== panel).sort((a, b) => b.strikes - a.strikes)[0];
  return {
    panel: await read<InstanceView>(`/v1/instances/${panel?.id}`),
    struck: await read<InstanceView>(`/v1/instances/${struck?.id}`),
  };
}

test('who is not signed in sees how to sign in, and no data', async () => {
  await openAlone('/', { locale: 'en-GB' });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.locator('[data-stage]').count()).toBe(0);
  await page.goto(`${site.url}/session?code=wrong`);
  expect(await page.textContent('body')).toContain('used already or has expired');
});

test('the counts of the pipeline are those of the API, in the order of the pipeline', async () => {
  await open('/');
  const overview = await read<Overview>('/v1/overview');
  expect(overview.stages.find((stage) => stage.name === 'instances')?.count).toBe((await allInstances()).length);
  expect(overview.stages.map((stage) => stage.name)).toEqual(Object.keys(stages));
  const boxes = await page
    .locator('[data-stage]')
    .evaluateAll((all) =>
      all.map((one) => ({ name: one.getAttribute('data-stage'), count: Number(one.textContent?.replaceAll(',', '')) })),
    );
  expect(boxes).toEqual(overview.stages.map(({ name, count }) => ({ name, count })));
});

test('a page says to programs that it is busy until everything that it asked for is there', async () => {
  page = await visits.begin();
  let answer = (): void => undefined;
  const held = new Promise<void>((go) => {
    answer = go;
  });
  await page.route(/\/v1\/instances\?/, async (route) => {
    await held;
    await route.continue();
  });
  const busy = (): Promise<string | null> => page.locator('main').getAttribute('data-busy');
  await page.goto(site.url);
  await page.locator('[data-stage]').first().waitFor();
  await expect.poll(busy).toBe('true');
  answer();
  await page.locator('tbody a').first().waitFor();
  await expect.poll(busy).toBe('false');
});

test('the list shows every instance once, page by page, and only those of the chosen state', async () => {
  await open('/');
  const all = await allInstances();
  const links = page.locator('tbody a');
  const ids = async (): Promise<string[]> => links.allTextContents();
  const firstPage = await ids();
  expect(firstPage).toHaveLength(25);
  await page.getByRole('button', { name: 'Next page' }).click();
  await links.filter({ hasText: all[25]?.questionId ?? '' }).waitFor();
  expect([...firstPage, ...(await ids())].sort()).toEqual(all.map((one) => one.questionId).sort());
  expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
  for (const state of ['rejected', 'generating'] as const) {
    await page.getByText(instanceStates[state].en, { exact: true }).first().click();
    const expected = all.filter((one) => one.state === state).map((one) => one.questionId);
    if (expected.length === 0) await page.getByText('No instance is in this state.').waitFor();
    else await expect.poll(ids).toEqual(expected);
  }
});

const codes = /ethical-reasoning|accept-edited|five-strikes|review\.signed|wrong-fact|unsafe-advice/;

test('the whole history of an instance is on its page, in words', async () => {
  const { panel, struck } = await telling();
  expect(struck.traces.length).toBeGreaterThan(1);
  expect(panel.panel[0]?.decision).toBeDefined();
  for (const view of [struck, panel]) {
    await open(`/instances/${view.instance.id}`);
    const text = async (): Promise<string> => (await page.textContent('main')) ?? '';
    // codes stand where the names of the profile have not come yet
    await expect.poll(text).not.toMatch(codes);
    const shown = await text();
    for (const review of view.reviews) if (review.comment !== undefined) expect(shown).toContain(review.comment);
    expect(await page.getByRole('article').count()).toBe(view.reviews.length);
    expect(await page.getByRole('heading', { name: /^Round \d+$/ }).count()).toBe(view.traces.length);
    for (const { decision } of view.panel) expect(shown).toContain(decision?.rationale);
    for (const event of view.history) expect(shown).toContain(`leaf ${event.leafIndex}`);
  }
});

test('what models, sources and reviewers wrote stays text: it runs nothing and hides nothing', async () => {
  await open('/');
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await open(`/instances/${planted}`);
  await page.locator('article').waitFor();
  const shown = (await page.textContent('main')) ?? '';
  for (const text of [hostile.question, hostile.step, hostile.answer, hostile.comment]) expect(shown).toContain(text);
  expect(
    await page.locator('main :is(img, iframe, script, svg[onload], details, a[href^="javascript:"])').count(),
  ).toBe(0);
  expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false);
  expect(dialogs).toEqual([]);
  expect(shown).not.toMatch(/[\u202a-\u202e]/);
  expect(shown).toContain('Give U+202E01U+202C mg.');
  expect(shown).toContain('Missing before step 1');
});

test('what seeks faults of accessibility finds them: every kind at first, those of texts and colours again in Chinese', async () => {
  await open('/');
  await page.evaluate(() => {
    const pale = document.createElement('p');
    pale.textContent = 'Hard to read';
    Object.assign(pale.style, { color: '#bbb', background: '#fff' });
    const list = document.createElement('ul');
    list.append(document.createElement('button')); // without a name, and no item of a list
    document.querySelector('main')?.append(pale, list);
  });
  const kinds = async (rules: 'all' | 'language-and-colours'): Promise<string[]> =>
    (await violations(page, rules)).map((one) => one.split(':')[0] ?? '').sort();
  expect(await kinds('all')).toEqual(['button-name', 'color-contrast', 'list']);
  expect(await kinds('language-and-colours')).toEqual(['button-name', 'color-contrast']);
});

test('the pages meet WCAG 2.2 AA as far as axe can tell, fit 384 pixels, and are all Chinese in Chinese', async () => {
  const { instance } = (await telling()).panel;
  for (const path of ['/', `/instances/${instance.id}`, `/instances/${planted}`]) {
    await open(path);
    expect(await lookOver(page, { texts: 20 }), path).toEqual([]);
  }
});

test('the chosen language is kept when the page is opened again', async () => {
  await openAlone('/', { locale: 'zh-CN', storageState: session });
  await page.getByRole('button', { name: 'English' }).click();
  await page.reload();
  await page.getByRole('button', { name: '中文' }).waitFor();
});

test('the keyboard alone reaches the content, the filter and an instance', async () => {
  await open('/');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('radio');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.url()).toContain('state=generating');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => page.url()).not.toContain('state=');
  await page.locator('tbody a').first().waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'History' }).waitFor();
});

test('an instance that does not exist is said not to exist', async () => {
  await open('/instances/00000000-0000-4000-8000-000000000000');
  expect(await page.getByRole('alert').textContent()).toContain('There is no such instance');
});

test('a running job shows its progress, and its end is announced to screen readers', async () => {
  const id = randomUUID();
  const { db } = site.app.services;
  const at = new Date();
  await db.transaction(async (tx) => {
    await insertRun(tx, { id, kind: 'training', input: {}, createdBy: 'operator', at });
    await claimRun(tx, id, at, at);
    await beat(tx, id, at, { done: 1_250, total: 5_000, unit: 'steps', message: 'loss 0.5' });
  });
  await openAlone('/', { locale: 'zh-CN', storageState: session });
  const announced = page.locator('[aria-live=polite]');
  expect(await announced.textContent()).toBe('正在运行或等待：1');
  expect(await page.locator('section[aria-labelledby=jobs]').textContent()).toContain('1,250 / 5,000 步');
  expect(await page.getByRole('progressbar', { name: '训练' }).getAttribute('aria-valuenow')).toBe('25');
  expect(await violations(page)).toEqual([]);
  await db.transaction((tx) => finishRun(tx, id, { state: 'failed', error: 'It broke.', at: new Date() }));
  await expect.poll(() => announced.textContent()).toBe('当前没有任务。');
  await expect.poll(() => page.locator('section[aria-labelledby=jobs]').textContent()).toContain('It broke.');
});
