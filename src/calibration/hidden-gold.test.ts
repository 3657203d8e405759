import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { openRounds } from '../../test/rounds.ts';
import type { Assignment, ClaimReply } from '../assignment/schema.ts';
import type { WorkItem } from '../review/draft-schema.ts';
import { signDue } from '../review/submit.ts';
import type { GoldReport } from './gold-schema.ts';

let app: TestApp;
let now = new Date('2026-03-02T08:00:00Z');

const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 5,
  'information-sufficiency': 5,
  'terminology-language': 5,
  'clinical-utility': 5,
};
beforeAll(async () => {
  app = await openTestApp({ clock: { now: () => now } });
  await openRounds(app, 30);
  const items = Array.from({ length: 10 }, (_, n) => ({
    use: 'hidden',
    question: {
      id: `gold-${n}`,
      kind: 'knowledge',
      language: 'en',
      text: `Gold ${n}?`,
      citation: 'written for a test',
    },
    steps: ['One.', 'Two.', 'Three.'],
    answer: 'B',
    expected: {
      scores: Object.fromEntries(Object.keys(scores).map((criterion) => [criterion, [4, 5]])),
      verdicts: ['accept'],
      rationale: 'It is right.',
    },
  }));
  const made = await app.as('steward').send('POST', '/v1/quality/gold/import', { items });
  expect(made.status).toBe(201);
  expect((await app.as('steward').send('POST', '/v1/quality/gold/share', { share: 0.5 })).status).toBe(200);
});
afterAll(() => app.close());

const review = { scores, steps: [], violations: [], edits: [], verdict: 'accept' };

test('gold in the queue looks like any other item, is answered like one, and is never a review', async () => {
  const send = await app.account('g-rev', ['reviewer']);
  const shapes = new Map<string, Set<string>>();
  const seen: string[] = [];
  for (let n = 0; n < 20; n++) {
    const { body } = await send('POST', '/v1/assignments/claim', { want: 1 });
    const [one] = (body as ClaimReply).assignments as [Assignment];
    const item = (await send('GET', `/v1/reviews/assignments/${one.id}`)).body as WorkItem;
    const kind = item.question.id.startsWith('gold-') ? 'gold' : 'ordinary';
    seen.push(item.question.id);
    const content = { ...review, editedScores: {}, comment: '', insufficientContext: false, seconds: 3 };
    const saved = await send('PUT', `/v1/reviews/assignments/${one.id}/draft`, { key: randomUUID(), base: 0, content });
    const key = randomUUID();
    const handed = await send('POST', `/v1/reviews/assignments/${one.id}/submission`, { key, review });
    expect([saved.status, handed.status]).toEqual([200, 200]);
    const known = shapes.get(kind) ?? new Set();
    shapes.set(kind, known);
    for (const reply of [one, item, handed.body]) known.add(shapeOf(reply));
  }
  expect(shapes.get('gold')).toEqual(shapes.get('ordinary'));
  expect(new Set(seen).size).toBe(20);
  now = new Date(now.getTime() + 11 * 60_000);
  await signDue(app.services.contextFor({ id: 'worker', name: 'Worker', roles: [] }));
  const { body } = await send('GET', '/v1/reviews/submissions?limit=50');
  const states = (body as { submissions: { state: string }[] }).submissions.map((one) => one.state);
  expect(states).toEqual(Array(20).fill('signed'));
  const gold = seen.filter((id) => id.startsWith('gold-')).length;
  const report = (await app.as('steward').send('GET', '/v1/quality/gold')).body as GoldReport;
  expect(report.items.reduce((sum, one) => sum + one.right, 0)).toBe(gold);
  const [reviews] = await app.services.db.query<{ n: number }>('SELECT count(*)::int AS n FROM review');
  expect(reviews?.n).toBe(20 - gold);
});

/** The names of everything in a reply, without the values; what a question may lack is left out. */
function shapeOf(reply: unknown): string {
  const optional = new Set(['reference', 'explanation', 'specialty', 'options', 'label', 'reviewId']);
  const names = (value: unknown): unknown =>
    Array.isArray(value)
      ? [...new Set(value.map((one) => JSON.stringify(names(one))))]
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([key]) => !optional.has(key))
              .map(([key, inner]) => [key, names(inner)])
              .sort(),
          )
        : typeof value;
  return JSON.stringify(names(reply));
}
