import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { FindingList } from '../../src/redteam/findings/schema.ts';
import { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import type { FakeOpenAi } from '../fake-openai.ts';
import { attackTwice, startTargets, targetEndpoint } from '../redteam-campaigns.ts';
import { wordScorer } from '../redteam-samples.ts';
import { hostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

const attacked = `${hostile.step} ${hostile.reversed} ${hostile.answer} ${hostile.comment}`;
let server: FakeOpenAi;
let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
let operator: Session;
let steward: Session;
let reviewer: Session;
let first: string;
let second: string;
let judge: string;
let finding: string;

beforeAll(async () => {
  browser = await startChromium();
  server = await startTargets(attacked);
  const endpoints = { bold: targetEndpoint(server, 'bold'), meek: targetEndpoint(server, 'meek') };
  site = await openSite({ scorer: wordScorer, endpoints });
  ({ first, second } = await attackTwice(site.app, 12));
  const { body } = await site.app.as('auditor').send('GET', '/v1/redteam/judges/default');
  judge = String(Object(body).id);
  await site.app.as('red-teamer').send('POST', '/v1/redteam/findings', { campaign: second });
  const { findings } = FindingList.parse((await site.app.as('auditor').send('GET', '/v1/redteam/findings')).body);
  finding = findings.find((one) => one.variant === 'probe')?.id ?? '';
  visits = visitsTo(browser, site, () => operator);
  operator = await visits.signIn(site.link);
  await site.app.account('some-steward', ['steward']);
  steward = await visits.signIn(await site.signIn('some-steward'));
  await site.app.account('some-reviewer', ['reviewer'], 'illustrative');
  reviewer = await visits.signIn(await site.signIn('some-reviewer'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await server?.close();
});

async function open(path: string, session = operator): Promise<void> {
  page = await visits.open(path, session);
}

const mainText = async (): Promise<string> => (await page.textContent('main')) ?? '';
/** Every page of the red team by its name. */
const pages = {
  campaigns: () => '/redteam',
  campaign: () => `/redteam/${second}`,
  judges: () => '/redteam/judges',
  judge: () => `/redteam/judges/${judge}`,
  comparison: () => `/redteam/compare?a=${first}&b=${second}`,
  findings: () => '/redteam/findings',
  finding: () => `/redteam/findings/${finding}`,
};

test('the list leads to a campaign, and coverage shows the gaps of every dimension', async () => {
  await open('/redteam');
  const coverage = page.getByRole('region', { name: 'Coverage' }).last();
  expect(await coverage.getByRole('row').count()).toBe(1 + 20);
  expect(await coverage.textContent()).toContain('gap');
  await page.getByRole('link', { name: 'second' }).click();
  await page.getByRole('heading', { name: 'Campaign second' }).waitFor();
});

test('a campaign shows both outcomes side by side as the API has them, with interval and both bounds', async () => {
  await open(`/redteam/${second}`);
  const { body } = await site.app.as('auditor').send('GET', `/v1/redteam/campaigns/${second}/document`);
  const { report } = ReportDocument.parse(body);
  const [bold] = report.targets;
  const figures = (await page.getByRole('region', { name: 'Figures' }).last().textContent()) ?? '';
  expect(figures).toContain(`100 % (${bold?.unsafe.k} of ${bold?.unsafe.n})`);
  expect(figures).toMatch(/\d+ to 100 %/);
  expect(figures).toContain('Attack success, corrected for the judge');
  expect(figures).toContain('Attack success, weighted by severity');
  expect(await mainText()).toContain('Nobody registered what stands behind endpoint:bold');
  const strata = page.getByRole('region', { name: 'Where it fails, worst first' }).last();
  expect(await strata.textContent()).toContain('Medication safety');
  await page.locator('#strata ~ div').getByLabel('By').selectOption('strategy');
  await expect.poll(() => strata.textContent()).toContain('Role play');
});

test('examples are filtered, show the trail of judgment, and hostile text does nothing', async () => {
  await open(`/redteam/${second}`);
  const examples = page.locator('section[aria-labelledby=examples]');
  await examples.getByLabel('Verdict').selectOption('');
  await examples.getByText(hostile.answer).first().waitFor();
  const shown = (await examples.textContent()) ?? '';
  expect(shown).toContain('U+202E');
  expect(shown).toMatch(/risk \d of 5 \(1 = safest\) · probability 0\.\d{3}/);
  await examples.getByLabel('Verdict').selectOption('undecided');
  await examples.getByText('no reply', { exact: true }).first().waitFor();
  await examples.getByLabel('Strategy').selectOption('boundary-probing');
  await examples.getByText('There is no such reply.').waitFor();
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
  expect(await examples.locator('.example :is(img, svg, iframe, script, a)').count()).toBe(0);
});

test('a report downloads as a file', async () => {
  await open(`/redteam/${second}`);
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'HTML', exact: true }).first().click();
  expect((await started).suggestedFilename()).toMatch(/^redteam-[\da-f]{8}\.html$/);
});

test('the page that is downloaded shows charts, runs nothing and breaks none of its own rules', async () => {
  const token = await site.app.token('red-teamer');
  const path = `${site.url}/v1/redteam/campaigns/${second}/export?format=html`;
  const html = await (await fetch(path, { headers: { authorization: `Bearer ${token}` } })).text();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith('http://report.invalid/')) complaints.push(request.url());
  });
  await page.route('http://report.invalid/', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto('http://report.invalid/');
  expect(await page.locator('svg[role=img]').count()).toBeGreaterThan(2);
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
  expect(await page.textContent('main')).toContain(hostile.answer);
  expect(complaints.filter((one) => !one.includes('favicon'))).toEqual([]);
  await context.close();
});

test('a judge shows its gate, its agreement with clinicians and how to read it', async () => {
  await open('/redteam/judges');
  await page.getByText('Passed').first().waitFor();
  await page.getByRole('link', { name: 'default' }).click();
  await page.getByText('Balanced F1').first().waitFor();
  expect(await mainText()).toContain('Two logistic regressions');
});

test('two runs are compared item by item, with flips, both replies and the requests that only one was asked', async () => {
  await open(`/redteam/compare?a=${first}&b=${second}`);
  await page.getByText('The second is significantly worse.').waitFor();
  const text = await mainText();
  expect(text).toContain('18 requests are the same; 6 only the first was asked, 0 only the second.');
  expect(text).toContain('Second is worse');
  expect(text).toMatch(/100 points/);
  await page.getByText('Read both replies').first().click();
  await page.getByText('I cannot do that').first().waitFor();
  await page.getByText('Certainly, here is').first().waitFor();
  expect(await page.locator('.replies :is(img, svg, iframe, script, a)').count()).toBe(0);
});

test('what is compared is chosen by two fields and stands in the address', async () => {
  await open('/redteam/compare');
  await page.getByLabel('First campaign').selectOption(second);
  await page.getByLabel('Second campaign').selectOption(second);
  await page.getByLabel('Its target', { exact: true }).selectOption('other');
  await page.getByLabel('Its target (second)').selectOption('model');
  await page.getByText('The second is significantly worse.').waitFor();
  expect(new URL(page.url()).search).toContain('at=other');
});

test('a finding shows what happened, is triaged with a note, and keeps its history', async () => {
  await open('/redteam/findings');
  await page.getByLabel('Status').selectOption('open');
  await page.getByText('An attack was served').first().waitFor();
  await open(`/redteam/findings/${finding}`);
  await page.getByText('Certainly, here is').first().waitFor();
  const triage = page.locator('section[aria-labelledby=triage]');
  await triage.getByLabel('Severity').selectOption('major');
  await triage.getByLabel('Note').fill(`Seen. ${hostile.comment}`);
  await triage.getByRole('button', { name: 'Save' }).click();
  await page.locator('h2').getByText('Triaged').waitFor();
  await expect.poll(() => page.locator('section[aria-labelledby=history]').textContent()).toContain(hostile.comment);
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
});

test('a retest is begun on the page of the finding, and its result stands there when it is done', async () => {
  await open(`/redteam/findings/${finding}`);
  await page.getByLabel('Model to ask again').fill('endpoint:meek');
  await page.getByRole('button', { name: 'Retest' }).click();
  await page.getByText('The retest has begun').waitFor();
  const row = page.getByRole('region', { name: 'Retests' }).last().getByRole('row').nth(1);
  await expect.poll(() => row.textContent(), { timeout: 60_000 }).toMatch(/model · endpoint:meek[1-9]\d*000$/);
});

test('who may not read attacks sees figures and no example; who has no part in it sees no area', async () => {
  await open(`/redteam/${second}`, steward);
  await page.getByRole('heading', { name: 'Figures' }).waitFor();
  expect(await page.locator('section[aria-labelledby=examples]').count()).toBe(0);
  expect(await mainText()).not.toContain('With prompts and replies');
  await open('/redteam', reviewer);
  await page.getByText('Your account may not see this.').first().waitFor();
  expect(await page.getByRole('link', { name: 'Red team' }).count()).toBe(0);
});

test.each(Object.entries(pages))(
  'the page %s meets WCAG 2.2 AA as far as axe can tell, fits 384 pixels, and is all Chinese in Chinese',
  async (_, path) => {
    await open(path());
    expect(await lookOver(page, { texts: 30, latin: /Wilson|McNemar|Tango|Holm|Krippendorff|SHA-256/g })).toEqual([]);
  },
);

test('the browser had nothing to complain about: no style or script was refused', () => {
  expect(visits.errors.filter((one) => !one.includes('403'))).toEqual([]); // what the reviewer was refused
});
