import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startChromium } from '../../scripts/chromium.ts';
import type { Instance } from '../../src/generation/schema.ts';
import type { Openings } from '../../src/ledger/schema.ts';
import type { InstanceView } from '../../src/review/instances/schema.ts';
import { exampleLines } from '../example.ts';
import { settled } from './browse.ts';
import { hostile, plantHostile } from './hostile.ts';
import { lookOver } from './look-over.ts';
import { openSite, type Site } from './site.ts';
import { type Session, type Visits, visitsTo } from './visits.ts';

const release = 'first';
let site: Site;
let browser: Browser;
let visits: Visits;
let page: Page;
let planted: string;
/** The instance that went to the panel, and one that was edited and is in the release. */
let panel: InstanceView;
let edited: InstanceView;
let session: Session;

beforeAll(async () => {
  browser = await startChromium();
  site = await openSite({ collected: ['ethics'] });
  planted = await plantHostile(site.app);
  const made = await site.app.as('steward').send('POST', '/v1/releases', { name: release });
  const frozen = await site.app.as('release-approver').send('POST', `/v1/releases/${release}/approval`);
  expect([made.status, frozen.status]).toEqual([201, 200]);
  const { instances } = await read<{ instances: Instance[] }>('/v1/instances?limit=500');
  const [line] = exampleLines<{ question: string }>('panels-ethics.jsonl');
  const views: InstanceView[] = [];
  for (const { id } of instances) views.push(await read<InstanceView>(`/v1/instances/${id}`));
  panel = views.find((view) => view.question.id === line?.question)!;
  edited = views.find((view) => view.confirmations.length > 0 && view.instance.state === 'accepted')!;
  visits = visitsTo(browser, site, () => session);
  session = await visits.signIn(site.link);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function read<T>(path: string): Promise<T> {
  const { body } = await site.app.as('engineer', 'steward', 'auditor').send('GET', path);
  return body as T; // the routes parse their replies with the schemas of these types
}

/** A fresh browser profile, signed in, that has seen nothing of the log yet. */
async function profile(of = session): Promise<void> {
  page = await visits.begin(of);
}

async function open(path: string): Promise<void> {
  await page.goto(`${site.url}${path}`);
  await page.locator('.verdict, main [role=alert]').first().waitFor();
  await settled(page);
}

const provenance = (view: InstanceView): string => `/instances/${view.instance.id}/provenance`;
const verdict = async (): Promise<string> => (await page.locator('.verdict').textContent()) ?? '';
const tone = (): Promise<string | null> => page.locator('.verdict').getAttribute('data-tone');
const states = (): Promise<(string | null)[]> =>
  page.locator('.chain > li').evaluateAll((all) => all.map((one) => one.getAttribute('data-state')));

/** Lets the server lie: what it answers on matching paths goes through `change` first. */
async function falsify(pattern: string | RegExp, change: (body: Buffer) => Buffer | string): Promise<void> {
  await page.route(pattern, async (route: Route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.body()) });
  });
}

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

test('the page tells who did what, when and why, with its place in the log, all verified by the browser', async () => {
  await profile();
  for (const view of [edited, panel]) {
    await open(provenance(view));
    const count = view.history.length;
    expect(await verdict()).toContain(`All ${count} events verified in this browser against the log's head of size`);
    expect(await states()).toEqual(view.history.map(() => 'verified'));
    const shown = (await page.textContent('main')) ?? '';
    expect(shown).toContain(view.question.text);
    for (const { leafIndex } of view.history) expect(shown).toContain(`leaf ${leafIndex?.toLocaleString('en-GB')}`);
    for (const review of view.reviews) {
      expect(shown).toContain(review.reviewer);
      if (review.comment !== undefined) expect(shown).toContain(review.comment);
    }
    for (const { decision } of view.panel) expect(shown).toContain(decision?.rationale);
    expect(shown).not.toMatch(/accept-with-edits|five-strikes|review\.signed|wrong-fact|unsafe-advice/);
  }
  await open(provenance(edited));
  expect(await page.locator('.chain ins').count()).toBeGreaterThan(0);
  await page.getByRole('heading', { name: 'Releases that contain it' }).waitFor();
  await expect.poll(() => page.textContent('main')).toContain(`${release}: in the sealed list of records`);
});

test('the instance page leads to it, and the key is remembered from the first visit on', async () => {
  await profile();
  await page.goto(`${site.url}/instances/${edited.instance.id}`);
  await page.getByRole('link', { name: 'Provenance, verified in your browser' }).click();
  await page.locator('.verdict').waitFor();
  expect(await verdict()).toContain('this browser sees it for the first time');
  await open(provenance(edited));
  expect(await verdict()).toContain('The key is the one that this browser first saw on');
  expect(await verdict()).toContain('begins with the very same events');
});

test('one changed byte of a hash tile is found: nothing is called verified, and the page says why', async () => {
  await profile();
  await falsify('**/v1/log/tile/0/**', (bytes) => flip(bytes, 5));
  await open(provenance(edited));
  expect(await tone()).toBe('bad');
  expect(await verdict()).toContain('NOT VERIFIED');
  expect(await verdict()).toMatch(/hash tile/);
  expect(await states()).not.toContain('verified');
});

test('one changed byte of one signed envelope is found, at its event, and its contents are not shown', async () => {
  await profile();
  const at = edited.history.findIndex((event) => event.type === 'review.signed');
  await falsify('**/instances/*/openings', (body) => {
    const { openings } = JSON.parse(String(body)) as Openings;
    const opening = openings[at]!;
    const envelope = Buffer.from(opening.envelope!, 'base64');
    opening.envelope = flip(envelope, Math.floor(envelope.length / 2)).toString('base64');
    return JSON.stringify({ openings });
  });
  await open(provenance(edited));
  const count = edited.history.length;
  expect(await verdict()).toContain(`NOT VERIFIED: 1 of ${count} events failed`);
  expect(await verdict()).toContain('The contents are not those that the log commits to');
  expect(await states()).toEqual(edited.history.map((_, index) => (index === at ? 'failed' : 'verified')));
  expect(await page.locator('.chain > li').nth(at).textContent()).toContain('Its contents are not shown');
});

test('a changed head, a hidden event and a reworded question are each found', async () => {
  await profile();
  await falsify('**/v1/log/checkpoint', (bytes) =>
    String(bytes).replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) - 1}\n`),
  );
  await open(provenance(edited));
  expect(await verdict()).toContain('NOT VERIFIED: the log itself failed its check');
  expect(await verdict()).toContain("The signature on the log's head is wrong");
  await page.unrouteAll();
  await falsify('**/instances/*/openings', (body) => {
    const { openings } = JSON.parse(String(body)) as Openings;
    return JSON.stringify({ openings: openings.filter((_, index) => index !== 2) });
  });
  await open(provenance(edited));
  expect(await verdict()).toContain('An event before it is missing');
  await page.unrouteAll();
  await falsify(`**/v1/instances/${edited.instance.id}`, (body) =>
    String(body).replace(JSON.stringify(edited.question.text), JSON.stringify('Another question?')),
  );
  await open(provenance(edited));
  expect(await verdict()).toContain('The wording that the server shows is not the one that was recorded');
  expect(await page.textContent('main')).not.toContain('Another question?');
});

test('another key, or a log shorter than before, is an alarm until a person says otherwise', async () => {
  await profile();
  await open(provenance(edited));
  const kept = await page.evaluate(() => localStorage.getItem('safemed-log') ?? '');
  const [key = '', since = '', size = '', root = ''] = kept.split('\n');
  const plant = (lines: string[]): Promise<void> =>
    page.evaluate((text) => localStorage.setItem('safemed-log', text), lines.join('\n'));
  await plant([key, since, String(Number(size) + 1), root]);
  await open(provenance(edited));
  expect(await verdict()).toContain('The log is shorter than it was when this browser saw it before');
  await plant([key, since, String(Number(size) - 3), root]);
  await open(provenance(edited));
  expect(await verdict()).toContain('its past was changed');
  await plant(['cts.example/test+00000000+Af0=', since, size, root]);
  await open(provenance(edited));
  expect(await verdict()).toContain("The log's key is not the one that this browser saw before");
  expect(await states()).not.toContain('verified');
  await page.getByRole('button', { name: 'Forget what this browser remembers' }).click();
  await expect.poll(tone).toBe('good');
});

test('a browser that cannot check signatures says so and calls nothing verified', async () => {
  const alone = await browser.newContext({ locale: 'en-GB', storageState: session });
  onTestFinished(() => alone.close());
  page = await alone.newPage();
  await page.addInitScript(() => {
    SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'));
  });
  await open(provenance(edited));
  expect(await tone()).toBe('warn');
  expect(await verdict()).toContain('Signature not checked in this browser');
  expect(new Set(await states())).toEqual(new Set(['unsigned']));
});

test('hostile texts of models and reviewers stay text', async () => {
  await profile();
  await open(`/instances/${planted}/provenance`);
  const shown = (await page.textContent('main')) ?? '';
  for (const text of [hostile.question, hostile.step, hostile.answer, hostile.comment]) expect(shown).toContain(text);
  expect(await page.locator('main :is(img, iframe, script, svg[onload], details[ontoggle])').count()).toBe(0);
  expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false);
  expect(shown).toContain('Give U+202E01U+202C mg.');
});

test('a reviewer who has not reviewed yet sees that a peer did, but not what', async () => {
  await site.app.token('ethics-reviewer'); // enrols the account
  await profile(await visits.signIn(await site.signIn('test-ethics-reviewer')));
  await open(`/instances/${planted}/provenance`);
  expect(await verdict()).toContain('2 of 3 events verified in this browser');
  expect(await tone()).toBe('warn');
  expect(await states()).toEqual(['verified', 'verified', 'hidden']);
  const shown = (await page.textContent('main')) ?? '';
  expect(shown).toContain('Review signed – Contents not shown to you');
  for (const secret of [hostile.comment, 'demo-reviewer-a']) expect(shown).not.toContain(secret);
});

test('a release shows its signed events, and its manifest and records fit the seal', async () => {
  await profile();
  await page.goto(`${site.url}/releases`);
  await page.getByRole('link', { name: release }).click();
  await page.locator('.verdict').waitFor();
  await expect.poll(verdict).toContain('All 3 events verified in this browser');
  const main = page.locator('main');
  await expect.poll(() => main.textContent()).toContain('MANIFEST.json is the one that the seal names.');
  await expect.poll(() => main.textContent()).toContain('gives the root and the count that the seal names.');
  await page.getByLabel('Find a question').fill(edited.question.id);
  await page.getByRole('link', { name: edited.question.id }).click();
  await page.getByRole('heading', { name: 'Accepted' }).waitFor();
  expect(page.url()).toContain(provenance(edited));
});

test('a changed manifest or list of records is found', async () => {
  await profile();
  await falsify('**/files/MANIFEST.json', (bytes) => flip(bytes, 40));
  await falsify('**/files/provenance/records.jsonl', (bytes) => flip(bytes, bytes.indexOf('"id":"') + 8));
  await open(`/releases/${release}`);
  await expect.poll(() => page.locator('[data-file] strong').count()).toBe(2);
  const [manifest, records] = await page.locator('[data-file]').allTextContents();
  expect(manifest).toContain('NOT VERIFIED: The manifest is not the one that the seal names');
  expect(records).toContain('NOT VERIFIED: The list of records is not the one that was sealed');
  await expect.poll(tone).toBe('bad');
  await expect.poll(verdict).toContain('NOT VERIFIED: what is shown does not fit together');
});

test('the pages meet WCAG 2.2 AA as far as axe can tell, fit 384 pixels, and are all Chinese in Chinese', async () => {
  for (const path of [provenance(edited), '/releases', `/releases/${release}`]) {
    page = await visits.open(path);
    await page
      .locator(path === provenance(edited) ? '#in-releases' : 'tbody')
      .first()
      .waitFor();
    expect(await lookOver(page, { texts: 20 }), path).toEqual([]);
  }
});

test('the keyboard alone opens what was checked, and a folded trace', async () => {
  await profile();
  await open(provenance(edited));
  const summary = page.locator('.verdict summary');
  await summary.focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('.verdict details').getAttribute('open')).not.toBeNull();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Check again');
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  expect(focused).toBe('SUMMARY');
});
