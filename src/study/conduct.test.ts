import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { asMaker, design, openedStudy, rateAll, responses, studyApp } from '../../test/study.ts';
import { StudyAnalysis } from './report-schema.ts';

let app: TestApp;
beforeAll(async () => {
  app = await studyApp();
});
afterAll(() => app.close());

function send(method: string, path: string, body?: unknown) {
  return app.as('engineer').send(method, `/v1/studies/${path}`, body);
}

async function analysisOf(id: string): Promise<StudyAnalysis> {
  return StudyAnalysis.parse((await send('GET', `${id}/analysis`)).body);
}

/** The first word of a text names the arm by its length; longer names are rated higher here. */
const byText = (text: string) => ({ one: 1 + (Number(text[0]) % 5), two: 3 });

const unmet = (analysis: StudyAnalysis): string[] =>
  analysis.conduct.checks.filter((one) => one.met === false).map((one) => one.check);

test('a study done as registered says so, and a design changed behind its back is told', async () => {
  const { id } = await openedStudy(app, design(4));
  for (const rater of ['rater-a', 'rater-b']) await rateAll(app, id, rater, byText);
  await asMaker(app, 'POST', `/${id}/close`, {});
  const before = await analysisOf(id);
  expect([before.conduct.followed, unmet(before)]).toEqual([true, []]);
  expect(before.closed.signature).toMatchObject({ name: 'test-engineer', method: 'token' });
  expect(before.notes.join(' ')).toMatch(/registered although its power was < \.01 \(It tests the program\.\)/);
  expect(before.refused.filter((text) => text.startsWith('primary'))).toEqual([]);
  const { db } = app.services;
  await expect(db.query("UPDATE study SET digest = 'x'")).rejects.toThrow(/append-only/);
  // Whoever owns the database can switch triggers off; the log then still has the digest.
  await db.script('ALTER TABLE study DISABLE TRIGGER append_only_row');
  await db.query(
    `UPDATE study SET design = jsonb_set(design, '{design,registration,tieRule}', '"strict"') WHERE id = $1`,
    [id],
  );
  await db.script('ALTER TABLE study ENABLE TRIGGER append_only_row');
  const after = await analysisOf(id);
  expect([after.conduct.followed, unmet(after)]).toEqual([false, ['the design is the one that was sealed']]);
});

test('a response, a rating or a guess that was altered or taken away behind the log is named', async () => {
  const { id } = await openedStudy(app, design(3));
  for (const rater of ['rater-a', 'rater-b']) {
    const { toGuess } = await rateAll(app, id, rater, byText);
    const send = await app.account(rater, ['reviewer']);
    const guesses = toGuess.map((one) => ({ item: one.id, guess: 'model' }));
    expect((await send('POST', `/v1/studies/${id}/guesses`, { guesses })).status).toBe(200);
  }
  await asMaker(app, 'POST', `/${id}/close`, {});
  const { db } = app.services;
  const check = 'responses and ratings are those that were signed';
  const told = async (): Promise<string | undefined> =>
    (await analysisOf(id)).conduct.checks.find((one) => one.check === check && one.met === false)?.text;
  expect(await told()).toBeUndefined();
  const behind = async (table: string, change: string): Promise<void> => {
    await db.script(`ALTER TABLE ${table} DISABLE TRIGGER append_only_row`);
    await db.query(`${change} WHERE study_id = $1 AND ctid = (SELECT min(ctid) FROM ${table} WHERE study_id = $1)`, [
      id,
    ]);
    await db.script(`ALTER TABLE ${table} ENABLE TRIGGER append_only_row`);
  };
  const guessed = async (guess: string): Promise<void> => {
    await db.script('ALTER TABLE study_guess DISABLE TRIGGER append_only_row');
    await db.query(
      'UPDATE study_guess SET guess = $2 WHERE item_id IN (SELECT id FROM study_item WHERE study_id = $1)',
      [id, guess],
    );
    await db.script('ALTER TABLE study_guess ENABLE TRIGGER append_only_row');
  };
  await guessed('person');
  expect(await told()).toMatch(/^ratings or guesses are not those of event \d+ \(study\.closed\)\.$/);
  await guessed('model');
  expect(await told()).toBeUndefined();
  await behind('study_rating', `UPDATE study_rating SET scores = jsonb_set(scores, '{one}', '5'), note = 'Better.'`);
  expect(await told()).toMatch(
    /^the rating of event \d+ by rater-a is not what was signed; ratings or guesses are not those of event \d+ \(study\.closed\)\.$/,
  );
  await behind('study_rating', 'DELETE FROM study_rating');
  expect(await told()).toMatch(/the rating of event \d+ is missing/);
  await behind('study_response', `UPDATE study_response SET body = body || ' more'`);
  expect(await told()).toMatch(/the responses are not those of event \d+ \(study\.opened\)/);
});

test('missing ratings, missing responses and amendments need reasons, and are deviations', async () => {
  const of = design(4);
  const { id } = await asMaker(app, 'POST', '', { design: of });
  await asMaker(app, 'POST', `/${id}/register`, { lowPower: 'It tests the program.' });
  const rows = responses(of).filter((one) => one.arm !== 'okapi' || one.vignette !== 'v2');
  expect((await send('POST', `${id}/responses`, { rows })).status).toBe(200);
  await asMaker(app, 'POST', `/${id}/open`, { missing: 'One answer was lost.' });
  await rateAll(app, id, 'rater-a', byText);
  // Ratings of others do not stand for those of a named rater.
  const others = rows.map(({ text: _, ...row }) => ({ ...row, rater: 'somebody', scores: { one: 2, two: 2 } }));
  expect((await send('POST', `${id}/imported-ratings`, { rows: others })).body).toEqual({ added: 11, same: 0 });
  expect(JSON.stringify((await send('POST', `${id}/close`, {})).body)).toMatch(/11 of 22 planned ratings are missing/);
  await asMaker(app, 'POST', `/${id}/amendments`, { reason: 'Rater B fell ill.', change: 'Ratings by somebody else.' });
  const closed = await asMaker(app, 'POST', `/${id}/close`, { incomplete: 'Rater B fell ill.' });
  expect(closed.closed?.incomplete).toBe('Rater B fell ill.');
  const analysis = await analysisOf(id);
  expect(unmet(analysis)).toEqual(['planned number of vignettes reached', 'no declared deviation']);
  const declared = analysis.conduct.checks.find((one) => one.check === 'no declared deviation')?.text;
  expect(declared).toBe(
    'amendment 1: Ratings by somebody else. (Rater B fell ill.); opened without all responses: One answer was lost.; closed without all ratings: Rater B fell ill.',
  );
  expect([analysis.primary.n, analysis.primary.missing]).toEqual([3, 1]);
  expect(analysis.conduct.checks.find((one) => one.met === null)?.text).toMatch(/^11 of 22 ratings were imported/);
});

test('registered exclusions are applied and counted with their reason; guesses tell how blind the raters were', async () => {
  const exclusions = { recognised: true, minimumSeconds: 10, other: ['Ratings of a rater on call.'] };
  const of = design(3, { raters: { perResponse: 2 } }, { exclusions });
  const { id } = await openedStudy(app, of);
  const rows = responses(of).flatMap(({ text: _, ...row }, i) =>
    ['x', 'y'].map((rater) => ({
      ...row,
      rater,
      scores: { one: 3, two: rater === 'x' ? 3 : 4 },
      seconds: rater === 'x' && i === 0 ? 4 : 30,
      recognised: rater === 'y' && i < 2,
    })),
  );
  expect((await send('POST', `${id}/imported-ratings`, { rows })).status).toBe(200);
  await asMaker(app, 'POST', `/${id}/close`, {});
  const analysis = await analysisOf(id);
  expect(analysis.flow.ratings).toEqual({ planned: 18, received: 18, imported: 18, excluded: 3, analysed: 15 });
  expect(analysis.flow.exclusions.toSorted((a, b) => a.ratings - b.ratings)).toEqual([
    { reason: 'rated in less than 10 seconds', ratings: 1 },
    { reason: 'the rater recognised the source', ratings: 2 },
  ]);
  expect(analysis.flow.arms[0]).toMatchObject({ arm: 'zebra', excluded: 3, vignettesAnalysed: 2 });
  expect(analysis.conduct.checks.map((one) => one.text)).toContain('Ratings of a rater on call.');
  expect(analysis.primary).toMatchObject({ finding: 'not distinguishable', n: 2, missing: 1 });
  expect(analysis.blinding.recognised).toEqual({ k: 2, n: 18 });
});

test('guesses of model or person are counted right and wrong, "unsure" neither', async () => {
  const { id } = await openedStudy(app, design(2));
  for (const rater of ['rater-a', 'rater-b']) {
    const page = await rateAll(app, id, rater, byText);
    // The model's name has five letters as okapi's has; the attending's has six.
    const guesses = page.toGuess.map((one) => ({ item: one.id, guess: one.text.startsWith('6') ? 'unsure' : 'model' }));
    const account = await app.account(rater, ['reviewer']);
    expect((await account('POST', `/v1/studies/${id}/guesses`, { guesses })).status).toBe(200);
  }
  await asMaker(app, 'POST', `/${id}/close`, {});
  const { blinding } = await analysisOf(id);
  expect(blinding.guesses).toEqual({ right: 4, wrong: 4, unsure: 4 });
  expect(blinding.rightRate).toMatchObject({ k: 4, n: 8, rate: 0.5 });
});
