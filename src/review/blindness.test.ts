import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { openRounds } from '../../test/rounds.ts';
import type { ClaimReply } from '../assignment/schema.ts';
import { Role } from '../context/actor.ts';
import { conflictingRoles } from '../core/roles.ts';
import { createApp } from '../server/app.ts';
import type { ReviewInput } from './schema.ts';

/** What the peer wrote: nothing of it may be in any reply to somebody who could still review the round. */
const secrets = ['PEER-COMMENT', 'PEER-EDIT', 'PEER-NOTE'];
const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 4,
  'information-sufficiency': 5,
  'terminology-language': 4,
  'clinical-utility': 5,
};
const peersReview: ReviewInput = {
  scores,
  steps: [],
  violations: [],
  edits: [{ op: 'replace', step: 1, text: 'PEER-EDIT', reason: 'other', note: 'PEER-NOTE' }],
  editedScores: scores,
  verdict: 'accept-with-edits',
  comment: 'PEER-COMMENT',
};

let app: TestApp;
let paths: { method: string; path: string }[];
let review: string;

beforeAll(async () => {
  app = await openTestApp();
  const [instance = ''] = await openRounds(app, 1);
  const peer = await app.account('the-peer', ['reviewer'], 'checked');
  const { body: claimed } = await peer('POST', '/v1/assignments/claim', { want: 1 });
  const [assignment] = (claimed as ClaimReply).assignments;
  const draft = { key: randomUUID(), base: 0, content: { ...peersReview, insufficientContext: false, seconds: 1 } };
  expect((await peer('PUT', `/v1/reviews/assignments/${assignment?.id}/draft`, draft)).status).toBe(200);
  const made = await peer('POST', `/v1/reviews/instances/${instance}`, peersReview);
  expect(made.status).toBe(201);
  review = (made.body as { id: string }).id;
  secrets.push(review);
  const ids = [instance, assignment?.id ?? '', review, 'the-peer', 'first'];
  paths = createApp(app.services)
    .routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/') && !path.includes('*'))
    .flatMap(({ method, path }) => {
      const named = path.split('/').some((part) => part.startsWith(':'));
      return (named ? ids : ['']).map((id) => ({ method, path: path.replaceAll(/:[A-Za-z]+(\{[^}]*\})?/g, id) }));
    });
});
afterAll(() => app.close());

const together = Role.options.filter(
  (role) => role !== 'reviewer' && conflictingRoles(['reviewer', role]) === undefined,
);

test('the list of routes is the real one, and the peer themselves finds what they wrote', async () => {
  expect(paths.length).toBeGreaterThan(100);
  const peer = await app.account('the-peer', ['reviewer']);
  const found = new Set<string>();
  for (const { path } of paths.filter((one) => one.method === 'GET')) {
    const { body } = await peer('GET', path);
    for (const secret of secrets) if (JSON.stringify(body).includes(secret)) found.add(secret);
  }
  expect([...found].sort()).toEqual(secrets.toSorted());
});

test.each([
  ['reviewer'],
  ...together.map((role) => ['reviewer', role]),
  ['adjudicator'],
  ['panel-member'],
  ['panel-chair'],
  ['release-approver'],
  ['red-teamer'],
  ['application'],
  ['privacy-officer'],
  ['admin'],
  ['ethics-reviewer'],
] as Role[][])('no route shows a peer’s review of an open round to %s %s', async (...roles) => {
  const asker = app.as(...roles);
  const leaks: string[] = [];
  for (const { method, path } of paths) {
    const { body } = await asker.send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
    const text = JSON.stringify(body);
    if (secrets.some((secret) => text.includes(secret) && !path.includes(secret))) leaks.push(`${method} ${path}`);
  }
  expect(leaks).toEqual([]);
});
