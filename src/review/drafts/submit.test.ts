import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { openRounds } from '../../../test/rounds.ts';
import type { Assignment, ClaimReply } from '../../assignment/schema.ts';
import type { ReviewInput } from '../schema.ts';
import type { Draft, DraftContent, Submission, WorkItem } from './schema.ts';
import { signDue } from './submit.ts';

let app: TestApp;
let now: Date;
type Send = Awaited<ReturnType<TestApp['account']>>;

beforeEach(async () => {
  now = new Date('2026-03-02T08:00:00Z');
  app = await openTestApp({ clock: { now: () => now } });
});
afterEach(() => app.close());

const system = { id: 'worker', name: 'Worker', roles: [] };

async function later(minutes: number): Promise<void> {
  now = new Date(now.getTime() + minutes * 60_000);
  await signDue(app.services.contextFor(system));
}

async function claimOne(send: Send): Promise<Assignment> {
  const { body } = await send('POST', '/v1/assignments/claim', { want: 1 });
  return (body as ClaimReply).assignments[0]!;
}

const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 4,
  'information-sufficiency': 4,
  'terminology-language': 5,
  'clinical-utility': 4,
};
const clean: ReviewInput = { scores, steps: [], violations: [], edits: [], verdict: 'accept', seconds: 40 };
const content: DraftContent = {
  scores: {},
  steps: [],
  violations: [],
  edits: [],
  editedScores: {},
  insufficientContext: false,
  comment: '',
  seconds: 0,
};

async function submitted(send: Send, review: ReviewInput = clean): Promise<Submission> {
  const { id } = await claimOne(send);
  const reply = await send('POST', `/v1/reviews/assignments/${id}/submission`, { key: randomUUID(), review });
  expect(reply.status).toBe(200);
  return reply.body as Submission;
}

async function countReviews(instance: string): Promise<number> {
  const [row] = await app.services.db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM review WHERE instance_id = $1',
    [instance],
  );
  return row?.n ?? 0;
}

test('a submission can be taken back for ten minutes; then it is signed into the log in the name of its reviewer', async () => {
  const [id = ''] = await openRounds(app, 1);
  const send = await app.account('s-a', ['reviewer']);
  const first = await submitted(send);
  expect([first.state, await countReviews(id)]).toEqual(['waiting', 0]);
  await later(9);
  const back = await send('DELETE', `/v1/reviews/assignments/${first.assignment.id}/submission`);
  expect([back.status, (back.body as Assignment).state]).toEqual([200, 'leased']);
  await submitted(send);
  await later(11);
  expect(await countReviews(id)).toBe(1);
  const late = await send('DELETE', `/v1/reviews/assignments/${first.assignment.id}/submission`);
  expect(late.status).toBe(409);
  const view = await app.as('auditor').send('GET', `/v1/instances/${id}`);
  const signed = (view.body as { history: { type: string; actor: string }[] }).history.at(-1);
  expect([signed?.type, signed?.actor]).toEqual(['review.signed', 's-a']);
});

test('the same submission sent again is the same submission', async () => {
  const [id = ''] = await openRounds(app, 1);
  const send = await app.account('s-twice', ['reviewer']);
  const { id: assignment } = await claimOne(send);
  const input = { key: randomUUID(), review: clean };
  const replies = await Promise.all(
    [1, 2, 3].map(() => send('POST', `/v1/reviews/assignments/${assignment}/submission`, input)),
  );
  for (const reply of replies) expect(reply).toEqual(replies[0]);
  await later(11);
  const again = await send('POST', `/v1/reviews/assignments/${assignment}/submission`, input);
  expect([again.status, (again.body as Submission).state, await countReviews(id)]).toEqual([200, 'signed', 1]);
});

test('a draft on an old base is a conflict that changes nothing, and a repeated save is the same save', async () => {
  await openRounds(app, 1);
  const send = await app.account('s-draft', ['reviewer']);
  const { id } = await claimOne(send);
  const save = (key: string, base: number, comment: string) =>
    send('PUT', `/v1/reviews/assignments/${id}/draft`, { key, base, content: { ...content, comment } });
  const key = randomUUID();
  expect((await save(key, 0, 'first')).body).toMatchObject({ rev: 1 });
  expect((await save(key, 0, 'first')).body).toMatchObject({ rev: 1 });
  const conflict = await save(randomUUID(), 0, 'from another tab');
  expect([conflict.status, conflict.body]).toMatchObject([409, { error: { details: { rev: 1 } } }]);
  expect((await save(randomUUID(), 1, 'second')).body).toMatchObject({ rev: 2 });
  const { body } = await send('GET', `/v1/reviews/assignments/${id}/drafts`);
  expect((body as { drafts: Draft[] }).drafts.map((draft) => draft.content.comment)).toEqual(['first', 'second']);
});

test('the scores of the original cannot be changed once the text is edited', async () => {
  await openRounds(app, 1);
  const send = await app.account('s-frozen', ['reviewer']);
  const { id } = await claimOne(send);
  const edits = [{ op: 'replace', step: 1, text: 'Better.', reason: 'terminology' }];
  const save = (base: number, change: object) =>
    send('PUT', `/v1/reviews/assignments/${id}/draft`, { key: randomUUID(), base, content: { ...content, ...change } });
  await save(0, { scores, edits });
  const raised = { ...scores, 'reasoning-structure': 5 };
  const refused = await save(1, { scores: raised, edits });
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('frozen')]);
  expect((await save(1, { scores: raised, edits: [] })).status).toBe(200);
});

test('words are kept after the lease ran out', async () => {
  await openRounds(app, 1, { overlap: 1 });
  const send = await app.account('s-slow', ['reviewer']);
  const { id } = await claimOne(send);
  await later(30);
  await claimOne(await app.account('s-next', ['reviewer']));
  const saved = await send('PUT', `/v1/reviews/assignments/${id}/draft`, { key: randomUUID(), base: 0, content });
  expect(saved.status).toBe(200);
  const refused = await send('POST', `/v1/reviews/assignments/${id}/submission`, { key: randomUUID(), review: clean });
  expect(refused.status).toBe(409);
});

test('a submission that no longer counts is kept with the reason', async () => {
  const [id = ''] = await openRounds(app, 1);
  const send = await app.account('s-late', ['reviewer']);
  await submitted(send);
  await app.services.db.query("UPDATE instance SET state = 'rejected' WHERE id = $1", [id]);
  await later(11);
  const { body } = await send('GET', '/v1/reviews/submissions');
  const [one] = (body as { submissions: Submission[] }).submissions;
  expect([one?.state, one?.review.verdict, one?.refusal]).toEqual([
    'refused',
    'accept',
    expect.stringContaining('rejected'),
  ]);
});

test('the screen gets question, trace, rubric and draft in one reply, and nothing that peers said', async () => {
  await openRounds(app, 1);
  const peer = await app.account('s-peer', ['reviewer']);
  await submitted(peer, { ...clean, comment: 'PEER-SAID-THIS' });
  await later(11);
  const send = await app.account('s-blind', ['reviewer']);
  const { id } = await claimOne(send);
  const { body } = await send('GET', `/v1/reviews/assignments/${id}`);
  const item = body as WorkItem;
  expect([item.trace.steps.length, item.trace.answer, item.rubric.criteria.length]).toEqual([3, 'B', 5]);
  expect(JSON.stringify(body)).not.toContain('PEER-SAID-THIS');
});
