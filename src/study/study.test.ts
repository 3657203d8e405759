import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { asMaker, design, openedStudy, rateAll, responses, studyApp } from '../../test/study.ts';
import { history } from '../ledger/history.ts';
import { RatingPage } from './rating-schema.ts';

let app: TestApp;
beforeAll(async () => {
  app = await studyApp();
});
afterAll(() => app.close());

const both = () => ({ one: 4, two: 3 });

function engineer(method: string, path: string, body?: unknown) {
  return app.as('engineer').send(method, `/v1/studies${path}`, body);
}

async function eventsOf(study: string) {
  const ctx = app.services.contextFor({ id: 'audit', name: 'Audit', roles: ['auditor'] });
  const events = await history(ctx, app.services.ledger.systemSubject);
  return events.filter((event) => event.data.study === study);
}

describe('the design', () => {
  test.each([
    [{ raters: { perResponse: 1, accounts: ['rater-a', 'rater-b'] } }, {}, /at least 2 raters per response/],
    [{ raters: { perResponse: 3, accounts: ['rater-a', 'rater-b'] } }, {}, /2 raters cannot give 3 ratings/],
    [{ forRaters: { title: 'Is ZEBRA good?' } }, {}, /names "zebra", which would unblind/],
    [{ forRaters: { title: 'Answers', instructions: 'Some are by zebra-model.' } }, {}, /names "zebra-model"/],
    [{}, { contrast: { a: 'zebra', b: 'gnu' } }, /registration.contrast: there is no arm gnu/],
    [{}, { test: 'mcnemar.exact' }, /registration.test: for difference of scores it is one of wilcoxon/],
    [{}, { interval: 'tango.difference' }, /registration.interval: for difference of scores/],
    [{}, { outcome: { of: 'axis', axis: 'three' } }, /there is no axis "three" \(axes: one, two\)/],
    [{}, { outcome: { of: 'pass', threshold: 11 } }, /a total lies between 2 and 10/],
    [{ raters: { perResponse: 2, accounts: ['rater-a', 'test-engineer'] } }, {}, /test-engineer may read studies/],
    [{ rating: { form: 'no-form' } }, {}, /has no form "no-form" \(it has: four-axes\)/],
    [
      {
        vignettes: [
          { id: 'v1', text: 'a', language: 'en', pair: { id: 'p', side: 'base' } },
          { id: 'v2', text: 'b', language: 'en' },
        ],
      },
      {},
      /the pair "p" has 1 base and 0 changed/,
    ],
  ])('is refused where it contradicts itself: %j %j', async (parts, registration, message) => {
    await app.token('engineer');
    const reply = await engineer('POST', '', { design: design(10, parts, registration) });
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toMatch(new RegExp(message.source.replaceAll('"', '\\\\"')));
  });

  test('with counterfactual pairs must register a test of whole pairs', async () => {
    const vignettes = ['base', 'changed'].map((side) => ({
      id: side,
      text: side,
      language: 'en',
      pair: { id: 'p', side },
    }));
    const reply = await engineer('POST', '/check', { design: design(2, { vignettes }) });
    expect(JSON.stringify(reply.body)).toMatch(
      /whose vignettes are not independent it is one of clustered.permutation/,
    );
  });

  test('is planned before the study: powers, and the claims that it refuses', async () => {
    const beside = { passThreshold: 8, passMargin: 0.1, margin: 1 };
    const assumptions = { difference: 0.6, sd: 1, discordance: 0.2 };
    const { plan } = await asMaker(app, 'POST', '', { design: design(30, {}, { beside, assumptions }) });
    expect(plan.refused).toContain('non-inferiority on pass/fail at margin 0.1 with 30 vignettes: power .18');
    const primary = plan.claims.find((one) => one.primary);
    expect(primary?.power).toBeCloseTo(0.86, 1);
    expect(primary?.refused).toBe(false);
    expect(plan.warnings.join(' ')).toMatch(/One person answers for okapi and quagga/);
  });

  test('whose primary claim is too weak is registered only with a reason, which is kept', async () => {
    const { id } = await asMaker(app, 'POST', '', {
      design: design(10, {}, { assumptions: { difference: 0.2, sd: 1 } }),
    });
    const refused = await engineer('POST', `/${id}/register`, {});
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toMatch(/primary: difference of total, zebra against okapi has power \.\d\d/);
    const study = await asMaker(app, 'POST', `/${id}/register`, { lowPower: 'A pilot.' });
    expect(study.registered?.lowPower).toBe('A pilot.');
  });
});

describe('the steps', () => {
  test('come in their order, once, and nothing is rated before the registration is sealed', async () => {
    const of = design(4);
    const { id, plan } = await asMaker(app, 'POST', '', { design: of });
    const rows = responses(of);
    const rating = { line: 2, rater: 'x', arm: 'zebra', vignette: 'v1', scores: both() };
    expect((await engineer('POST', `/${id}/responses`, { rows: rows.slice(0, 3) })).body).toEqual({
      added: 3,
      same: 0,
    });
    expect(await engineer('POST', `/${id}/imported-ratings`, { rows: [rating] })).toMatchObject({ status: 409 });
    expect(await engineer('POST', `/${id}/open`, {})).toMatchObject({ status: 409 });
    await asMaker(app, 'POST', `/${id}/register`, { lowPower: 'It tests the program.' });
    expect(await engineer('POST', `/${id}/register`, {})).toMatchObject({ status: 409 });
    const early = await engineer('POST', `/${id}/open`, {});
    expect(JSON.stringify(early.body)).toMatch(/9 of 12 responses are missing/);
    expect((await engineer('POST', `/${id}/responses`, { rows })).body).toEqual({ added: 9, same: 3 });
    await asMaker(app, 'POST', `/${id}/open`, {});
    expect((await engineer('POST', `/${id}/responses`, { rows })).body).toEqual({ added: 0, same: 12 });
    await rateAll(app, id, 'rater-a', both);
    const partly = await engineer('POST', `/${id}/close`, {});
    expect(JSON.stringify(partly.body)).toMatch(/12 of 24 planned ratings are missing/);
    await rateAll(app, id, 'rater-b', both);
    const closed = await asMaker(app, 'POST', `/${id}/close`, {});
    expect(closed.state).toBe('closed');
    const events = await eventsOf(id);
    expect(events.map((event) => event.type)).toEqual([
      'study.registered',
      'study.opened',
      ...Array.from({ length: 24 }, () => 'study.rated'),
      'study.closed',
    ]);
    expect(events.every((event) => event.data.digest === plan.digest)).toBe(true);
    expect(events.at(-1)?.data.signature).toMatchObject({ account: 'test-engineer', meaning: 'responsibility' });
  });

  test('an amendment is an event with its reason, and leaves the registration as it is', async () => {
    const study = await openedStudy(app, design(4));
    const amended = await asMaker(app, 'POST', `/${study.id}/amendments`, {
      reason: 'Illness.',
      change: 'One rater is replaced.',
    });
    expect(amended.amendments).toMatchObject([{ number: 1, reason: 'Illness.', change: 'One rater is replaced.' }]);
    expect(amended.plan.digest).toBe(study.plan.digest);
    expect((await eventsOf(study.id)).at(-1)).toMatchObject({ type: 'study.amended', data: { number: 1 } });
  });

  test.each([
    [{ arm: 'gnu' }, 'line 2, column arm: there is no arm \\"gnu\\"'],
    [{ vignette: 'v99' }, 'line 2, column vignette: the design has no vignette \\"v99\\"'],
    [{ person: 2 }, 'line 2, column person: 2, but the arm \\"zebra\\" has 1 person'],
  ])('a response that fits nowhere is told with line and column: %j', async (wrong, message) => {
    const { id } = await asMaker(app, 'POST', '', { design: design(4) });
    const [row] = responses(design(4));
    const reply = await engineer('POST', `/${id}/responses`, { rows: [{ ...row, ...wrong }] });
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain(message);
  });

  test('imported ratings are marked, never changed, and checked by column', async () => {
    const of = design(2, { raters: { perResponse: 2 } });
    const { id } = await openedStudy(app, of);
    const row = { line: 2, rater: 'Dr X', arm: 'okapi', vignette: 'v1', scores: { one: 5, two: 2 } };
    const send = (rows: unknown[]) => engineer('POST', `/${id}/imported-ratings`, { rows });
    expect((await send([row])).body).toEqual({ added: 1, same: 0 });
    expect((await send([row])).body).toEqual({ added: 0, same: 1 });
    const other = await send([{ ...row, scores: { one: 1, two: 2 } }]);
    expect(JSON.stringify(other.body)).toMatch(
      /line 2: the rating by Dr X of okapi .* imported before with other content/,
    );
    const wrong = await send([{ ...row, rater: 'Dr Y', scores: { one: 6, three: 1 } }]);
    expect(JSON.stringify(wrong.body)).toMatch(
      /column one: 6 is no score.*column two: the score is missing.*column three/,
    );
    const study = await asMaker(app, 'GET', `/${id}`);
    expect(study.progress).toMatchObject({
      raters: [{ rater: 'Dr X', imported: true, received: 1 }],
      ratings: { planned: 12, received: 1 },
    });
  });
});

describe('rating', () => {
  test('the same key is the same rating; another one of the same item is refused', async () => {
    const { id } = await openedStudy(app, design(3));
    const send = await app.account('rater-a', ['reviewer']);
    const page = RatingPage.parse((await send('GET', `/v1/studies/${id}/rating`)).body);
    const given = { key: randomUUID(), item: page.item?.id, scores: both(), seconds: 12, note: 'Clear.' };
    const path = `/v1/studies/${id}/ratings`;
    expect((await send('POST', path, given)).body).toMatchObject({ done: 1, total: 9 });
    expect((await send('POST', path, given)).body).toMatchObject({ done: 1, total: 9 });
    expect((await send('POST', path, { ...given, key: randomUUID() })).status).toBe(409);
    const next = RatingPage.parse((await send('GET', `/v1/studies/${id}/rating`)).body);
    expect(next.item?.id).not.toBe(page.item?.id);
    const short = await send('POST', path, { key: randomUUID(), item: next.item?.id, scores: { one: 3 }, seconds: 1 });
    expect(JSON.stringify(short.body)).toMatch(/scores: .*two.* is missing/);
    const peer = await app.account('rater-b', ['reviewer']);
    expect((await peer('POST', path, { ...given, key: randomUUID() })).status).toBe(404);
  });

  test('sources are guessed after the last item only, and a guess is not changed', async () => {
    const { id } = await openedStudy(app, design(2));
    const send = await app.account('rater-a', ['reviewer']);
    const first = RatingPage.parse((await send('GET', `/v1/studies/${id}/rating`)).body).item?.id;
    const guess = { guesses: [{ item: first, guess: 'model' }] };
    expect((await send('POST', `/v1/studies/${id}/guesses`, guess)).status).toBe(409);
    const page = await rateAll(app, id, 'rater-a', both);
    expect([page.state, page.toGuess.length]).toEqual(['guess', 6]);
    expect((await send('POST', `/v1/studies/${id}/guesses`, guess)).body).toEqual({ guesses: 1, total: 6 });
    const again = { guesses: [{ item: first, guess: 'person' }] };
    expect((await send('POST', `/v1/studies/${id}/guesses`, again)).body).toEqual({ guesses: 1, total: 6 });
    const rest = page.toGuess.filter((one) => one.id !== first).map((one) => ({ item: one.id, guess: 'unsure' }));
    expect((await send('POST', `/v1/studies/${id}/guesses`, { guesses: rest })).body).toEqual({ guesses: 6, total: 6 });
    expect(RatingPage.parse((await send('GET', `/v1/studies/${id}/rating`)).body).state).toBe('done');
  });

  test('who may read studies cannot rate, and who is not named sees no study', async () => {
    const { id } = await openedStudy(app, design(2));
    expect((await app.as('engineer').send('GET', `/v1/studies/${id}/rating`)).status).toBe(403);
    expect((await app.as('reviewer', 'steward').send('GET', `/v1/studies/${id}/rating`)).status).toBe(403);
    expect((await app.as('reviewer').send('GET', `/v1/studies/${id}/rating`)).status).toBe(404);
    expect((await app.as('reviewer').send('GET', `/v1/studies/${id}`)).status).toBe(404);
    const rater = await app.account('rater-a', ['reviewer']);
    expect((await rater('GET', `/v1/studies/${id}`)).status).toBe(403);
    for (const [method, path] of [
      ['POST', ''],
      ['POST', `/${id}/close`],
      ['POST', `/${id}/open`],
      ['GET', ''],
    ] as const)
      expect(
        (await rater(method, `/v1/studies${path}`, method === 'GET' ? undefined : {})).status,
      ).toBeGreaterThanOrEqual(400);
    expect((await app.as('auditor').send('POST', `/v1/studies/${id}/close`, {})).status).toBe(403);
  });
});
