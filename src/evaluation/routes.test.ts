import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { finished, importQuestions } from '../../test/example.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../../test/fake-openai.ts';

let app: TestApp;
let server: FakeOpenAi;

beforeAll(async () => {
  server = await startFakeOpenAi({ reply: (request) => (request.model === 'one' ? 'Answer: A' : '答案：B') });
  const endpoint = { type: 'openai' as const, baseUrl: server.baseUrl, concurrency: 4, timeoutMs: 5000, maxRetries: 0 };
  const endpoints = { one: { ...endpoint, model: 'one' }, two: { ...endpoint, model: 'two' } };
  app = await openTestApp({ endpoints, workers: true });
  await importQuestions(app, ['examples/medication-safety/exam.jsonl'], { dataset: 'exam', benchmark: true });
});

afterAll(async () => {
  await app.close();
  await server.close();
});

const get = (path: string) => app.as('auditor').send('GET', `/v1/evaluations${path}`);
const post = (path: string, body: unknown = {}) => app.as('engineer').send('POST', `/v1/evaluations${path}`, body);

test('the example’s exam is run by the workers of the real application and reported, listed and compared', async () => {
  expect((await get('/sets')).body).toMatchObject({
    sets: [
      { name: 'exam-en', questions: 40, languages: ['en'], problems: {} },
      { name: 'exam-zh', questions: 20, languages: ['zh'], problems: {} },
    ],
  });
  const targets = ['one', 'two'].map((name) => ({ name, ref: `endpoint:${name}` }));
  const started = await post('', { targets });
  expect(started.status).toBe(202);
  const { evaluation, job } = started.body as { evaluation: string; job: string }; // the route parses its replies
  const run = await finished(app, job);
  expect(run).toMatchObject({ done: 120, total: 120, result: { evaluation, targets: 2, questions: 60 } });
  const report = (await get(`/${evaluation}`)).body;
  expect(report).toMatchObject({
    complete: true,
    models: {
      one: {
        sets: [
          { name: 'exam-en', n: 40, missing: 0, unanswered: 0 },
          { name: 'exam-zh', n: 20 },
        ],
      },
      two: { identity: { ref: 'endpoint:two' }, macro: expect.any(Number), macroSe: expect.any(Number) },
    },
  });
  const page = await get(`/${evaluation}/items?target=two&set=exam-zh&limit=2`);
  expect(page.body).toMatchObject({
    items: [
      { position: 41, set: 'exam-zh', answer: 'B' },
      { position: 42, reply: '答案：B' },
    ],
    next: 43,
  });
  expect((await get(`/${evaluation}/compare?a=one&b=two`)).body).toMatchObject({ overall: { n: 60 }, warnings: [] });
  expect((await get('?limit=1')).body).toMatchObject({
    evaluations: [{ id: evaluation, eventSeq: expect.any(Number) }],
  });
  expect((await post(`/${evaluation}/resume`)).status).toBe(409);
});

test('a request that cannot be met says why', async () => {
  expect((await post('', { targets: [] })).status).toBe(400);
  const unknown = await post('', { targets: [{ name: 'x', ref: 'endpoint:nobody' }] });
  expect(unknown).toMatchObject({ status: 404, body: { error: { message: expect.stringContaining('nobody') } } });
  expect((await app.as('auditor').send('POST', '/v1/evaluations', {})).status).toBe(400);
  const auditor = await app
    .as('auditor')
    .send('POST', '/v1/evaluations', { targets: [{ name: 'x', ref: 'endpoint:one' }] });
  expect(auditor.status).toBe(403);
  expect((await get('/not-an-id')).status).toBe(404);
  expect((await get(`/${randomUUID()}`)).status).toBe(404);
  expect((await app.anonymous('GET', '/v1/evaluations')).status).toBe(401);
});

test('an evaluation whose endpoint failed goes on when it is resumed', async () => {
  await server.close();
  const settings = { targets: [{ name: 'one', ref: 'endpoint:one' }], seed: 5, maxTokens: 9, sets: ['exam-zh'] };
  const { evaluation, job } = (await post('', settings)).body as { evaluation: string; job: string };
  await expect(finished(app, job)).rejects.toThrow(/failed/);
  expect((await get(`/${evaluation}`)).body).toMatchObject({ complete: false });
  const port = Number(new URL(server.baseUrl).port);
  server = await startFakeOpenAi({ port, reply: () => 'Answer: A' });
  const resumed = (await post(`/${evaluation}/resume`)).body as { job: string };
  await finished(app, resumed.job);
  expect((await get(`/${evaluation}`)).body).toMatchObject({
    complete: true,
    models: { one: { sets: [{ n: 20, missing: 0 }] } },
  });
  expect((await get(`/${evaluation}/items?target=nobody`)).status).toBe(404);
});
