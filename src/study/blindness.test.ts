import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { asMaker, design, openedStudy, rateAll, responses, studyApp } from '../../test/study.ts';
import type { Role } from '../context/actor.ts';
import { createApp } from '../server/app.ts';
import { RatingPage } from './rating-schema.ts';
import type { Study } from './schema.ts';

/** What tells a rater what is compared: arms, the model behind one, kinds, the staff's title. */
const secrets = ['zebra', 'okapi', 'quagga', 'resident', 'attending', 'against residents', 'PEER-NOTE'];
const both = () => ({ one: 4, two: 3 });

let app: TestApp;
let study: Study;
let routes: { method: string; path: string }[];

function leaks(body: unknown, path: string): string[] {
  const text = JSON.stringify(body).toLowerCase();
  return secrets.filter((secret) => text.includes(secret.toLowerCase())).map((secret) => `${path}: ${secret}`);
}

/** Every route of the system with the study, the rater's item and its response in the place of its parameters. */
async function everyRoute(ids: string[]): Promise<{ method: string; path: string }[]> {
  return createApp(app.services)
    .routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/') && !path.includes('*'))
    .flatMap(({ method, path }) => {
      const named = path.split('/').some((part) => part.startsWith(':'));
      return (named ? ids : ['']).map((id) => ({ method, path: path.replaceAll(/:[A-Za-z]+(\{[^}]*\})?/g, id) }));
    });
}

beforeAll(async () => {
  app = await studyApp();
  study = await openedStudy(app, design(3));
  const peer = await app.account('rater-b', ['reviewer']);
  const item = RatingPage.parse((await peer('GET', `/v1/studies/${study.id}/rating`)).body).item?.id;
  const given = { key: randomUUID(), item, scores: both(), seconds: 5, note: 'PEER-NOTE' };
  expect((await peer('POST', `/v1/studies/${study.id}/ratings`, given)).status).toBe(200);
  const [row] = await app.services.db.query<{ id: string; response_id: string }>(
    "SELECT id, response_id FROM study_item WHERE rater = 'rater-a' LIMIT 1",
  );
  routes = await everyRoute([study.id, row?.id ?? '', row?.response_id ?? '', 'rater-b']);
  expect(routes.filter(({ path }) => path.startsWith('/v1/studies')).length).toBeGreaterThan(20);
});
afterAll(() => app.close());

test('staff sees what raters must not, so the secrets are real', async () => {
  const { body } = await app.as('engineer').send('GET', `/v1/studies/${study.id}`);
  expect(leaks(body, '').length).toBeGreaterThanOrEqual(5);
});

test.each([['rater-a'], ['rater-b']])(
  'no route names an arm, a kind or a model to the rater %s while the study is open',
  async (id) => {
    const rater = await app.account(id, ['reviewer']);
    const found: string[] = [];
    for (const { method, path } of routes) {
      // A route that others may use for writing is asked with an empty body: what it says must not tell either.
      const { body } = await rater(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
      found.push(...leaks(body, `${method} ${path}`).filter((one) => id !== 'rater-b' || !one.endsWith('PEER-NOTE')));
    }
    // Roles, prompts and the guideline name the words of the profession, not this study.
    const ofStudy = found.filter((one) => one.includes('/v1/studies') || /zebra|okapi|quagga|PEER/.test(one));
    expect(ofStudy).toEqual([]);
  },
);

test.each([
  ['reviewer'],
  ['adjudicator'],
  ['panel-chair'],
  ['red-teamer'],
  ['application'],
  ['privacy-officer'],
  ['ethics-reviewer'],
  ['admin'],
] as Role[][])('somebody who does not rate in it learns nothing of a study either: %s', async (...roles) => {
  const found: string[] = [];
  for (const { method, path } of routes.filter((one) => one.path.startsWith('/v1/studies'))) {
    const { status, body } = await app.as(...roles).send(method, path, method === 'GET' ? undefined : {});
    found.push(...leaks(body, `${method} ${path}`));
    if (path.endsWith('/rating') && status === 200) expect(body).toEqual({ studies: [] });
    else expect([path, status >= 400]).toEqual([path, true]);
  }
  expect(found).toEqual([]);
});

test('items have other ids for every rater, in an order that neither ids nor arms tell', async () => {
  const rows = await app.services.db.query<{ id: string; rater: string; position: number; response_id: string }>(
    'SELECT * FROM study_item ORDER BY rater, position',
  );
  expect(new Set(rows.map((one) => one.id)).size).toBe(18);
  const own = rows.filter((one) => one.rater === 'rater-a').map((one) => one.id);
  expect(own).not.toEqual(own.toSorted());
  const orders = Map.groupBy(rows, (one) => one.rater)
    .values()
    .map((some) => some.map((one) => one.response_id).join());
  expect(new Set(orders).size).toBe(2);
});

test('after the closing the raters see what was what', async () => {
  for (const rater of ['rater-a', 'rater-b']) await rateAll(app, study.id, rater, both);
  const rater = await app.account('rater-a', ['reviewer']);
  const page = await rater('GET', `/v1/studies/${study.id}/rating`);
  expect(leaks(page.body, '')).toEqual([]);
  expect((await rater('GET', `/v1/studies/${study.id}/analysis`)).status).toBe(403);
  expect((await app.as('engineer').send('GET', `/v1/studies/${study.id}/analysis`)).status).toBe(409);
  await asMaker(app, 'POST', `/${study.id}/close`, {});
  const { status, body } = await rater('GET', `/v1/studies/${study.id}/analysis`);
  expect([status, leaks(body, '').length > 3]).toEqual([200, true]);
  const late = { key: randomUUID(), item: randomUUID(), scores: both(), seconds: 5 };
  expect((await rater('POST', `/v1/studies/${study.id}/ratings`, late)).status).toBe(404);
});

test('the shown text has no greeting, signature or markup, and the original is kept', async () => {
  const of = design(2);
  const text = 'Dear colleague,\n\n## Advice\n**Paracetamol** 500 mg, not ibuprofen.\n\nBest regards,\nDr Q';
  const rows = responses(of, () => text);
  const { id } = await openedStudy(app, of, rows);
  const rater = await app.account('rater-a', ['reviewer']);
  const shown = RatingPage.parse((await rater('GET', `/v1/studies/${id}/rating`)).body);
  expect([shown.normalised, shown.item?.text]).toEqual([true, 'Advice\nParacetamol 500 mg, not ibuprofen.']);
  const kept = await app.services.db.query<{ body: string }>('SELECT body FROM study_response WHERE study_id = $1', [
    id,
  ]);
  expect(new Set(kept.map((one) => one.body))).toEqual(new Set([text]));
  const asWritten = await openedStudy(app, design(2, { style: 'as-written' }), rows);
  const plain = RatingPage.parse((await rater('GET', `/v1/studies/${asWritten.id}/rating`)).body);
  expect([plain.normalised, plain.item?.text]).toEqual([false, text]);
});
