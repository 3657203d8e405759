import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { openRounds } from '../../../test/rounds.ts';
import type { Assignment, ClaimReply } from '../../assignment/schema.ts';
import type { Submission, WorkItem } from '../../review/drafts/schema.ts';
import { signDue } from '../../review/drafts/submit.ts';
import type { GoldReport } from './schema.ts';

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
      options: [
        { label: 'A', text: 'Ibuprofen' },
        { label: 'B', text: 'Paracetamol' },
      ],
      answer: ['B'],
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
  let said = '';
  const gold = new Set<string>();
  for (let n = 0; n < 20; n++) {
    const { body } = await send('POST', '/v1/assignments/claim', { want: 1 });
    const [one] = (body as ClaimReply).assignments as [Assignment];
    const item = (await send('GET', `/v1/reviews/assignments/${one.id}`)).body as WorkItem;
    const kind = item.question.id.startsWith('gold-') ? 'gold' : 'ordinary';
    seen.push(item.question.id);
    if (kind === 'gold') gold.add(one.id);
    const content = { ...review, editedScores: {}, comment: '', insufficientContext: false, seconds: 3 };
    const saved = await send('PUT', `/v1/reviews/assignments/${one.id}/draft`, { key: randomUUID(), base: 0, content });
    const key = randomUUID();
    const handed = await send('POST', `/v1/reviews/assignments/${one.id}/submission`, { key, review });
    expect([saved.status, handed.status]).toEqual([200, 200]);
    const known = shapes.get(kind) ?? new Set();
    shapes.set(kind, known);
    for (const reply of [one, item, handed.body]) known.add(shapeOf(reply));
    said += JSON.stringify([one, item, saved.body, handed.body]);
  }
  expect(shapes.get('gold')).toEqual(shapes.get('ordinary'));
  const items = (await app.as('steward').send('GET', '/v1/quality/gold')).body as GoldReport;
  for (const { id } of items.items) expect(said).not.toContain(id);
  expect(new Set(seen).size).toBe(20);
  now = new Date(now.getTime() + 11 * 60_000);
  await signDue(app.services.contextFor({ id: 'worker', name: 'Worker', roles: [] }));
  const { body } = await send('GET', '/v1/reviews/submissions?limit=50');
  const states = (body as { submissions: { state: string }[] }).submissions.map((one) => one.state);
  const signed = (body as { submissions: Submission[] }).submissions;
  const isGold = (one: Submission): boolean => gold.has(one.assignment.id);
  expect(new Set(signed.filter(isGold).map(shapeOf))).toEqual(
    new Set(signed.filter((one) => !isGold(one)).map(shapeOf)),
  );
  expect(states).toEqual(Array(20).fill('signed'));
  const report = (await app.as('steward').send('GET', '/v1/quality/gold')).body as GoldReport;
  expect(report.items.reduce((sum, one) => sum + one.right, 0)).toBe(gold.size);
  const [reviews] = await app.services.db.query<{ n: number }>('SELECT count(*)::int AS n FROM review');
  expect(reviews?.n).toBe(20 - gold.size);
});

test('whoever reviews cannot look up which items are gold, whatever else they oversee', async () => {
  const both = app.as('reviewer', 'panel-chair');
  expect((await both.send('GET', '/v1/quality/gold')).status).toBe(403);
});

/** The names of everything in a reply, without the values; what a question may lack is left out. */
function shapeOf(reply: unknown): string {
  const optional = new Set(['reference', 'explanation', 'specialty', 'options', 'label']);
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
