import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { ComparisonReport } from '../../src/evaluation/comparisons/schema.ts';
import { Leaderboard } from '../../src/evaluation/leaderboard/schema.ts';
import { EvaluationReport } from '../../src/evaluation/report-schema.ts';
import type { FakeOpenAi } from '../fake-openai.ts';
import { type Measured, measureExams, startExamined } from '../measured-exams.ts';
import { hostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let server: FakeOpenAi;
let site: Site;
let browser: Browser;
let visits: Visits;
let operator: Session;
let reviewer: Session;
let measured: Measured;

beforeAll(async () => {
  browser = await startChromium();
  server = await startExamined(`${hostile.step} ${hostile.reversed} ${hostile.answer} ${hostile.comment}`);
  site = await openSite();
  measured = await measureExams(site.app, server.baseUrl);
  visits = visitsTo(browser, site, () => operator);
  operator = await visits.signIn(site.link);
  await site.app.account('some-reviewer', ['reviewer'], 'illustrative');
  reviewer = await visits.signIn(await site.signIn('some-reviewer'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await server?.close();
});

const asked = async (path: string): Promise<unknown> => (await site.app.as('auditor').send('GET', path)).body;
const table = async (name: string): Promise<string> =>
  (await visits.page.getByRole('region', { name, exact: true }).last().textContent()) ?? '';

/** Every page of evaluation by its name. */
const pages = {
  list: () => '/evaluations',
  evaluation: () => `/evaluations/${measured.first}`,
  unfinished: () => `/evaluations/${measured.broken}`,
  items: () => `/evaluations/${measured.first}/items?target=weak&state=answered-wrong`,
  judged: () => `/evaluations/${measured.first}/items?target=weak&set=medsafetybench`,
  leaderboard: () => `/evaluations/leaderboard?lead=${measured.first}`,
  comparison: () => `/evaluations/compare?a=${measured.first}&at=strong&b=${measured.first}&bt=weak`,
  history: () => '/evaluations/history',
};

test('the list shows how far each evaluation is and leads to it', async () => {
  const page = await visits.open('/evaluations');
  const list = await table('Evaluations');
  expect(list).toContain('0 of 20');
  expect(list).toContain('strong, close, weak');
  expect(await page.locator('progress').count()).toBe(1);
  await page.getByRole('link', { name: measured.first.slice(0, 8) }).click();
  await page.getByRole('heading', { name: `Evaluation ${measured.first.slice(0, 8)}` }).waitFor();
});

test('an evaluation shows each figure of the report with n and interval, macro average, states, orders, judges, overlap and budget', async () => {
  const page = await visits.open(`/evaluations/${measured.first}`);
  const { models } = EvaluationReport.parse(await asked(`/v1/evaluations/${measured.first}`));
  const figures = await table('Figures');
  for (const { sets } of Object.values(models))
    for (const { rate, correct, n } of sets.filter((set) => set.rate !== null))
      expect(figures).toContain(`${(100 * (rate ?? 0)).toFixed(0)} % (${correct} of ${n})`);
  expect(figures).toMatch(/Macro average\d+ %\d+ to \d+ %unweighted mean of 3 sets, standard error \d\.\d points/);
  expect(await table('What became of the replies')).toContain('Not readable');
  expect(await table('Asked more than once')).toMatch(/5\d+ % \(\d+ of 60\)/);
  const judged = await page.locator('section[aria-labelledby=judged]').textContent();
  expect(judged).toContain('lower is better');
  expect(judged).toContain('100 % (4 of 4)');
  expect(await table('Agreement of the judges')).toContain("Krippendorff's alpha, ordinal");
  expect(await table('Overlap with training data')).toContain('2, released: 0');
  expect(await table('Sealed sets')).toContain('642'); // budget 6, used 4, left 2
  await expect.poll(() => page.locator('section[aria-labelledby=figures] svg[role=img]').count()).toBe(1);
});

test('slices are told with n and interval, few questions are marked, and a slice leads to its questions', async () => {
  const page = await visits.open(`/evaluations/${measured.first}`);
  const slices = page.locator('section[aria-labelledby=slices]');
  expect(await slices.textContent()).toContain('few questions');
  await slices.getByLabel('By').selectOption('language');
  const row = slices.getByRole('row', { name: /Chinese/ }).first();
  expect(await row.textContent()).toMatch(/\d+ % \(\d+ of 20\)few questions|\d+ % \(\d+ of 20\) few questions/);
  await row.getByRole('link').click();
  await page.getByRole('heading', { name: 'Questions and replies' }).waitFor();
  await expect.poll(() => page.locator('article').count()).toBe(20);
});

test('questions stand with key, reply, what was read and the rule; filters stand in the address and hostile text does nothing', async () => {
  const page = await visits.open(pages.items());
  await page.locator('article').first().waitFor();
  const shown = (await page.textContent('main')) ?? '';
  expect(shown).toContain(hostile.answer);
  expect(shown).toContain('U+202E');
  expect(await page.locator('article').first().textContent()).toMatch(/Key[A-D]Answer read[A-D]Rule\w+/);
  expect(await page.locator('article :is(img, svg, iframe, script, a)').count()).toBe(0);
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => page.locator('article').count()).toBeGreaterThan(20);
  await page.getByLabel('State').selectOption('abstained');
  await expect.poll(() => new URL(page.url()).search).toContain('state=abstained');
  await expect.poll(() => page.locator('article').first().textContent()).toContain('Abstained');
});

test('a reply for judges stands with the score and the reason of each', async () => {
  const page = await visits.open(pages.judged());
  await page.getByText('model:judge-a').first().waitFor();
  expect(await page.locator('article').first().textContent()).toMatch(/score 5.*score 5.*score 5/);
});

test('the leaderboard orders models of several evaluations, says which neighbours cannot be told apart, and what it leaves out', async () => {
  const page = await visits.open(pages.leaderboard());
  const board = Leaderboard.parse(await asked(`/v1/evaluations/leaderboard?lead=${measured.first}`));
  expect(board.entries.map((entry) => entry.evaluation)).toContain(measured.second);
  const shown = await page.getByRole('region', { name: 'Leaderboard' }).locator('th[scope=row]').allTextContents();
  expect(shown.map((text) => text.split('model:')[0])).toEqual(board.entries.map((entry) => entry.target));
  const text = await table('Leaderboard');
  expect(text).toContain('Not distinguishable');
  expect(text).toContain('Distinguishable');
  expect(text).toContain('overlap: 2');
  expect(await page.locator('section[aria-labelledby=left-out]').textContent()).toContain(measured.later.slice(0, 8));
  await page.getByText('The same as a radar chart').click();
  await page.locator('.radar svg[role=img]').waitFor();
  await page.getByLabel('Order by').selectOption('exam-zh');
  await expect.poll(() => new URL(page.url()).search).toContain('by=exam-zh');
  await page.getByText("McNemar's exact test").waitFor();
});

test('a comparison shows findings with p and interval, slices and the questions that changed', async () => {
  const page = await visits.open(pages.comparison());
  const report = ComparisonReport.parse(await asked(`/v1/evaluations/${measured.first}/compare?a=strong&b=weak`));
  await page.getByText('The second is significantly worse somewhere').waitFor();
  const tests = await table('By set');
  expect(tests).toContain('Second is worse');
  expect(tests).toContain(`${report.overall.both}${report.overall.onlyA}${report.overall.onlyB}`);
  expect(await table('Slices')).toContain('Not distinguishable');
  const flips = page.getByRole('region', { name: 'Flips' }).last();
  expect(await flips.getByRole('row').count()).toBe(1 + report.flips.length);
});

test('what is compared is chosen by fields and stands in the address', async () => {
  const page = await visits.open('/evaluations/compare');
  await page.getByLabel('First evaluation').selectOption(measured.first);
  await page.getByLabel('Its model', { exact: true }).selectOption('close');
  await page.getByLabel('Second evaluation').selectOption(measured.second); // has one model, which is chosen with it
  await page
    .getByRole('status')
    .getByText(/No worsening is shown|significantly worse/)
    .waitFor();
  expect(new URL(page.url()).search).toContain('bt=newcomer');
});

test('the history has a course for each model and set, and says what the latest change is worth', async () => {
  const page = await visits.open('/evaluations/history');
  const course = page.getByRole('region', { name: 'strong in exam-en' });
  await course.locator('svg[role=img]').waitFor();
  expect(await course.textContent()).toContain('Since the one before');
});

test('who may not see figures sees no area and no page', async () => {
  const page = await visits.open('/evaluations', reviewer);
  await page.getByText('Your account may not see this.').first().waitFor();
  expect(await page.getByRole('link', { name: 'Evaluation', exact: true }).count()).toBe(0);
});

test.each(Object.entries(pages))(
  'the page %s meets WCAG 2.2 AA as far as axe can tell, fits 384 pixels, and is all Chinese in Chinese',
  async (_, path) =>
    expect(
      await lookOver(await visits.open(path()), {
        texts: 40,
        latin: /Wilson|McNemar|Tango|Holm|MOVER|Bonferroni|Krippendorff/g,
      }),
    ).toEqual([]),
);

test('the browser had nothing to complain about: no style or script was refused', () => {
  expect(visits.errors.filter((one) => !one.includes('403'))).toEqual([]); // what the reviewer was refused
});
