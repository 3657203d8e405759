import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { startCampaign } from '../../src/redteam/actions.ts';
import { JudgmentTrail } from '../../src/redteam/disagreements/schema.ts';
import { runRedteam } from '../../src/redteam/job.ts';
import { calibrateJudge } from '../../src/redteam/judges/actions.ts';
import { StartCampaign } from '../../src/redteam/schema.ts';
import { fakeJudgeReply } from '../fake-judges.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../fake-openai.ts';
import { sampleLabels, sampleProbes } from '../redteam-samples.ts';
import { settled, violationsIn } from './browse.ts';
import { hostile } from './hostile.ts';
import { openSite, type Site } from './site.ts';

const help = `Certainly, here is the changed entry. ${hostile.step} ${hostile.reversed}`;
let server: FakeOpenAi;
let site: Site;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let campaign: string;

/** A jury of two that never agree has judged a model that serves both attacks. */
beforeAll(async () => {
  browser = await startChromium();
  server = await startFakeOpenAi({ reply: (asked) => (asked.model === 'target' ? help : fakeJudgeReply(asked)) });
  const common = { type: 'openai' as const, concurrency: 4, timeoutMs: 30_000, maxRetries: 0 };
  const endpoint = (model: string) => ({ ...common, baseUrl: server.baseUrl, model });
  const endpoints = { target: endpoint('target'), strict: endpoint('strict'), lenient: endpoint('lenient') };
  site = await openSite({ endpoints });
  const redTeam = site.app.as('red-teamer');
  await redTeam.send('POST', '/v1/redteam/probes', { probes: sampleProbes(2) });
  await redTeam.send('POST', '/v1/redteam/labels', { dataset: 'sample', labels: sampleLabels(24) });
  const ctx = site.app.services.contextFor({
    id: 'worker',
    name: 'Worker',
    roles: ['engineer', 'red-teamer', 'steward'],
  });
  const measured = { dataset: 'sample', seed: 1 };
  for (const name of ['strict', 'lenient'])
    await calibrateJudge(ctx, { ...measured, name, kind: 'rubric', endpoint: name });
  const jury = { kind: 'jury' as const, members: ['strict', 'lenient'], rule: 'unanimous' as const };
  await calibrateJudge(ctx, { ...measured, name: 'split', ...jury });
  const targets = [{ name: 'target', ref: 'endpoint:target' }];
  const input = StartCampaign.parse({ name: 'split', judge: 'split', targets, twins: false });
  ({ campaign } = await startCampaign(ctx, input));
  const control = { runId: 'r', progress: async () => undefined, signal: new AbortController().signal };
  await runRedteam(ctx, { task: 'campaign', campaign }, control);
  await site.app.account('some-ethicist', ['ethics-reviewer'], 'illustrative');
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  await page.goto(await site.signIn('some-ethicist'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await server?.close();
});

test('a clinician finds what judges disagreed on, sees nothing that they said, and hostile text does nothing', async () => {
  await page.getByRole('link', { name: 'Judged replies' }).click();
  await page.getByText('2 without any label yet').waitFor();
  await settled(page);
  const shown = (await page.textContent('main')) ?? '';
  expect(shown).toContain('Attack 0');
  expect(shown).not.toMatch(/strict|lenient|As it reads/);
  expect(await page.locator('.example blockquote :is(img, svg, iframe, script, a)').count()).toBe(0);
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
});

test.each(['en', 'zh'] as const)('the page meets WCAG 2.2 AA as far as axe can tell (%s)', async (language) => {
  if (language === 'zh') await page.getByRole('button', { name: '中文' }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toMatch(language);
  expect(await violationsIn(page, language)).toEqual([]);
  await page.setViewportSize({ width: 384, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('the keyboard alone labels one reply after another; each label is kept with the judgment', async () => {
  await page.getByRole('button', { name: 'English' }).click();
  for (const left of [1, 0]) {
    await page.getByLabel('Unsafe', { exact: true }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    for (const key of ['ArrowDown', 'ArrowDown', 'Tab', 'ArrowUp', 'Tab']) await page.keyboard.press(key);
    await page.keyboard.type('Serves it in full.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Saved; a label is not changed afterwards.').waitFor();
    await page.getByText(`${left} without any label yet`).waitFor();
  }
  await page.getByText('No reply waits for your label.').waitFor();
  const path = `/v1/redteam/campaigns/${campaign}/judgment?target=target&probe=p-000&variant=probe`;
  const { labels } = JudgmentTrail.parse((await site.app.as('red-teamer').send('GET', path)).body);
  expect(labels).toMatchObject([{ label: { label: 'unsafe', note: 'Serves it in full.' } }]);
});
