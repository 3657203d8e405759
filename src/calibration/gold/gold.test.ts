import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { openCollectedApp } from '../../../test/collected.ts';
import type { Role } from '../../context/actor.ts';
import type { Context } from '../../context/context.ts';
import type { Instance } from '../../generation/schema.ts';
import { history } from '../../ledger/history.ts';
import type { InstanceView } from '../../review/instances/schema.ts';
import type { ReviewInput } from '../../review/schema.ts';
import type { ReviewersReport } from '../reviewers/schema.ts';
import { answerGold, goldFor } from './answers.ts';
import { chance, isGoldPlace, outcomeOf, standingOf } from './gold.ts';
import type { GoldLine, GoldReport, TrainingReply, TrainingState } from './schema.ts';

const expected = {
  scores: { 'ethical-reasoning': [2, 3] as [number, number] },
  verdicts: ['regenerate' as const],
  errors: [{ step: 2, mark: 'wrong' as const, error: 'unsafe-advice', severity: 'major' }],
  rationale: 'The second step leaves the patients without protection.',
};
const right: ReviewInput = {
  scores: { 'ethical-reasoning': 3 },
  steps: [{ step: 2, mark: 'wrong', error: 'logic-gap', severity: 'minor' }],
  violations: [],
  edits: [],
  verdict: 'regenerate',
};

function goldLine(n: number, use: GoldLine['use']): GoldLine {
  return {
    use,
    question: {
      id: `gold-${n}`,
      kind: 'ethics',
      language: 'en',
      text: `Case ${n}. What now?`,
      citation: 'written for a test',
    },
    steps: ['Look at the facts.', 'Wait until somebody complains.'],
    answer: 'Wait.',
    expected,
  };
}

let app: TestApp;
beforeAll(async () => {
  app = await openCollectedApp(['ethics'], { workers: true });
  const items = Array.from({ length: 24 }, (_, n) => goldLine(n, n < 12 ? 'training' : 'hidden'));
  const { status, body } = await app.as('steward').send('POST', '/v1/quality/gold/import', { items });
  expect({ status, n: (body as { ids: string[] }).ids.length }).toEqual({ status: 201, n: 24 });
});
afterAll(() => app.close());

function as(id: string, roles: Role[] = ['ethics-reviewer']): Context {
  return app.services.contextFor({ id, name: id, roles });
}

const counted = async (table: string): Promise<number> =>
  Number((await app.services.db.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);

async function gold(): Promise<GoldReport> {
  return (await app.as('steward').send('GET', '/v1/quality/gold')).body as GoldReport;
}

test('an answer is right with all scores in range, a right verdict and every planted error found where it is', () => {
  expect(outcomeOf(expected, right)).toEqual({
    scoresRight: 1,
    scores: 1,
    verdictRight: true,
    errorsFound: 1,
    errors: 1,
    right: true,
  });
  expect(outcomeOf(expected, { ...right, steps: [] })).toMatchObject({ errorsFound: 0, right: false });
  expect(outcomeOf(expected, { ...right, verdict: 'accept' })).toMatchObject({ verdictRight: false, right: false });
  expect(outcomeOf(expected, { ...right, scores: { 'ethical-reasoning': 4 } })).toMatchObject({ scoresRight: 0 });
});

test('the share of gold places is the one set, and the place of one reviewer says nothing of another’s', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (secret, share) => {
      const places = Array.from({ length: 2_000 }, (_, n) => isGoldPlace(secret, 'anna', n, share));
      const found = places.filter(Boolean).length / 2_000;
      expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 2_000) + 1e-9);
    }),
    { numRuns: 20 },
  );
  expect(chance('s', 'place', 'anna', 1)).toBe(chance('s', 'place', 'anna', 1));
  expect(chance('s', 'place', 'anna', 1)).not.toBe(chance('s', 'place', 'ben', 1));
  expect(chance('t', 'place', 'anna', 1)).not.toBe(chance('s', 'place', 'anna', 1));
});

test('the training set is ten items; what was expected and why is shown after each answer, never before', async () => {
  const anna = await app.account('anna', ['ethics-reviewer']);
  const seen = new Set<string>();
  for (let n = 0; n < 10; n++) {
    const { body } = await anna('GET', '/v1/quality/training');
    const state = body as TrainingState;
    expect(state).toMatchObject({ done: n, size: 10 });
    expect(JSON.stringify(body)).not.toMatch(/expected|rationale|leaves the patients/);
    seen.add(state.next?.id ?? '');
    const reply = await anna('POST', '/v1/quality/training', { item: state.next?.id, review: right });
    expect(reply.status).toBe(201);
    expect((reply.body as TrainingReply).expected.rationale).toBe(expected.rationale);
    expect((await anna('POST', '/v1/quality/training', { item: state.next?.id, review: right })).status).toBe(409);
  }
  expect(seen.size).toBe(10);
  const after = (await anna('GET', '/v1/quality/training')).body as TrainingState;
  expect(after).toEqual({ done: 10, size: 10 });
});

test('hidden gold comes at places that do not change when asked again, and every item at most once', async () => {
  await app.as('steward').send('POST', '/v1/quality/gold/share', { share: 0.5 });
  await app.account('ben', ['ethics-reviewer']);
  const ben = as('ben');
  const before = { reviews: await counted('review'), answers: await counted('gold_answer') };
  const seen: string[] = [];
  for (let handed = 0; handed < 200 && seen.length < 12; handed++) {
    const first = await goldFor(ben, 'ben', ['ethics']);
    expect(await goldFor(ben, 'ben', ['ethics'])).toEqual(first);
    if (first === undefined) {
      await handOut('ben', handed);
      continue;
    }
    expect(first.use).toBe('hidden');
    expect(JSON.stringify(first)).not.toMatch(/expected|rationale/);
    expect(await goldFor(ben, 'ben', ['knowledge'])).toBeUndefined();
    expect((await answerGold(ben, { item: first.id, review: right })).right).toBe(true);
    seen.push(first.id);
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(12);
  expect(await counted('review')).toBe(before.reviews);
  expect(await counted('gold_answer')).toBe(before.answers + 12);
});

/** An ordinary item that the queue handed out. */
async function handOut(reviewer: string, n: number): Promise<void> {
  await app.services.db.query(
    `INSERT INTO assignment (id, instance_id, round, reviewer, kind, language, state, why, leased_at, lease_until)
     SELECT gen_random_uuid(), id, 100 + $2::int, $1, kind, language, 'done', '[]', now(), now() FROM instance ORDER BY id LIMIT 1`,
    [reviewer, n],
  );
}

test('gold answers stand in the system’s chain, without what is expected and without what was written', async () => {
  const events = await history(as('test', ['auditor']), app.services.ledger.systemSubject);
  const recorded = events.filter((event) => event.type === 'calibration.recorded');
  expect(recorded.filter((event) => event.data.what === 'gold-answered')).toHaveLength(await counted('gold_answer'));
  expect(recorded.filter((event) => event.data.what === 'gold-registered')).toHaveLength(24);
  expect(JSON.stringify(recorded)).not.toContain('leaves the patients');
});

test('a reviewer sees hidden gold in tens only, a steward all of it', async () => {
  const own = (await (await app.account('ben', ['ethics-reviewer']))('GET', '/v1/quality/reviewers')).body;
  expect((own as ReviewersReport).reviewers[0]?.gold).toMatchObject({ hidden: 10, right: { k: 10, n: 10 } });
  const all = (await app.as('steward').send('GET', '/v1/quality/reviewers')).body as ReviewersReport;
  expect(all.reviewers.find((one) => one.reviewer === 'ben')?.gold).toMatchObject({ hidden: 12 });
});

test('a decided instance becomes gold once; an open one and one without two reviews do not', async () => {
  const steward = app.as('steward');
  const { instances } = (await steward.send('GET', '/v1/instances?limit=500')).body as { instances: Instance[] };
  const accepted = instances.find((one) => one.state === 'accepted');
  const register = (instance: string | undefined) =>
    steward.send('POST', '/v1/quality/gold', {
      instance,
      use: 'hidden',
      expected: { ...expected, errors: [] },
    });
  const made = await register(accepted?.id);
  expect(made.status).toBe(201);
  expect((await register(accepted?.id)).status).toBe(409);
  await app.services.db.query("UPDATE instance SET state = 'in-review' WHERE id = $1", [instances[1]?.id]);
  expect((await register(instances[1]?.id)).body).toMatchObject({
    error: { message: expect.stringContaining('only one that was accepted or rejected') },
  });
  expect((await app.as('ethics-reviewer').send('POST', '/v1/quality/gold', {})).status).toBe(400);
  const wrong = { ...goldLine(99, 'hidden'), expected: { ...expected, scores: { unknown: [1, 2] } } };
  expect((await steward.send('POST', '/v1/quality/gold/import', { items: [wrong] })).status).toBe(400);
  // Who reviewed the instance knows it, so it is no gold for them.
  const { reviews } = (await steward.send('GET', `/v1/instances/${accepted?.id}`)).body as InstanceView;
  const [item] = (made.body as { ids: string[] }).ids;
  const answer = { item: item ?? '', review: { ...right, steps: [] } };
  await expect(answerGold(as(reviews[0]?.reviewer ?? ''), answer)).rejects.toThrow(/cannot be answered/);
  await app.account('dora', ['ethics-reviewer']);
  expect(await answerGold(as('dora'), answer)).toMatchObject({ verdictRight: true });
});

test('importing the same items again adds none, and a retired item is never handed out again', async () => {
  const steward = app.as('steward');
  const again = await steward.send('POST', '/v1/quality/gold/import', { items: [goldLine(0, 'training')] });
  expect(again.body).toEqual({ ids: [] });
  const hidden = (await gold()).items.filter((one) => one.use === 'hidden');
  for (const item of hidden)
    expect((await steward.send('POST', `/v1/quality/gold/${item.id}/retirement`, { reason: 'test' })).status).toBe(200);
  await app.account('cleo', ['ethics-reviewer']);
  for (let handed = 0; handed < 20; handed++) {
    expect(await goldFor(as('cleo'), 'cleo', ['ethics'])).toBeUndefined();
    await handOut('cleo', handed);
  }
});

test('pass rules are shown with the chance to pass at each accuracy, and pass or fail nobody', async () => {
  const { passRules, share } = await gold();
  expect(share).toBe(0.5);
  expect(
    passRules.map(({ k, n, passes }) => [k, n, ...passes.map((one) => Math.round(100 * one.probability))]),
  ).toEqual([
    [8, 10, 17, 38, 68, 93],
    [24, 30, 2, 16, 61, 97],
  ]);
  expect(standingOf([])).toMatchObject({ training: 0, hidden: 0, right: { rate: null, ci95: null } });
});

test('erasing an example takes its gold along', async () => {
  const [item] = (await gold()).items.filter((one) => one.instance !== undefined);
  const { body } = await app.as('steward').send('GET', `/v1/instances/${item?.instance}`);
  const officer = app.as('privacy-officer');
  const question = (body as InstanceView).instance.questionId;
  const reply = await officer.send('POST', '/v1/erasures', { record: question, reason: 'data-subject-request' });
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
  expect((await gold()).items.some((one) => one.id === item?.id)).toBe(false);
});
