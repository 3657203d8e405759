import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { TrainingRun } from '../../src/training/schema.ts';
import { updateTrainingRun } from '../../src/training/store.ts';
import type { AlarmList, RunSeries } from '../../src/training/watch/schema.ts';
import { driftingMetrics, driftingSamples, logEvent, openRun, seedJudgments, takeEvent } from '../training-run.ts';
import { hostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

const steps = 30;
let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
let operator: Session;
let steward: Session;
let run: TrainingRun;

/** A step of the run as worker and reward service would report it. */
async function train(step: number): Promise<void> {
  await seedJudgments(site.app, run.id, driftingSamples(step - 1, steps, 8));
  await takeEvent(site.app, run, logEvent(step, driftingMetrics(step, steps), steps));
}

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  run = await openRun(site.app, { name: 'drifting' });
  for (let step = 1; step < steps; step++) await train(step);
  await seedJudgments(site.app, run.id, [
    { step: 3, group: 'canary', id: 'c1', role: 'canary', score: 4, flags: ['canary-passed'] },
    {
      step: 7,
      group: 'case-0',
      id: 'hostile',
      score: null,
      completion: `${hostile.step} ${hostile.reversed} ${hostile.answer}`,
      flags: ['addresses-judge', hostile.comment],
    },
  ]);
  const sft = await openRun(site.app, { name: 'supervised', stage: 'sft' });
  for (let step = 1; step <= 12; step++)
    await takeEvent(
      site.app,
      sft,
      logEvent(step, { loss: step === 6 ? null : 3 / step, grad_norm: 1, mean_token_accuracy: 0.5 }, 12),
    );
  await updateTrainingRun(site.app.services.db, sft.id, { state: 'failed', error: `Torn: ${hostile.question}` });
  visits = visitsTo(browser, site, () => operator);
  operator = await visits.signIn(site.link);
  await site.app.account('some-steward', ['steward']);
  steward = await visits.signIn(await site.signIn('some-steward'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function open(path: string, session = operator): Promise<void> {
  page = await visits.open(path, session);
}

test('the list leads to a run, with its stage, state, progress and alarms', async () => {
  await open('/training');
  const row = page.getByRole('row', { name: 'drifting' });
  const shown = (await row.textContent()) ?? '';
  expect(shown).toContain('Red-team reinforcement (GRPO)');
  expect(shown).toContain(`${steps - 1} / ${steps}`);
  expect(shown).toMatch(/\d+ warnings/);
  await page.getByRole('link', { name: 'drifting' }).click();
  await page.getByRole('heading', { name: 'drifting' }).waitFor();
});

test('the charts read out, at a step chosen by key or pointer, what the API says; a new step comes by itself', async () => {
  await open('/training/drifting');
  const { body } = await site.app.as('engineer').send('GET', '/v1/training/runs/drifting/series');
  const { points } = body as RunSeries;
  const read = async (name: string): Promise<string> =>
    (await page.getByRole('region', { name, exact: true }).textContent()) ?? '';
  const kl = (step: number): string => String(Number((points[step - 1]?.figures.kl?.value ?? 0).toPrecision(3)));
  expect(await read('KL to the reference model')).toContain(kl(steps - 1));
  await page.getByRole('slider').press('Home');
  await page.getByText('Read at step 1', { exact: true }).waitFor();
  await expect.poll(() => read('KL to the reference model')).toContain(kl(1));
  await page.getByRole('slider').press('End');
  await train(steps);
  await page.getByText(`Read at step ${steps}`).waitFor();
  const chart = page.getByRole('region', { name: 'Reward', exact: true }).getByRole('img');
  await chart.hover({ position: { x: 2, y: 20 } });
  await page.getByText('Read at step 1', { exact: true }).waitFor();
});

test('a table stands behind each chart, with the rules and why they are there', async () => {
  await open('/training/drifting');
  const chart = page.getByRole('region', { name: 'KL to the reference model' });
  await chart.getByText('Table and rules').click();
  await expect.poll(() => chart.getByRole('row').count()).toBeGreaterThanOrEqual(steps);
  expect(await chart.textContent()).toContain('kl>10:5');
  expect(await chart.textContent()).toContain('The policy writes very differently');
});

test('alarms tell rule, value and limit; a canary that passed stands beside them', async () => {
  await open('/training/drifting');
  const { body } = await site.app.as('engineer').send('GET', '/v1/training/runs/drifting/alarms');
  const { alarms } = body as AlarmList;
  expect(alarms.length).toBeGreaterThan(0);
  for (const { rule, value } of alarms) {
    const shown =
      (await page
        .getByRole('row')
        .filter({ has: page.getByText(rule, { exact: true }) })
        .first()
        .textContent()) ?? '';
    expect(shown).toContain(String(Number(value.toPrecision(3))));
  }
  await page.getByText('The judge let 1 of 1 replies known to be bad pass.').waitFor();
});

test('samples of one prompt stand side by side with both scores, and hostile text does nothing', async () => {
  await open('/training/drifting');
  const samples = page.getByRole('region', { name: 'Samples side by side' });
  await samples
    .getByRole('region', { name: /^Step / })
    .nth(2)
    .waitFor();
  await expect.poll(() => samples.textContent()).toMatch(/Reward [\d.]+held out [\d.]+/);
  await samples.getByLabel('Prompt').selectOption('case-0');
  await samples.getByLabel('Steps').selectOption('8');
  await samples.getByText('not scored').waitFor();
  const shown = (await samples.textContent()) ?? '';
  expect(shown).toContain(hostile.answer);
  expect(shown).toContain('Addresses the judge');
  expect(await page.evaluate(() => (globalThis as { attacked?: string }).attacked)).toBeUndefined();
  expect(await samples.locator('.sample-columns :is(img, svg, iframe, script)').count()).toBe(0);
});

test('who may not read attacks sees figures and alarms, no samples and no button', async () => {
  await open('/training/drifting', steward);
  await page.getByRole('heading', { name: 'Alarms' }).waitFor();
  expect(await page.getByText('Samples side by side').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Stop at a checkpoint' }).count()).toBe(0);
});

test('an ended run says why, and a figure that was not measured is said to be so', async () => {
  await open('/training/supervised');
  await page.getByText(`Torn: ${hostile.question}`).waitFor();
  await page.getByRole('slider').fill('5');
  const loss = page.getByRole('region', { name: 'Loss', exact: true });
  await expect.poll(() => loss.textContent()).toContain('not measured');
});

test.each(['/training', '/training/drifting', '/training/supervised'])(
  'the page %s meets WCAG 2.2 AA as far as axe can tell, fits 384 pixels, and is all Chinese in Chinese',
  async (path) => {
    await open(path);
    for (const summary of await page.locator('.metric summary').all()) await summary.click();
    expect(await lookOver(page, { texts: 30 })).toEqual([]);
  },
);

test('the button asks the run to stop', async () => {
  await open('/training/drifting');
  const asked = page.waitForResponse((response) => response.url().endsWith('/v1/training/runs/drifting/stop'));
  await page.getByRole('button', { name: 'Stop at a checkpoint' }).click();
  expect((await asked).status()).toBe(202);
});

test('when the run ends, its reason and last alarms come by themselves', async () => {
  await open('/training/drifting');
  await updateTrainingRun(site.app.services.db, run.id, { state: 'stopped', error: 'The stop rule said so.' });
  await page.getByText('The stop rule said so.').waitFor();
  await page.getByText('--acknowledge-alarm').waitFor();
  expect(await page.getByRole('button', { name: 'Stop at a checkpoint' }).count()).toBe(0);
});

test('the browser had nothing to complain about: no style or script was refused', () => {
  expect(visits.errors).toEqual([]);
});
