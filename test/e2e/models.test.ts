import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { ModelDetail } from '../../src/registry/schema.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../fake-openai.ts';
import { measuredReply, measureModels } from '../measured-models.ts';
import { wordScorer } from '../redteam-samples.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let server: FakeOpenAi;
let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
let operator: Session;
let approver: Session;

beforeAll(async () => {
  browser = await startChromium();
  server = await startFakeOpenAi({ reply: measuredReply });
  site = await openSite({ scorer: wordScorer });
  await measureModels(site.app, server.baseUrl);
  const admin = site.app.as('admin');
  const person = {
    id: 'demo-approver',
    name: 'Demo Approver',
    roles: ['release-approver'],
    credential: 'none',
    demo: true,
  };
  expect((await admin.send('POST', '/v1/accounts', person)).status).toBeLessThan(300);
  visits = visitsTo(browser, site, () => operator);
  operator = await visits.signIn(site.link);
  approver = await visits.signIn(await site.signIn('demo-approver'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await server?.close();
});

async function open(path: string, session = operator): Promise<void> {
  page = await visits.open(path, session);
}

const detailOf = (name: string) => site.app.as('auditor').send('GET', `/v1/registry/models/${name}`);
const mainText = async (): Promise<string> => (await page.textContent('main')) ?? '';

test('the list shows every model with its state, and which of them have seen evaluation questions', async () => {
  await detailOf('alike'); // the search for near-duplicates is made where a model is looked at
  await open('/models');
  const row = async (name: string): Promise<string> =>
    (await page
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name, exact: true }) })
      .textContent()) ?? '';
  expect(await row('aligned')).toMatch(/Candidate.*adapter.*sft.*first.*grpo.*none/);
  expect(await row('leaky')).toContain('has seen 1 questions of evaluation sets');
  expect(await row('alike')).toContain('1 near-duplicates');
});

test('a page of a model says in a table what its drawing shows, with figures, n and interval', async () => {
  await open('/models/aligned');
  await page.locator('.lineage-graph svg').waitFor();
  expect(await page.locator('.lineage-graph svg g').count()).toBe(9);
  const table = page.locator('section[aria-labelledby=lineage] table');
  expect(await table.getByRole('row').count()).toBe(1 + 9);
  const text = await mainText();
  expect(text).toContain('rewarded by reward');
  expect(text).toMatch(/100 % \(14 of 14\)/);
  expect(text).toMatch(/\d+ to 100 %/);
  expect(text).toMatch(/0 % \(0 of 8\)/);
  await table.getByRole('link', { name: 'sft', exact: true }).click();
  await page.getByRole('heading', { name: 'Model sft' }).waitFor();
});

test('the statement can be downloaded, byte for byte as it was signed', async () => {
  await open('/models/aligned');
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the signed statement' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await started).createReadStream()) chunks.push(chunk as Buffer); // a file's stream
  const { body } = await detailOf('aligned');
  const digest = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
  expect(digest).toBe((body as ModelDetail).signature?.sha256);
});

test('an approver signs the approval of a clean model, and its retirement with a reason', async () => {
  await open('/models/sft', approver);
  await page.getByRole('button', { name: 'Sign and approve' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /demonstration/i })
    .click();
  await page.getByText('Approved', { exact: true }).first().waitFor();
  await page.getByLabel('Reason').fill('superseded by another');
  await page.getByRole('button', { name: 'Sign and retire' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /demonstration/i })
    .click();
  await page.getByRole('cell', { name: 'superseded by another' }).waitFor();
  expect(await page.getByRole('button', { name: /Sign and/ }).count()).toBe(0);
  const { body } = await detailOf('sft');
  expect(body).toMatchObject({ model: { state: 'retired', approvedBy: 'demo-approver', retiredBy: 'demo-approver' } });
});

test('a model that saw evaluation questions cannot be approved; near ones need a note; nobody else sees the buttons', async () => {
  await open('/models/leaky', approver);
  expect(await mainText()).toContain('1 questions word for word, for example x-seen');
  expect(await page.getByRole('button', { name: 'Sign and approve' }).count()).toBe(0);
  await open('/models/alike', approver);
  const approve = page.getByRole('button', { name: 'Sign and approve' });
  expect(await approve.isDisabled()).toBe(true);
  await page.getByLabel('Note').fill('asks about another day');
  await expect.poll(() => approve.isDisabled()).toBe(false);
  await open('/models/alike');
  expect(await page.getByRole('button', { name: /Sign and/ }).count()).toBe(0);
});

const looks = [
  { path: '/models', session: () => operator },
  { path: '/models/aligned', session: () => operator },
  { path: '/models/leaky', session: () => operator },
  { path: '/models/alike', session: () => approver },
];

test.each(looks)(
  'the page $path meets WCAG 2.2 AA as far as axe can tell, fits 384 pixels, and is all Chinese in Chinese',
  async ({ path, session }) => {
    await open(path, session());
    expect(await lookOver(page, { texts: 30 })).toEqual([]);
  },
);

test('the browser had nothing to complain about: no style or script was refused', () => {
  expect(visits.errors).toEqual([]);
});
