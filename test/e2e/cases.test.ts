import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { Role } from '../../src/context/actor.ts';
import { publishFirstGuideline } from '../../src/guideline/actions.ts';
import type { PanelCase, PanelDecision } from '../../src/review/schema.ts';
import { openRounds } from '../rounds.ts';
import { violations } from './browse.ts';
import { hostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
const sessions: Record<string, Session> = {};

const five = {
  'medical-correctness': 5,
  'reasoning-structure': 5,
  'information-sufficiency': 5,
  'terminology-language': 5,
  'clinical-utility': 5,
};
const credential = 'checked for the test';
const password = 'correct horse battery';

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  visits = visitsTo(browser, site);
  await publishFirstGuideline(site.app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] }));
  for (const [id, roles] of Object.entries(people)) await site.app.account(id, roles, credential);
  for (const id of ['c-judge', 'c-chair']) {
    await open(id, '/guideline');
    const status = await page.evaluate(async (password) => {
      const body = JSON.stringify({ password });
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/v1/accounts/me/password', { method: 'PUT', headers, body })).status;
    }, password);
    expect(status).toBe(200);
  }
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const people: Record<string, Role[]> = {
  'c-judge': ['adjudicator'],
  'c-chair': ['panel-chair', 'panel-member'],
  'c-second': ['panel-member'],
  'c-third': ['panel-member'],
};

async function send(account: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const sender = await site.app.account(account, people[account] ?? ['reviewer'], credential);
  const reply = await sender(method, path, body);
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
  return reply.body;
}

async function review(instance: string, reviewer: string, more: object): Promise<void> {
  const said = { scores: five, verdict: 'accept', ...more };
  await send(reviewer, 'POST', `/v1/reviews/instances/${instance}`, said);
}

async function caseOf(instance: string): Promise<PanelCase> {
  const { cases } = (await send('c-chair', 'GET', '/v1/reviews/panel?limit=1000')) as { cases: PanelCase[] };
  return cases.find((one) => one.instanceId === instance)!;
}

/** Three reviewers who could not agree: one edited step 2, one rejected, one accepted. */
async function splitCase(language = 'en'): Promise<PanelCase> {
  const [instance = ''] = await openRounds(site.app, 1, { language });
  const low = { ...five, 'clinical-utility': 2 };
  const text = 'Ibuprofen raises the risk of bleeding with warfarin, also at low doses.';
  const edits = [{ op: 'replace', step: 2, text, reason: 'missing-step', note: hostile.comment }];
  const steps = [{ step: 2, mark: 'wrong', error: 'missing-step', severity: 'minor' }];
  await review(instance, 'r-one', { scores: low, editedScores: five, edits, steps, verdict: 'accept-with-edits' });
  await review(instance, 'r-two', { scores: low, verdict: 'reject', comment: 'No use at the bedside.' });
  await review(instance, 'r-three', {});
  return caseOf(instance);
}

/** A case that a critical finding sent to the panel. */
async function criticalCase(): Promise<PanelCase> {
  const [instance = ''] = await openRounds(site.app, 1);
  const steps = [{ step: 3, mark: 'wrong', error: 'unsafe-advice', severity: 'critical' }];
  await review(instance, 'r-one', { scores: { ...five, 'clinical-utility': 1 }, steps, verdict: 'reject' });
  return caseOf(instance);
}

async function open(account: string, path: string): Promise<void> {
  sessions[account] ??= await visits.signIn(await site.signIn(account));
  page = await visits.open(path, sessions[account]);
}

/** Signs as whoever is signed in: once with a wrong password, then with the right one. */
async function sign(): Promise<void> {
  await page.getByRole('button', { name: 'Sign the decision' }).click();
  const dialog = page.getByRole('dialog');
  for (const secret of ['not the password', password]) {
    await dialog.locator('input[type=password]').fill(secret);
    await dialog.getByRole('button', { name: 'Sign with the password' }).click();
    if (secret !== password) await dialog.getByRole('alert').waitFor();
  }
  await dialog.waitFor({ state: 'detached' });
}

const decided = async (one: PanelCase): Promise<PanelDecision | undefined> =>
  (await caseOf(one.instanceId)).decision ?? undefined;

test('an adjudicator takes one reviewer’s edit with one key and signs, never seeing who wrote it', async () => {
  const one = await splitCase();
  await open('c-judge', `/cases/${one.id}`);
  await page
    .getByRole('button', { name: /^Steps without difference: 1$/ })
    .first()
    .waitFor();
  const shown = (await page.textContent('main')) ?? '';
  for (const name of ['r-one', 'r-two', 'r-three']) expect(shown).not.toContain(name);
  expect(shown).toContain(hostile.comment);
  expect(await page.locator('main :is(img, iframe, script)').count()).toBe(0);
  expect(await page.locator('[data-criterion=clinical-utility] td:last-child').textContent()).toBe('3');
  expect(await page.locator('.compare ins').allTextContents()).toEqual([', also at low doses']);
  const editor = await page
    .locator('.compare tr[data-state=conflict] td')
    .evaluateAll((cells) => 'ABC'.charAt(cells.findIndex((cell) => cell.querySelector('ins') !== null)));
  await page.locator('tr[data-state=conflict]').first().focus();
  await page.keyboard.press(editor.toLowerCase());
  await page.getByText(`Taken from reviewer ${editor}`).waitFor();
  expect(await page.getByRole('radio', { name: 'Accept as edited' }).isChecked()).toBe(true);
  await page.keyboard.press(`Shift+${editor}`);
  await page.getByLabel('Reasons for the decision').fill('The edit makes the step complete.');
  await page.reload();
  await sign();
  await expect
    .poll(() => decided(one))
    .toMatchObject({
      decision: 'accept-edited',
      chair: 'c-judge',
      scores: five,
      edits: [{ op: 'replace', step: 2, reason: 'missing-step' }],
      signature: { account: 'c-judge', method: 'password', meaning: 'responsibility' },
    });
  await page.getByText('The edit makes the step complete.').waitFor();
  expect(await page.getByRole('button', { name: 'Sign the decision' }).count()).toBe(0);
});

test('what is lacking for a signature is said, and own edits need text and reason', async () => {
  const one = await splitCase();
  await open('c-judge', `/cases/${one.id}`);
  await page.getByLabel('Accept as edited').check();
  await page.getByText('take or write at least one edit').waitFor();
  await page.getByLabel('Where').selectOption({ label: 'New step after 3' });
  await page.getByRole('button', { name: 'Add an edit' }).click();
  await page.getByText('give each edit its reason').waitFor();
  expect(await page.getByRole('button', { name: 'Sign the decision' }).isDisabled()).toBe(true);
  await page.getByLabel('New text').fill('Check the INR again in a week.');
  await page.locator('.case-edit').getByLabel('Reason', { exact: true }).selectOption('missing-step');
  for (const criterion of await page.locator('form select').all())
    if ((await criterion.inputValue()) === '') await criterion.selectOption('5');
  await page.getByLabel('Reasons for the decision').fill('A check was missing.');
  await sign();
  await expect.poll(() => decided(one)).toMatchObject({ edits: [{ op: 'insert', after: 3 }] });
});

test('names behind the letters are shown for a reason, and that is recorded', async () => {
  const one = await splitCase();
  await open('c-judge', `/cases/${one.id}`);
  await page.getByText('Who the reviewers are').click();
  await page.locator('details').getByRole('textbox').fill('A question to one of them');
  await page.getByRole('button', { name: 'Show the names, and record it' }).click();
  await page.getByText('r-two').waitFor();
  const { body } = await site.app.as('auditor').send('GET', `/v1/instances/${one.instanceId}`);
  const { history } = body as { history: { type: string; actor: string }[] };
  expect(history.at(-1)).toMatchObject({ type: 'case.unmasked' });
});

test('a panel votes blind, talks after the first ballot, and its chair signs what the second one binds to', async () => {
  const one = await criticalCase();
  await send('c-second', 'POST', `/v1/reviews/panel/${one.id}/votes`, { vote: 'reject' });
  await open('c-chair', `/cases/${one.id}`);
  await page.getByText('Votes in this ballot: 1 of 3').waitFor();
  expect(await page.getByText('c-second').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Say it' }).count()).toBe(0);
  await page.getByLabel('Accept', { exact: true }).check();
  await page.getByRole('button', { name: 'Cast the vote' }).click();
  await page.getByText('You voted').waitFor();
  await send('c-third', 'POST', `/v1/reviews/panel/${one.id}/votes`, { vote: 'reject' });
  await page.reload();
  await page.getByText('The first ballot was split.').waitFor();
  await page.getByText('c-second').waitFor();
  await page.getByLabel('Your message').fill(hostile.answer);
  await page.getByRole('button', { name: 'Say it' }).click();
  await page.locator('.case-message').waitFor();
  expect(await page.locator('.case-message').textContent()).toContain(hostile.answer);
  await page.getByLabel('Reject').check();
  await page.getByRole('button', { name: 'Cast the vote' }).click();
  await page.getByText('You voted').waitFor();
  for (const member of ['c-second', 'c-third'])
    await send(member, 'POST', `/v1/reviews/panel/${one.id}/votes`, { vote: 'reject' });
  await page.reload();
  await page.getByText(/^Binding vote/).waitFor();
  await page.getByLabel('Reasons for the decision').fill('Step 3 could harm.');
  await sign();
  await expect.poll(() => decided(one)).toMatchObject({ decision: 'reject', chair: 'c-chair' });
});

test('the list leads to the cases that wait for the reader, and keeps those decided', async () => {
  const split = await splitCase();
  const critical = await criticalCase();
  const link = (one: PanelCase) => page.locator(`a[href="/cases/${one.id}"]`);
  await open('c-judge', '/cases');
  await link(split).waitFor();
  expect(await link(critical).count()).toBe(0);
  await page.getByText('All open', { exact: true }).click();
  await link(critical).waitFor();
  await page.getByText('Panel', { exact: true }).first().click();
  await expect.poll(() => link(split).count()).toBe(0);
  await open('c-judge', '/cases?tab=decided');
  await page.getByRole('row').nth(1).waitFor();
  expect(await link(critical).count()).toBe(0);
});

test('whoever reviewed an instance is told why the case is closed to them', async () => {
  const one = await splitCase();
  await site.app.services.db.query("UPDATE account SET roles = '{reviewer,adjudicator}' WHERE id = 'r-two'");
  await open('r-two', `/cases/${one.id}`);
  await page.getByText('You reviewed this instance').waitFor();
  expect(await page.getByRole('button', { name: 'Sign the decision' }).count()).toBe(0);
  await site.app.services.db.query("UPDATE account SET roles = '{reviewer}' WHERE id = 'r-two'");
});

test('the pages meet WCAG 2.2 AA as far as axe can tell, also at 384 pixels, and are all Chinese in Chinese', async () => {
  const split = await splitCase();
  const critical = await criticalCase();
  const pages = [
    ['c-judge', '/cases'],
    ['c-judge', `/cases/${split.id}`],
    ['c-chair', `/cases/${critical.id}`],
  ] as const;
  for (const [account, path] of pages) {
    await open(account, path);
    if (path.includes(split.id)) await page.locator('.compare-cell button').first().click();
    await page.setViewportSize({ width: 384, height: 900 });
    expect(await violations(page), `${path}, 384 px`).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await lookOver(page, { texts: 20 }), path).toEqual([]);
    await page.setViewportSize({ width: 384, height: 900 });
    expect(await violations(page, 'language-and-colours'), `${path}, Chinese, 384 px`).toEqual([]);
  }
});
