import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { exampleFolder, finished, importQuestions, teacher } from '../../../test/example.ts';
import type { Opening } from '../../ledger/schema.ts';

const scores = { 'ethical-reasoning': 5 };
let app: TestApp;
let id: string;
let path: string;

beforeAll(async () => {
  app = await openTestApp({ endpoints: { teacher }, workers: true });
  await importQuestions(app, [`${exampleFolder}/questions-ethics.jsonl`], { dataset: 'medication-safety' });
  const { body } = await app.as('engineer').send('POST', '/v1/generation/runs', {});
  await finished(app, (body as { job: string }).job);
  const first = await app.account('dr-one', ['ethics-reviewer'], 'checked');
  const queue = await first('GET', '/v1/reviews/queue?limit=1');
  id = (queue.body as { items: { instance: string }[] }).items[0]!.instance;
  path = `/v1/instances/${id}/openings`;
});
afterAll(() => app.close());

type Seen = { type: string; opened: boolean };

/** The kinds of a chain's events, read from the leaves, and which of them somebody may open. */
async function seen(
  send: (method: string, path: string) => Promise<{ status: number; body: unknown }>,
): Promise<Seen[]> {
  const { status, body } = await send('GET', path);
  expect(status).toBe(200);
  return (body as { openings: Opening[] }).openings.map((opening) => {
    const { type } = JSON.parse(Buffer.from(opening.leaf, 'base64').toString()) as { type: string }; // CTS §3.1
    expect(opening.salt === undefined).toBe(opening.envelope === undefined);
    return { type, opened: opening.envelope !== undefined };
  });
}

const of = (events: Seen[], type: string): boolean[] =>
  events.filter((one) => one.type === type).map((one) => one.opened);

test('a reviewer gets every leaf, but no opening of a peer before the own review', async () => {
  const one = await app.account('dr-one', ['ethics-reviewer']);
  const two = await app.account('dr-two', ['ethics-reviewer'], 'checked');
  const review = { scores, verdict: 'escalate', comment: 'This needs the panel.' };
  expect((await one('POST', `/v1/reviews/instances/${id}`, review)).status).toBe(201);
  expect(of(await seen(one), 'review.signed')).toEqual([true]);
  expect(of(await seen(two), 'review.signed')).toEqual([false]);
  expect(of(await seen(two), 'generation.recorded')).toEqual([true]);
  expect(of(await seen(app.as('steward').send), 'review.signed')).toEqual([true]);
  expect((await two('POST', `/v1/reviews/instances/${id}`, { ...review, comment: 'Me too.' })).status).toBe(201);
  expect(of(await seen(two), 'review.signed')).toEqual([true, true]);
});

test('a vote of an open ballot is opened to nobody but its own member', async () => {
  const { body } = await app.as('panel-chair').send('GET', '/v1/reviews/panel?limit=10');
  const [open] = (body as { cases: { id: string; instanceId: string }[] }).cases;
  expect(open?.instanceId).toBe(id);
  const member = await app.account('member-one', ['panel-member']);
  const vote = await member('POST', `/v1/reviews/panel/${open?.id}/votes`, { vote: 'reject' });
  expect(vote.status).toBe(201);
  expect(of(await seen(member), 'vote.signed')).toEqual([true]);
  for (const role of ['panel-member', 'panel-chair', 'steward', 'auditor'] as const)
    expect(of(await seen(app.as(role).send), 'vote.signed'), role).toEqual([false]);
});

test('who may not see the instance gets nothing of its chain', async () => {
  expect((await app.anonymous('GET', path)).status).toBe(401);
  for (const role of ['red-teamer', 'application', 'admin'] as const)
    expect((await app.as(role).send('GET', path)).status, role).toBe(403);
  expect((await app.as('auditor').send('GET', path.replace(id, '00000000-0000-4000-8000-000000000000'))).status).toBe(
    404,
  );
});

test('everybody who is signed in gets the changes of the key that signs events, to check them', async () => {
  const { status, body } = await app.as('reviewer').send('GET', '/v1/log/keys');
  expect({ status, body }).toEqual({ status: 200, body: { openings: [] } });
  expect((await app.anonymous('GET', '/v1/log/keys')).status).toBe(401);
});
