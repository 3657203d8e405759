import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { asMaker, design, openedStudy, rateAll, studyApp } from '../../test/study.ts';
import { history } from '../ledger/history.ts';
import { studyClaims } from './study-claims.ts';

let app: TestApp;
beforeAll(async () => {
  app = await studyApp();
});
afterAll(() => app.close());

test("a study's claims are its registered findings, with its caveats and the places of its steps in the log", async () => {
  const { id } = await openedStudy(app, design(6, {}, { beside: { margin: 0.1 } }));
  const score = (text: string) => ({ one: text.startsWith('6') ? 2 : 4, two: 3 });
  for (const rater of ['rater-a', 'rater-b']) await rateAll(app, id, rater, score);
  const ctx = app.services.contextFor({ id: 'a', name: 'A', roles: ['auditor'] });
  await expect(studyClaims(ctx, id, () => [])).rejects.toThrow(/is not closed/);
  await asMaker(app, 'POST', `/${id}/close`, {});
  const events = await history(ctx, app.services.ledger.systemSubject);
  const claims = await studyClaims(ctx, id, (of) => events.filter(of).map((event) => event.seq));
  expect(claims.map((one) => one.id.replace(/^study-\w+-/, ''))).toEqual(['primary', 'conduct']);
  expect(claims[0]?.text).toMatch(/^ZEBRA against residents, primary: zebra and okapi are not distinguishable/);
  expect(claims[0]?.source.leaves.length).toBe(3);
  expect(claims[0]?.caveats.join(' ')).toMatch(
    /Illustrative.*Not claimed: non-inferiority on the total at margin 0\.1/,
  );
  expect(claims[1]?.figures).toMatchObject({ followed: true });
});
