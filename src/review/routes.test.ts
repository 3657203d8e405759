import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { exampleFolder, finished, importQuestions, teacher } from '../../test/example.ts';

const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 5,
  'information-sufficiency': 4,
  'terminology-language': 5,
  'clinical-utility': 4,
};
const accept = { scores, verdict: 'accept' };

let app: TestApp;
let instances: string[];
beforeAll(async () => {
  app = await openTestApp({ endpoints: { teacher }, workers: true });
  await importQuestions(app, [`${exampleFolder}/questions-knowledge.jsonl`], { dataset: 'medication-safety' });
  const { body } = await app.as('engineer').send('POST', '/v1/generation/runs', {});
  await finished(app, (body as { job: string }).job);
  await app.account('dr-one', ['reviewer'], 'checked');
  const queue = await (await app.account('dr-one', ['reviewer']))('GET', '/v1/reviews/queue?limit=100');
  instances = (queue.body as { items: { instance: string }[] }).items.map((item) => item.instance);
});
afterAll(() => app.close());

test('nobody gets anything without a token, or with one that is unknown', async () => {
  for (const path of ['/v1/reviews/queue', '/v1/jobs', '/v1/corpus/summary', '/v1/accounts'])
    expect((await app.anonymous('GET', path)).status).toBe(401);
});

test('reviewers see all instances that wait, and not those they have reviewed', async () => {
  const one = await app.account('dr-one', ['reviewer']);
  expect(instances).toHaveLength(66);
  expect((await one('POST', `/v1/reviews/instances/${instances[0]}`, accept)).status).toBe(201);
  const { body } = await one('GET', '/v1/reviews/queue?limit=100');
  expect((body as { items: unknown[] }).items).toHaveLength(65);
});

test('one reviewer cannot review the same round twice', async () => {
  const one = await app.account('dr-one', ['reviewer']);
  const again = await one('POST', `/v1/reviews/instances/${instances[0]}`, accept);
  expect(again.status).toBe(409);
});

test('somebody without the role of the rubric cannot review', async () => {
  for (const role of ['engineer', 'ethics-reviewer', 'panel-member'] as const)
    expect((await app.as(role).send('POST', `/v1/reviews/instances/${instances[1]}`, accept)).status).toBe(403);
});

test('a bad review is refused with the reason, and nothing is stored', async () => {
  const one = await app.account('dr-one', ['reviewer']);
  const bad = await one('POST', `/v1/reviews/instances/${instances[2]}`, {
    scores: { 'medical-correctness': 9 },
    verdict: 'accept',
  });
  expect(bad).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
  const { body } = await app.as('auditor').send('GET', '/v1/reviews/export?limit=100');
  expect((body as { reviews: unknown[] }).reviews).toHaveLength(1);
});

test('a peer sees no review of a round before submitting an own one', async () => {
  const two = await app.account('dr-two', ['reviewer'], 'checked');
  const path = `/v1/instances/${instances[0]}`;
  expect((await two('GET', path)).body).toMatchObject({ reviews: [] });
  expect((await two('POST', `/v1/reviews/instances/${instances[0]}`, accept)).status).toBe(201);
  expect(((await two('GET', path)).body as { reviews: unknown[] }).reviews).toHaveLength(2);
});

test('two accepting reviewers make an instance accepted, and its history says so', async () => {
  const { body } = await app.as('auditor').send('GET', `/v1/instances/${instances[0]}`);
  expect(body).toMatchObject({ instance: { state: 'accepted' } });
  const { history } = body as { history: { type: string; seq: number }[] };
  expect(history.map((event) => event.type)).toEqual([
    'case.imported',
    'generation.recorded',
    'review.signed',
    'review.signed',
    'example.approved',
  ]);
});

test('an account that may not hold two roles together is refused', async () => {
  const reply = await app
    .as('admin')
    .send('POST', '/v1/accounts', { id: 'both', name: 'Both', roles: ['steward', 'release-approver'] });
  expect(reply).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('may not be both') } },
  });
});
