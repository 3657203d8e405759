import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { GoldLine } from '../../src/calibration/gold/schema.ts';
import type { AgreementReport } from '../../src/calibration/schema.ts';
import { settled } from './browse.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
let overseer: Session;
let reviewer: Session;

const item: GoldLine = {
  use: 'training',
  question: { id: 'gold-1', kind: 'ethics', language: 'en', text: 'What now?', citation: 'written for a test' },
  steps: ['Look at the facts.'],
  answer: 'Wait.',
  expected: {
    scores: { 'ethical-reasoning': [1, 2] },
    verdicts: ['reject'],
    errors: [],
    rationale: 'It does nothing.',
  },
};

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite({ collected: ['ethics'] });
  const { app } = site;
  await app.as('steward').send('POST', '/v1/quality/gold/import', { items: [item] });
  // The example's traces were written in no recorded run; give them one, so that the table of runs has a row.
  await app.services.db.script(`ALTER TABLE trace DISABLE TRIGGER USER;
    UPDATE trace SET batch = '3d3b2a53-4f0e-4f63-9f4a-30e1c9b1a001'; ALTER TABLE trace ENABLE TRIGGER USER;`);
  visits = visitsTo(browser, site, () => overseer);
  overseer = await visits.signIn(site.link);
  reviewer = await visits.signIn(await site.signIn('demo-reviewer-b'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function open(session: Session): Promise<void> {
  page = await visits.open('/quality', session);
}

async function show(tab: number): Promise<void> {
  await page.getByRole('tab').nth(tab).click();
  await page.locator('[role=tabpanel] section').first().waitFor();
  await settled(page);
}

test('the figures on the page are those of the API, with interval, rounds and reviewers', async () => {
  await open(overseer);
  const { body } = await site.app.as('steward').send('GET', '/v1/quality/agreement');
  const { criteria } = body as AgreementReport;
  const used = criteria.find((one) => one.n > 0);
  const row = page.getByRole('row', { name: 'Ethical reasoning' }).first();
  const shown = (await row.textContent()) ?? '';
  expect(used?.item).toBe('ethical-reasoning');
  expect(shown).toContain(used?.headline.value?.toFixed(2));
  expect(shown).toContain(`${used?.headline.ci95?.[0].toFixed(2)} to ${used?.headline.ci95?.[1].toFixed(2)}`);
  expect(shown).toContain(used?.single === 0 ? String(used.n) : `${used?.n} (and ${used?.single} with one rating)`);
  expect((await page.textContent('main')) ?? '').not.toMatch(/substantial|moderate|almost perfect|poor/i);
});

test('a confused pair of points leads to an instance where it happened', async () => {
  await open(overseer);
  await page.getByRole('link', { name: 'Example 1' }).first().click();
  await page.getByRole('heading', { name: 'History' }).waitFor();
  expect(page.url()).toMatch(/\/instances\/[0-9a-f-]{36}$/);
});

test('slices can be chosen, and those with too few rounds say so', async () => {
  await open(overseer);
  await page.getByLabel('Show').selectOption('language');
  await page.getByRole('cell', { name: 'Chinese' }).first().waitFor();
  await page.getByLabel('Show').selectOption('specialty');
  await page.getByText('too few').first().waitFor();
});

test('a reviewer sees their own figures and the plan, and nobody else', async () => {
  await open(reviewer);
  expect(await page.getByRole('tab').allTextContents()).toEqual(['My own figures', 'Time and plan']);
  const shown = (await page.textContent('main')) ?? '';
  expect(shown).toContain('demo-reviewer-b');
  expect(shown).not.toMatch(/demo-reviewer-[ac]/);
});

test('the plan of a project is worked out on the page, and says what it rests on', async () => {
  await open(overseer);
  await show(4);
  await page.getByLabel('Instances').fill('1000');
  await page.getByLabel('Reviews per instance').fill('2');
  await page.getByLabel('lowest').fill('3');
  await page.getByLabel('highest').fill('6');
  await page.getByRole('button', { name: 'Work it out' }).click();
  await page.getByText('2,000 reviews at 3.0 to 6.0 minutes each: 100 to 200 hours of clinicians.').waitFor();
  await page.getByText('By the minutes that you stated.').waitFor();
});

test.each([
  ['an overseer', () => overseer, 5],
  ['a reviewer', () => reviewer, 2],
] as const)(
  'every section of %s meets WCAG 2.2 AA as far as axe can tell, fits 384 pixels, and is all Chinese in Chinese',
  async (_, session, tabs) => {
    await open(session());
    for (let tab = 0; tab < tabs; tab++) {
      await show(tab);
      expect(await lookOver(page, { texts: 20, latin: /AC1/g }), `section ${tab}`).toEqual([]);
      await page.getByRole('button', { name: 'English' }).click();
    }
  },
);

test('the browser had nothing to complain about: no style or script was refused', () => {
  expect(visits.errors).toEqual([]);
});
