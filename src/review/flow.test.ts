import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { openCollectedApp } from '../../test/collected.ts';
import { exampleLines } from '../../test/example.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openCollectedApp(['knowledge', 'guard', 'ethics'], { workers: true });
});
afterAll(() => app.close());

test('every instance of the example ends accepted or rejected, as its reviewers and panels decided', async () => {
  const { body } = await app.as('engineer').send('GET', '/v1/generation/status');
  expect(body).toMatchObject({
    byState: { generating: 0, 'in-review': 0, confirming: 0, panel: 0, accepted: 165, rejected: 7 },
    traces: 199,
    malformed: 0,
  });
});

test('importing the same reviews and panel decisions again changes nothing', async () => {
  const steward = app.as('steward');
  const reviews = exampleLines('reviews-guard.jsonl');
  expect((await steward.send('POST', '/v1/reviews/import', { reviews })).body).toMatchObject({
    taken: 0,
    already: reviews.length,
    refused: 0,
  });
  const panels = exampleLines('panels-guard.jsonl');
  expect((await steward.send('POST', '/v1/reviews/panel/import', { panels })).body).toMatchObject({
    taken: 0,
    already: panels.length,
    refused: 0,
  });
});

test('the cases show their trigger, both ballots and the signed decision', async () => {
  const { body } = await app.as('auditor').send('GET', '/v1/reviews/panel?limit=100');
  const { cases } = body as {
    cases: { trigger: string; state: string; votes: unknown[]; decision: { decision: string } }[];
  };
  expect(cases.map((one) => [one.trigger, one.state]).sort()).toEqual([
    ['critical', 'decided'],
    ['critical', 'decided'],
    ['critical', 'decided'],
    ['five-strikes', 'decided'],
    ['five-strikes', 'decided'],
    ['split-verdict', 'decided'],
    ['split-verdict', 'decided'],
  ]);
});

test('exported reviews hold every review with its place in the chain', async () => {
  const { body } = await app.as('auditor').send('GET', '/v1/reviews/export?limit=1000');
  const { reviews } = body as { reviews: { eventSeq: number }[] };
  const written = ['knowledge', 'guard', 'ethics'].flatMap((kind) => exampleLines(`reviews-${kind}.jsonl`));
  expect(reviews).toHaveLength(written.length);
  expect(reviews.every((review) => review.eventSeq >= 2)).toBe(true);
});
