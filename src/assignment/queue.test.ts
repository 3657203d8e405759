import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { openRounds } from '../../test/rounds.ts';
import type { Assignment, ClaimReply } from './schema.ts';

let app: TestApp;
let now = new Date('2026-03-02T08:00:00Z');
const clock = { now: () => now };

beforeEach(async () => {
  app = await openTestApp({ clock });
});
afterEach(() => app.close());

type Send = Awaited<ReturnType<TestApp['account']>>;

async function claim(send: Send, want = 1): Promise<ClaimReply> {
  const { status, body } = await send('POST', '/v1/assignments/claim', { want });
  expect(status).toBe(200);
  return body as ClaimReply; // the route parses its replies
}

/** The instance behind an assignment, which replies do not name. */
async function instanceOf(one: Pick<Assignment, 'id'> | undefined): Promise<string | undefined> {
  const [row] = await app.services.db.query<{ instance_id: string }>(
    'SELECT instance_id FROM assignment WHERE id = $1',
    [one?.id],
  );
  return row?.instance_id;
}

const instancesOf = ({ assignments }: ClaimReply) => Promise.all(assignments.map(instanceOf));

const later = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};

test('an item is never given to more reviewers than its round needs, and never twice to one', async () => {
  const [id] = await openRounds(app, 1);
  const people = await Promise.all(['q-a', 'q-b', 'q-c'].map((name) => app.account(name, ['reviewer'])));
  const replies = await Promise.all([...people, ...people].map((send) => claim(send)));
  const holders = new Map<string, Set<string>>();
  for (const { assignments } of replies)
    for (const one of assignments) {
      const instance = (await instanceOf(one)) ?? '';
      holders.set(instance, (holders.get(instance) ?? new Set()).add(one.reviewer));
    }
  expect(holders.get(id ?? '')?.size).toBe(2);
  const without = replies.find((reply) => reply.assignments.length === 0);
  expect(without?.none).toBe('nothing-waits');
});

test('a lease that ran out goes to somebody else, and its holder is told so', async () => {
  const [id] = await openRounds(app, 1, { overlap: 1 });
  const slow = await app.account('q-slow', ['reviewer']);
  const quick = await app.account('q-quick', ['reviewer']);
  const [held] = (await claim(slow)).assignments;
  expect(await instanceOf(held)).toBe(id);
  expect((await claim(quick)).assignments).toEqual([]);
  later(19);
  expect((await slow('POST', `/v1/assignments/${held?.id}/heartbeat`)).status).toBe(200);
  later(21);
  expect(await instancesOf(await claim(quick))).toEqual([id]);
  const { status, body } = await slow('POST', `/v1/assignments/${held?.id}/heartbeat`);
  expect([status, (body as { error: { message: string } }).error.message]).toEqual([
    409,
    expect.stringContaining('the draft is kept'),
  ]);
});

test('a lease that ran out is taken up again by its holder while the place is free', async () => {
  const [id] = await openRounds(app, 1, { overlap: 1 });
  const send = await app.account('q-back', ['reviewer']);
  const [held] = (await claim(send)).assignments;
  later(25);
  const peer = await app.account('q-peer', ['reviewer']);
  const [given] = (await claim(peer)).assignments;
  expect(await instanceOf(given)).toBe(id);
  await peer('POST', `/v1/assignments/${given?.id}/release`, { reason: 'skip' });
  const [again] = (await claim(send)).assignments;
  expect([again?.id, again?.why.at(-1)?.code]).toEqual([held?.id, 'resumed']);
});

test('language, specialty and conflicts of interest decide who gets what, and the reasons are told', async () => {
  const [english, chinese] = [
    ...(await openRounds(app, 1, { overlap: 1, language: 'en', specialty: 'cardiology' })),
    ...(await openRounds(app, 1, { overlap: 1, language: 'zh', specialty: 'renal' })),
  ];
  const renal = await app.account('q-renal', ['reviewer'], undefined, { languages: ['zh'], specialties: ['renal'] });
  const [got] = (await claim(renal, 2)).assignments as [Assignment];
  expect(await instanceOf(got)).toBe(chinese);
  expect(got.why.map((one) => one.code)).toEqual(['track', 'language', 'specialty', 'overlap']);
  const heart = await app.account('q-heart', ['reviewer'], undefined, { specialties: ['cardiology'] });
  const [first] = (await claim(heart)).assignments as [Assignment];
  expect(await instanceOf(first)).toBe(english);
  const conflict = { reason: 'conflict-of-interest', note: 'wrote the source' };
  expect((await heart('POST', `/v1/assignments/${first.id}/release`, conflict)).status).toBe(200);
  expect((await claim(heart)).assignments).toEqual([]);
  const { body } = await heart('GET', '/v1/assignments/conflicts');
  expect((body as { conflicts: { scope: string }[] }).conflicts.map((one) => one.scope)).toEqual(['question']);
  const other = await app.account('q-other', ['reviewer']);
  const [kept] = (await claim(other)).assignments as [Assignment];
  expect(await instanceOf(kept)).toBe(english);
  await other('POST', `/v1/assignments/${kept.id}/release`, { reason: 'skip' });
});

test('nobody holds more items at once than the policy allows', async () => {
  await openRounds(app, 6, { overlap: 1 });
  const send = await app.account('q-greedy', ['reviewer']);
  expect((await claim(send, 10)).assignments).toHaveLength(4);
});

test('the author of a question never reviews it', async () => {
  const [id] = await openRounds(app, 1, { overlap: 1, author: 'q-author', specialty: 'authored' });
  const author = await app.account('q-author', ['reviewer'], undefined, { specialties: ['authored'] });
  expect(await instancesOf(await claim(author, 4))).not.toContain(id);
});

test("one person's assignment is nobody else's to see, prolong or release", async () => {
  await openRounds(app, 1, { overlap: 1 });
  const owner = await app.account('q-owner', ['reviewer']);
  const thief = await app.account('q-thief', ['reviewer']);
  const [held] = (await claim(owner)).assignments as [Assignment];
  for (const [method, path] of [
    ['POST', `/v1/assignments/${held.id}/heartbeat`],
    ['GET', `/v1/reviews/assignments/${held.id}`],
    ['GET', `/v1/reviews/assignments/${held.id}/drafts`],
    ['DELETE', `/v1/reviews/assignments/${held.id}/submission`],
  ] as const)
    expect((await thief(method, path)).status).toBe(404);
});
