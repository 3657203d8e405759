import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { Role } from '../../src/core/roles.ts';
import { openRounds, traceText } from '../rounds.ts';
import { interfaceTexts, settled, violations, violationsIn } from './browse.ts';
import { hostile } from './hostile.ts';
import { openAs, opened, openNext, savedDrafts, saveState, scoreAll, submissionsOf } from './reviewer.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

let site: Site;
let browser: Browser;
let visits: Visits;
let session: Session;
let page: Page;

const chinese = ['患者长期服用华法林，凝血功能稳定。', '布洛芬会增加出血风险，应避免使用。', '对乙酰氨基酚较为安全。'];

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite();
  visits = visitsTo(browser, site);
  await openRounds(site.app, 12, { overlap: 9 });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

let people = 0;

/** A new reviewer, so that no test sees what another one left. */
async function reviewer({ reviews = { languages: ['en'] } as object, roles = ['reviewer'] as Role[] } = {}) {
  const account = `reviewer-${++people}`;
  await site.app.account(account, roles, 'illustrative', reviews);
  session = await visits.signIn(await site.signIn(account));
  page = await visits.begin(session);
  await page.setViewportSize({ width: 1440, height: 900 });
  return account;
}

/** A new reviewer whose browser speaks Chinese. */
async function chineseReviewer(reviews: object): Promise<void> {
  const account = `reviewer-${++people}`;
  await site.app.account(account, ['reviewer'], 'illustrative', reviews);
  const own = await openAs(browser, site, account, 'zh-CN');
  onTestFinished(() => own.context.close());
  page = own.page;
}

const pressed = () => page.locator('.score-points [aria-pressed=true]').allTextContents();

test('a clean item takes six keystrokes from where it is opened, and the next one opens by itself', async () => {
  await reviewer();
  const first = await openNext(page, site);
  let keys = 0;
  for (const key of ['5', '4', '5', '5', '4', 'Control+Enter']) {
    await page.keyboard.press(key);
    keys++;
  }
  const second = await opened(page, first);
  expect(keys).toBeLessThanOrEqual(6);
  expect(second).not.toBe(first);
  await expect.poll(() => submissionsOf(site, first)).toEqual(['waiting']);
  expect(await pressed()).toEqual([]);
});

test('nothing is scored in advance, and what is missing is said instead of being handed in', async () => {
  await reviewer();
  const id = await openNext(page, site);
  expect(await pressed()).toEqual([]);
  await page.keyboard.press('4');
  await page.keyboard.press('Control+Enter');
  const alert = page.getByRole('alert').filter({ hasText: 'cannot be handed in yet' });
  await expect.poll(() => alert.getByRole('listitem').count()).toBe(4);
  expect(await submissionsOf(site, id)).toEqual([]);
  await scoreAll(page, '2444');
  await expect.poll(() => alert.textContent()).toContain('Choose a verdict');
});

test('a wrong step is marked with three keys, a missing one likewise, and both are found on the server', async () => {
  const account = await reviewer();
  const id = await openNext(page, site);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('2');
  await page.keyboard.press('M');
  await page.keyboard.press('o');
  await page.keyboard.press('4');
  await page.keyboard.press('c');
  await expect
    .poll(async () => (await savedDrafts(site, account, id)).at(-1)?.content.steps)
    .toEqual([
      { step: 2, mark: 'wrong', error: 'wrong-dose-unit', severity: 'major' },
      { after: 2, mark: 'missing', error: 'missing-step', severity: 'critical' },
    ]);
  await expect.poll(() => page.locator('.finding-list li').count()).toBe(2);
  expect(await pressed()).toEqual([]);
  await page.keyboard.press('x');
  await page.keyboard.press('Escape');
  await page.keyboard.press('5');
  await expect.poll(pressed).toEqual(['5']);
});

test('an edit in English shows the words that changed, needs a reason, and freezes the scores of the original', async () => {
  const account = await reviewer();
  const id = await openNext(page, site);
  await scoreAll(page, '25555');
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  const text = page.getByLabel('New text');
  await text.fill((await text.inputValue()).replace('bleeding', 'serious bleeding'));
  const change = page.getByTestId('change');
  await expect.poll(async () => (await change.locator('ins').allTextContents()).join('').trim()).toBe('serious');
  expect(await change.locator('del').count()).toBe(0);
  await page.keyboard.press('Control+Enter');
  await page.getByText('An edit is not finished').waitFor();
  expect(await submissionsOf(site, id)).toEqual([]);
  await page.getByLabel('Reason for the edit').selectOption('wrong-fact');
  await page.getByRole('button', { name: 'Close editor' }).click();
  const original = page.locator('[data-row="original/medical-correctness"] button');
  await expect
    .poll(() => original.evaluateAll((all) => all.length > 0 && all.every((one) => one.matches(':disabled'))))
    .toBe(true);
  expect(await page.locator('[data-row^=edited] [aria-pressed=true]').count()).toBe(0);
  await page.locator('[data-row="edited/medical-correctness"] button').nth(4).focus();
  await scoreAll(page);
  await page.keyboard.press('Control+Enter');
  await opened(page, id);
  await expect.poll(() => submissionsOf(site, id)).toEqual(['waiting']);
  expect((await savedDrafts(site, account, id)).at(-1)?.content).toMatchObject({
    scores: { 'medical-correctness': 2 },
    editedScores: { 'medical-correctness': 5 },
    edits: [{ op: 'replace', step: 2, reason: 'wrong-fact' }],
  });
});

test('an edit in Chinese that changes two characters shows two characters', async () => {
  await openRounds(site.app, 1, { overlap: 9, language: 'zh', text: traceText(chinese, 'B') });
  await chineseReviewer({ languages: ['zh'] });
  await openNext(page, site);
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  const text = page.getByLabel('新文本');
  await text.fill((await text.inputValue()).replace('避免', '慎重'));
  const change = page.getByTestId('change');
  await expect.poll(() => change.locator('del').allTextContents()).toEqual(['避免']);
  await expect.poll(() => change.locator('ins').allTextContents()).toEqual(['慎重']);
});

test('what an input method composes does not score', async () => {
  await reviewer();
  await openNext(page, site);
  await page.keyboard.press('c');
  const cdp = await page.context().newCDPSession(page);
  const composed = 'wu5';
  for (let end = 1; end <= composed.length; end++)
    await cdp.send('Input.imeSetComposition', { text: composed.slice(0, end), selectionStart: end, selectionEnd: end });
  await cdp.send('Input.insertText', { text: '无' });
  await expect.poll(() => page.getByLabel('Comment').inputValue()).toBe('无');
  await page.keyboard.type('12345');
  expect(await pressed()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.evaluate(() =>
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '5', isComposing: true, bubbles: true })),
  );
  expect(await pressed()).toEqual([]);
  await page.keyboard.press('5');
  await expect.poll(pressed).toEqual(['5']);
});

test('undo goes back change by change, and over a review just handed in', async () => {
  await reviewer();
  const id = await openNext(page, site);
  await scoreAll(page, '55');
  await page.keyboard.press('Control+z');
  await expect.poll(pressed).toEqual(['5']);
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(pressed).toEqual(['5', '5']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await scoreAll(page, '555');
  await page.keyboard.press('Control+Enter');
  const next = await opened(page, id);
  await expect.poll(() => submissionsOf(site, id)).toEqual(['waiting']);
  await page.keyboard.press('Control+z');
  expect(await opened(page, next)).toBe(id);
  await expect.poll(() => submissionsOf(site, id)).toEqual(['withdrawn']);
  await expect.poll(pressed).toEqual(['5', '5', '5', '5', '5']);
  await page.keyboard.press('Control+Shift+Z');
  await opened(page, id);
  await expect.poll(() => submissionsOf(site, id)).toEqual(['withdrawn', 'waiting']);
});

test('keys can be given to other commands and switched off; this browser remembers it', async () => {
  await reviewer();
  await openNext(page, site);
  await page.keyboard.press('?');
  await page.getByRole('button', { name: 'Score 5 and go on: 5' }).click();
  await page.keyboard.press('a');
  await page.getByRole('button', { name: 'Score 5 and go on: a' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('.bottom-bar').waitFor();
  await page.keyboard.press('5');
  await page.keyboard.press('a');
  await expect.poll(pressed).toEqual(['5']);
  await page.keyboard.press('?');
  await page.getByLabel('Single keys are on').uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('a');
  await page.keyboard.press('4');
  await expect.poll(pressed).toEqual(['5']);
});

test('each saved state is in the history with who, when and why', async () => {
  const account = await reviewer();
  const id = await openNext(page, site);
  await page.keyboard.press('4');
  await expect.poll(() => saveState(page)).toMatch(/^✓ Saved \d\d:\d\d:\d\d · rev 1$/);
  await page.getByLabel('Comment').fill('A remark.');
  await expect.poll(async () => (await savedDrafts(site, account, id)).length).toBe(2);
  await page.getByRole('button', { name: 'History' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Changed: Comment').waitFor();
  expect(await drawer.textContent()).toContain(account);
  expect(await drawer.textContent()).toContain('Changed: Scores');
});

test('an item of the ethics track shows its dimensions, and a violated one is kept with its severity', async () => {
  await openRounds(site.app, 2, { overlap: 9, kind: 'guard' });
  await reviewer({ roles: ['ethics-reviewer'] });
  const id = await openNext(page, site);
  await expect.poll(() => page.locator('.dimension-row').count()).toBe(20);
  await page.getByLabel('Find a dimension').fill('infection');
  await expect.poll(() => page.locator('.dimension-row').count()).toBe(1);
  await page.locator('.dimension-row select').selectOption('major');
  await page.keyboard.press('Escape');
  await scoreAll(page, '555');
  await page.getByText('Your scores leave the verdict to you.').waitFor();
  await page.getByRole('button', { name: 'Regenerate' }).click();
  await page.getByRole('button', { name: 'Hand in and next' }).click();
  await opened(page, id);
  await expect.poll(() => submissionsOf(site, id)).toEqual(['waiting']);
  const [row] = await site.app.services.db.query<{ review: { violations: unknown[] } }>(
    'SELECT review FROM submission WHERE assignment_id = $1',
    [id],
  );
  expect(row?.review.violations).toEqual([{ dimension: 'S1', severity: 'major' }]);
});

test('the page of one’s work takes a review back, and an item given back goes to somebody else', async () => {
  await reviewer();
  const id = await openNext(page, site);
  await scoreAll(page);
  await page.keyboard.press('Control+Enter');
  const next = await opened(page, id);
  await page.getByRole('button', { name: 'Give back' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption('outside-my-field');
  await dialog.getByRole('button', { name: 'Give back' }).click();
  expect(await opened(page, next)).not.toBe(id);
  await page.goto(`${site.url}/work`);
  await page.getByText('Done today: 1').waitFor();
  await page.getByRole('button', { name: /^Take back \(still possible for/ }).click();
  await page.locator('.bottom-bar').waitFor();
  await expect.poll(() => submissionsOf(site, id)).toEqual(['withdrawn']);
  await expect.poll(pressed).toEqual(['5', '5', '5', '5', '5']);
});

test('a review handed in with one browser is taken back with another, with every score', async () => {
  await reviewer();
  const id = await openNext(page, site);
  await scoreAll(page, '45454');
  await page.keyboard.press('Control+Enter');
  await opened(page, id);
  await expect.poll(() => submissionsOf(site, id)).toEqual(['waiting']);
  page = await visits.begin(session); // without what the first browser keeps of reviews
  await page.goto(`${site.url}/work`);
  await page.getByRole('button', { name: /^Take back \(still possible for/ }).click();
  await page.locator('.bottom-bar').waitFor();
  await expect.poll(() => submissionsOf(site, id)).toEqual(['withdrawn']);
  await expect.poll(pressed).toEqual(['4', '5', '4', '5', '4']);
});

test('a colleague’s edit is scored by keys, with its change and its reason in sight', async () => {
  const [instance] = await openRounds(site.app, 1, { overlap: 2, specialty: 'nephrology' });
  const account = await reviewer();
  const editor = await site.app.account(`reviewer-${++people}`, ['reviewer'], 'illustrative');
  const me = await site.app.account(account, ['reviewer']);
  const criteria = ['medical-correctness', 'reasoning-structure', 'information-sufficiency', 'terminology-language'];
  const all = (score: number) => Object.fromEntries([...criteria, 'clinical-utility'].map((id) => [id, score]));
  const text = 'Ibuprofen raises the risk of serious bleeding.';
  const edits = [{ op: 'replace', step: 2, text, reason: 'terminology' }];
  const own = { scores: all(5), verdict: 'accept' };
  const theirs = { scores: all(5), editedScores: all(5), edits, verdict: 'accept-with-edits' };
  for (const [send, review] of [
    [me, own],
    [editor, theirs],
  ] as const)
    expect((await send('POST', `/v1/reviews/instances/${instance}`, review)).status).toBe(201);
  await page.goto(`${site.url}/work`);
  await page.getByRole('link', { name: /^Open q-/ }).click();
  await page.getByText('Terminology', { exact: false }).first().waitFor();
  await settled(page);
  expect(await page.locator('article ins').allTextContents()).not.toEqual([]);
  expect(await page.getByText('(original: 5)').count()).toBe(5);
  expect(await violations(page)).toEqual([]);
  await scoreAll(page, '55');
  await page.reload();
  await expect.poll(pressed).toEqual(['5', '5']);
  await page.locator('.score-points button').nth(10).focus();
  await scoreAll(page, '555');
  await page.keyboard.press('Control+Enter');
  await page.getByText('No edit waits for you.').waitFor();
  const reply = await site.app.as('steward').send('GET', `/v1/instances/${instance}`);
  expect(reply.body).toMatchObject({ instance: { state: 'accepted' } });
});

test('what a model wrote stays text on the review screen, also in an edit and its change', async () => {
  const steps = [hostile.step, hostile.reversed];
  await openRounds(site.app, 1, { overlap: 9, specialty: 'pathology', text: traceText(steps, hostile.answer) });
  await reviewer({ reviews: { languages: ['en'], specialties: ['pathology'] } });
  await openNext(page, site);
  await page.keyboard.press('e');
  await page.getByLabel('New text').fill(`${hostile.step}${hostile.edit}`);
  await page.getByLabel('Comment').fill(hostile.comment);
  const shown = (await page.textContent('main')) ?? '';
  for (const text of [hostile.step, hostile.answer, hostile.edit]) expect(shown).toContain(text);
  expect(shown).toContain('Give U+202E01U+202C mg.');
  expect(await page.locator('main :is(img, iframe, script, svg[onload], a[href^="javascript:"])').count()).toBe(0);
  expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false);
});

test('the review screen meets WCAG 2.2 AA as far as axe can tell, in both languages and colour schemes', async () => {
  await reviewer();
  await openNext(page, site);
  for (const key of ['2', 'x', '1', 'm', 'j', 'e']) await page.keyboard.press(key);
  await page.keyboard.type('More. ');
  await page.keyboard.press('Control+Enter');
  await page.getByText('An edit is not finished').waitFor();
  for (const path of [page.url(), `${site.url}/work`]) {
    if (page.url() !== path) await page.goto(path);
    await page.locator('main section').first().waitFor();
    await settled(page);
    expect(await violationsIn(page, 'en'), path).toEqual([]);
    await page.getByRole('button', { name: '中文' }).click();
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    expect(await violationsIn(page, 'zh'), `${path}, Chinese`).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
  }
});

test('in Chinese no English is left but ids, keys and source data', async () => {
  await chineseReviewer({ languages: ['en'] });
  await openNext(page, site);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  // The library measures the height of a text in a hidden field of this name, which nobody reads.
  const texts = (await interfaceTexts(page)).filter((text) => text !== 'autosize measurement');
  expect(texts.length).toBeGreaterThan(60);
  expect(texts.filter((text) => /[A-Za-z]{2}/.test(text))).toEqual([]);
});

test('no page scrolls sideways at 768 pixels, nor there with 200 % zoom', async () => {
  await reviewer();
  await page.setViewportSize({ width: 768, height: 900 });
  const id = await openNext(page, site);
  for (const path of [`/work/${id}`, '/work']) {
    await page.goto(`${site.url}${path}`);
    await page.locator('main section').first().waitFor();
    for (const width of [768, 384]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path} at ${width} px`).toBeLessThanOrEqual(0);
    }
  }
});
