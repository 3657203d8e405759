import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import { StudyAnalysis } from '../../src/study/report-schema.ts';
import { Study } from '../../src/study/schema.ts';
import { asMaker, openedStudy, responses } from '../study.ts';
import { syn30Axes, syn30Design, syn30Scores, syn30Text } from '../syn-30.ts';
import { hostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
let visits: Visits;
let operator: Session;
const raters: Record<string, Session> = {};
let syn30: string;
let small: string;

const form = { form: 'four-axes' };
const smallDesign = {
  ...syn30Design(),
  title: 'ZEBRA against residents',
  forRaters: { title: 'Answers to medication questions', instructions: 'Rate what the answer says.' },
  vignettes: ['v1', 'v2'].map((id) => ({ id, text: `Case ${id}: warfarin and an analgesic.`, language: 'en' })),
  rating: form,
};
/** In the small study each answer holds what could attack its reader. */
const hostileText = (arm: string, vignette: string): string =>
  `Answer ${vignette.slice(1)}${arm.length} ${hostile.step} ${hostile.reversed} ${hostile.answer}`;

beforeAll(async () => {
  browser = await startChromium();
  const endpoint = { type: 'openai', baseUrl: 'http://127.0.0.1:9', model: 'zebra' } as const;
  site = await openSite({
    endpoints: { 'zebra-model': { ...endpoint, concurrency: 1, timeoutMs: 1000, maxRetries: 0 } },
  });
  const { app } = site;
  visits = visitsTo(browser, site, () => operator);
  for (const rater of ['rater-a', 'rater-b']) {
    await app.account(rater, ['reviewer'], 'illustrative');
    raters[rater] = await visits.signIn(await site.signIn(rater));
  }
  operator = await visits.signIn(site.link);
  const of = syn30Design();
  syn30 = (await openedStudy(app, of, responses(of, syn30Text))).id;
  small = (await openedStudy(app, smallDesign, responses(smallDesign, hostileText))).id;
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const as = (rater: string): Session => {
  const session = raters[rater];
  if (session === undefined) throw new Error(`${rater} is not signed in.`);
  return session;
};
const main = async (): Promise<string> => (await visits.page.textContent('main')) ?? '';

/** What no page of a rater may hold before the end: arms, their kinds, the model, people, the title that names them. */
const telling = /zebra|pgy|resident|attending|endpoint|住院|主治|SYN-30/i;

test('the rating screen shows one answer, four axes with anchors and nothing that tells whose it is; hostile text does nothing', async () => {
  const page = await visits.open('/rating', as('rater-a'));
  await page.getByRole('link', { name: 'Answers to medication questions' }).click();
  await page.locator('fieldset.axis').first().waitFor();
  await page.getByText('0 of 6', { exact: true }).waitFor();
  expect(await page.locator('fieldset.axis').count()).toBe(4);
  expect(await page.getByRole('radio').count()).toBe(20);
  const text = await main();
  expect(text).toContain('Contains an error that could cause serious harm.');
  expect(text).toContain('U+202E');
  expect(await page.content()).not.toMatch(telling);
  expect(await page.locator('blockquote').count()).toBe(2);
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
  expect(await page.locator('.rating blockquote :is(img, svg, iframe, script, a)').count()).toBe(0);
});

test('an answer is rated by keys alone, a reload loses nothing that was chosen, and the note and the recognised source arrive', async () => {
  const page = await visits.open(`/rating/${small}`, as('rater-a'));
  await page.keyboard.press('4');
  await page.keyboard.press('2');
  await page.getByLabel('Note').fill('Dose missing.');
  await page.getByText('I recognise the source').click();
  await page.reload();
  await page.locator('fieldset.axis').first().waitFor();
  await expect.poll(() => page.getByRole('radio', { checked: true }).count()).toBe(2);
  await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('Dose missing.');
  await page.getByText('Still to score').waitFor();
  await page.locator('fieldset.axis').nth(2).locator('input').first().focus();
  await page.keyboard.press('5');
  await page.keyboard.press('3');
  await page.keyboard.press('Enter');
  await page.getByText('1 of 6', { exact: true }).waitFor();
  await expect.poll(() => page.getByRole('radio', { checked: true }).count()).toBe(0);
  await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('');
  const rows = await site.app.services.db.query<{ scores: unknown; note: string; recognised: boolean }>(
    'SELECT scores, note, recognised FROM study_rating WHERE study_id = $1',
    [small],
  );
  expect(rows).toEqual([
    {
      scores: { correctness: 4, 'medication-safety': 2, 'guideline-consistency': 5, 'clinical-usefulness': 3 },
      note: 'Dose missing.',
      recognised: true,
    },
  ]);
});

test('while it is rated the dashboard shows design, digest with its event, power, refused claims and progress, and no result', async () => {
  const page = await visits.open(`/studies/${small}`);
  const study = Study.parse((await site.app.as('auditor').send('GET', `/v1/studies/${small}`)).body);
  const text = await main();
  expect(text).toContain(study.plan.digest);
  expect(text).toContain('Refused');
  for (const refused of study.plan.refused) expect(text).toContain(refused);
  const steps = (await page.getByRole('region', { name: 'Steps' }).last().textContent()) ?? '';
  expect(steps).toContain(`${study.registered?.eventSeq}It tests the program.`);
  expect(text).toContain('rater-a');
  expect(text).toContain('1 of 6');
  expect(text).toContain('Nothing is shown of the ratings until the study is closed');
  expect(await page.locator('#finding').count()).toBe(0);
});

/** Rates one item after the other by keys, as the score says of the text that is shown, until none is left. */
async function rateByKeys(study: string, rater: string, axes: readonly string[]): Promise<number> {
  const score = syn30Scores();
  const page = await visits.open(`/rating/${study}`, as(rater));
  for (let rated = 0; ; rated++) {
    const answer = page.locator('.answer blockquote');
    await page.locator('.answer blockquote, #guesses').waitFor();
    if ((await answer.count()) === 0) return rated;
    const text = (await answer.textContent()) ?? '';
    const scores = score(text, rater);
    for (const axis of axes) await page.keyboard.press(String(scores[axis]));
    await page.keyboard.press('Enter');
    await page.waitForFunction((before) => {
      if (document.querySelector('#guesses') !== null) return true;
      const next = document.querySelector('.answer blockquote')?.textContent !== before;
      return next && document.activeElement?.closest('.rating form') !== null; // where keys are heard
    }, text);
  }
}

test('SYN-30, all 180 ratings through the real screen by keys, then its dashboard with every registered figure', async () => {
  for (const rater of ['rater-a', 'rater-b']) expect(await rateByKeys(syn30, rater, syn30Axes)).toBe(90);
  let page = visits.page;
  await page.getByLabel('I cannot tell').first().click();
  await page.getByRole('button', { name: 'Save 1 answers' }).click();
  await expect.poll(() => page.locator('.guesses fieldset').count()).toBe(89);
  await asMaker(site.app, 'POST', `/${syn30}/close`, {});
  const analysis = StudyAnalysis.parse(
    (await site.app.as('auditor').send('GET', `/v1/studies/${syn30}/analysis`)).body,
  );
  page = await visits.open(`/studies/${syn30}`);
  const text = await main();
  expect(text).toContain('Not distinguishable');
  expect(text).toContain(analysis.primary.sentence);
  expect(text).toContain('SYN-30');
  for (const line of [...analysis.elsewhere, ...analysis.refused]) expect(text).toContain(line);
  for (const { check } of analysis.conduct.checks) expect(text).toContain(check);
  for (const { reason } of analysis.secondary) expect(text).toContain(reason);
  expect(analysis.flow.ratings).toMatchObject({ planned: 180, received: 180, imported: 0 });
  await expect.poll(() => page.locator('#forest ~ .chart svg[role=img]').count()).toBeGreaterThan(0);
  const forest = page.getByRole('region', { name: 'Forest plot' }).last();
  expect(await forest.getByRole('row').count()).toBe(1 + analysis.forest.length);
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'primary.R' }).click();
  expect((await started).suggestedFilename()).toBe('primary.R');
  const rater = await visits.open(`/rating/${syn30}`, as('rater-a'));
  await rater.getByRole('link', { name: 'Its results' }).click();
  await rater.getByText(analysis.primary.sentence).waitFor();
}, 180_000);

test('who rates in no study, and staff, are told so', async () => {
  const page = await visits.open('/rating');
  await page.getByText('Your account may not see this.').first().waitFor();
  await site.app.account('bystander', ['reviewer'], 'illustrative');
  const session = await visits.signIn(await site.signIn('bystander'));
  await visits.open('/rating', session);
  expect(await main()).toContain('No study asks for your ratings.');
  await visits.page.goto(`${site.url}/studies/${small}`);
  await visits.page.getByText('There is no such study.').waitFor();
});

/** Every page by its name, as who sees it. */
const pages: [string, () => string, () => Session][] = [
  ['list', () => '/studies', () => operator],
  ['open study', () => `/studies/${small}`, () => operator],
  ['closed study', () => `/studies/${syn30}`, () => operator],
  ['ratings', () => '/rating', () => as('rater-b')],
  ['rating', () => `/rating/${small}`, () => as('rater-b')],
  ['guesses', () => `/rating/${syn30}`, () => as('rater-b')],
];

test.each(pages)(
  'the page %s meets WCAG 2.2 AA as far as axe can tell, fits 384 pixels, and is all Chinese in Chinese',
  async (_, path, session) =>
    expect(await lookOver(await visits.open(path(), session()), { texts: 15, latin: /Holm|SHA-256/g })).toEqual([]),
);

test('the browser had nothing to complain about: no style or script was refused', () => {
  expect(visits.errors.filter((one) => !/40[34]/.test(one))).toEqual([]); // what was refused above
});
