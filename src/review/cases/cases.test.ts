import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { openRounds } from '../../../test/rounds.ts';
import type { Instance } from '../../generation/schema.ts';
import type { PanelCase, ReviewInput } from '../schema.ts';
import type { CaseView } from './schema.ts';

let app: TestApp;
type Send = Awaited<ReturnType<TestApp['account']>>;

beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 5,
  'information-sufficiency': 5,
  'terminology-language': 5,
  'clinical-utility': 5,
};
const accept: ReviewInput = { scores, steps: [], violations: [], edits: [], verdict: 'accept' };
const against: ReviewInput = { ...accept, scores: { ...scores, 'clinical-utility': 2 }, verdict: 'regenerate' };
const credential = 'checked for the test';

async function review(id: string, reviewer: string, said: ReviewInput): Promise<void> {
  const send = await app.account(reviewer, ['reviewer'], credential);
  const reply = await send('POST', `/v1/reviews/instances/${id}`, said);
  expect(reply).toMatchObject({ status: 201 });
}

async function caseOf(id: string): Promise<PanelCase> {
  const { body } = await app.as('auditor').send('GET', `/v1/reviews/panel?limit=100`);
  const found = (body as { cases: PanelCase[] }).cases.find((one) => one.instanceId === id && one.state !== 'decided');
  return found!;
}

async function instanceOf(id: string): Promise<Instance> {
  const { body } = await app.as('auditor').send('GET', `/v1/instances/${id}`);
  return (body as { instance: Instance }).instance;
}

/** A round on which three reviewers could not agree. */
async function split(round: Parameters<typeof openRounds>[2] = {}): Promise<{ id: string; one: PanelCase }> {
  const [id = ''] = await openRounds(app, 1, round);
  await review(id, 'c-one', { ...accept, comment: 'fine with me' });
  await review(id, 'c-two', against);
  expect(await instanceOf(id)).toMatchObject({ overlap: 3, raised: true, state: 'in-review' });
  await review(id, 'c-three', accept);
  return { id, one: await caseOf(id) };
}

/** A panel case: a critical mark calls it at once. */
async function critical(round: Parameters<typeof openRounds>[2] = {}): Promise<{ id: string; one: PanelCase }> {
  const [id = ''] = await openRounds(app, 1, round);
  const steps = [{ step: 2, mark: 'wrong', error: 'wrong-fact', severity: 'critical' } as const];
  await review(id, 'c-one', { ...against, steps });
  return { id, one: await caseOf(id) };
}

const decision = (change: object) => ({ edits: [], scores: {}, rationale: 'Because of the anchors.', ...change });

async function panel(): Promise<Record<'chair' | 'second' | 'third', Send>> {
  return {
    chair: await app.account('c-chair', ['panel-member', 'panel-chair'], credential),
    second: await app.account('c-second', ['panel-member'], credential),
    third: await app.account('c-third', ['panel-member'], credential),
  };
}

async function vote(one: PanelCase, votes: [Send, string][]): Promise<void> {
  for (const [send, vote] of votes)
    expect(await send('POST', `/v1/reviews/panel/${one.id}/votes`, { vote })).toMatchObject({ status: 201 });
}

test('an adjudicator sees reviewers as letters and decides; the example can be released', async () => {
  const { id, one } = await split();
  expect([one.board, one.trigger]).toEqual(['adjudicator', 'split-verdict']);
  const send = await app.account('c-judge', ['adjudicator'], credential);
  const { body } = await send('GET', `/v1/reviews/panel/${one.id}`);
  const view = body as CaseView;
  expect(view.statements.map((statement) => statement.label)).toEqual(['A', 'B', 'C']);
  for (const name of ['c-one', 'c-two', 'c-three']) expect(JSON.stringify(body)).not.toContain(name);
  const decided = await send('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'accept', scores }));
  expect(decided.status).toBe(201);
  expect((await instanceOf(id)).state).toBe('accepted');
  const made = await app.as('steward').send('POST', '/v1/releases', { name: 'adjudicated' });
  expect(made).toMatchObject({ status: 201, body: { summary: { counts: { rows: 1 } } } });
});

test('whoever reviewed an instance can neither see nor decide its case', async () => {
  const { one } = await split();
  const both = await app.account('c-both', ['reviewer', 'adjudicator'], credential);
  await app.services.db.query("UPDATE account SET roles = '{reviewer,adjudicator}' WHERE id = 'c-one'");
  const reviewer = await app.account('c-one', ['reviewer']);
  expect((await reviewer('GET', `/v1/reviews/panel/${one.id}`)).body).toMatchObject({
    barred: 'reviewed-it',
    statements: [],
    can: { decide: false },
  });
  const said = decision({ decision: 'reject' });
  expect((await reviewer('POST', `/v1/reviews/panel/${one.id}/decision`, said)).status).toBe(403);
  expect((await both('POST', `/v1/reviews/panel/${one.id}/decision`, said)).status).toBe(201);
});

test('a conflict of interest bars from a case', async () => {
  const { one } = await split();
  const send = await app.account('c-conflict', ['adjudicator'], credential);
  const about = { account: 'c-conflict', scope: 'model', target: 'recorded-teacher' };
  expect((await send('POST', '/v1/assignments/conflicts', about)).status).toBe(201);
  const said = decision({ decision: 'reject' });
  expect((await send('POST', `/v1/reviews/panel/${one.id}/decision`, said)).status).toBe(403);
});

test('unmasking needs a reason, shows the names to whoever asked, and is recorded in the log', async () => {
  const { id, one } = await split();
  const send = await app.account('c-judge', ['adjudicator'], credential);
  expect((await send('POST', `/v1/reviews/panel/${one.id}/unmask`, { reason: '' })).status).toBe(400);
  const { body } = await send('POST', `/v1/reviews/panel/${one.id}/unmask`, { reason: 'A question to reviewer B' });
  expect(Object.values((body as CaseView).unmasked ?? {}).sort()).toEqual(['c-one', 'c-three', 'c-two']);
  const { body: seen } = await app.as('auditor').send('GET', `/v1/instances/${id}`);
  const history = (seen as { history: { type: string; data: unknown }[] }).history;
  expect(history.at(-1)).toMatchObject({ type: 'case.unmasked', data: { by: 'c-judge' } });
});

test('an adjudicator can have the text written anew, as a strike, or refer it to the panel', async () => {
  const first = await split();
  const send = await app.account('c-judge', ['adjudicator'], credential);
  await send('POST', `/v1/reviews/panel/${first.one.id}/decision`, decision({ decision: 'regenerate' }));
  expect(await instanceOf(first.id)).toMatchObject({ state: 'generating', strikes: 1 });
  const second = await split();
  await send('POST', `/v1/reviews/panel/${second.one.id}/decision`, decision({ decision: 'refer' }));
  expect(await caseOf(second.id)).toMatchObject({ board: 'panel', trigger: 'referred' });
});

test('a panel votes blind, discusses after the first ballot, and its chair signs the binding vote', async () => {
  const { id, one } = await critical();
  const { chair, second, third } = await panel();
  await vote(one, [[chair, 'accept']]);
  const blind = (await second('GET', `/v1/reviews/panel/${one.id}`)).body as CaseView;
  expect([blind.case.votes, blind.cast, blind.can.vote, blind.can.discuss]).toEqual([[], 1, true, false]);
  const early = await second('POST', `/v1/reviews/panel/${one.id}/messages`, { text: 'I think …' });
  expect(early.status).toBe(409);
  await vote(one, [
    [second, 'reject'],
    [third, 'accept'],
  ]);
  const said = await second('POST', `/v1/reviews/panel/${one.id}/messages`, { text: 'Step 2 is wrong.' });
  expect((said.body as CaseView).messages).toMatchObject([{ member: 'c-second', text: 'Step 2 is wrong.' }]);
  await vote(one, [
    [chair, 'reject'],
    [second, 'reject'],
    [third, 'accept'],
  ]);
  expect((await chair('GET', `/v1/reviews/panel/${one.id}`)).body).toMatchObject({
    binding: 'reject',
    can: { decide: true },
  });
  const wrong = await chair('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'accept', scores }));
  expect(wrong.status).toBe(409);
  const other = await second('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'reject' }));
  expect(other.status).toBe(403);
  const right = await chair('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'reject' }));
  expect([right.status, (await instanceOf(id)).state]).toEqual([201, 'rejected']);
});

test('a panel can return everything that the same run of the teacher wrote', async () => {
  const batch = '7f8a6c1e-0000-4000-8000-0000000000aa';
  const { id, one } = await critical({ batch });
  const [mate = ''] = await openRounds(app, 1, { batch });
  const [stranger = ''] = await openRounds(app, 1);
  const { chair, second, third } = await panel();
  await vote(one, [
    [chair, 'return-batch'],
    [second, 'return-batch'],
    [third, 'return-batch'],
  ]);
  await chair('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'return-batch' }));
  expect((await instanceOf(id)).state).toBe('rejected');
  expect(await instanceOf(mate)).toMatchObject({ state: 'generating', strikes: 1 });
  expect((await instanceOf(stranger)).state).toBe('in-review');
});

test('a returned trace that calls the panel itself opens a case about that trace, not about the one decided', async () => {
  const batch = '7f8a6c1e-0000-4000-8000-0000000000bb';
  const { one } = await critical({ batch });
  const [mate = ''] = await openRounds(app, 1, { batch });
  await app.services.db.query('UPDATE instance SET strikes = 4 WHERE id = $1', [mate]);
  const { chair, second, third } = await panel();
  await vote(one, [
    [chair, 'return-batch'],
    [second, 'return-batch'],
    [third, 'return-batch'],
  ]);
  await chair('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'return-batch' }));
  const struck = await caseOf(mate);
  const { body } = await app.as('auditor').send('GET', `/v1/instances/${mate}`);
  const { traces } = body as { traces: { id: string }[] };
  expect([struck.trigger, struck.traceId]).toEqual(['five-strikes', traces[0]?.id]);
});

test('a panel that asks for another guideline votes again when it is published', async () => {
  const { id, one } = await critical();
  const { chair, second, third } = await panel();
  await vote(one, [
    [chair, 'amend-guideline'],
    [second, 'amend-guideline'],
    [third, 'amend-guideline'],
  ]);
  await chair('POST', `/v1/reviews/panel/${one.id}/decision`, decision({ decision: 'amend-guideline' }));
  const again = await caseOf(id);
  expect(again.trigger).toBe('guideline-amended');
  const early = await chair('POST', `/v1/reviews/panel/${again.id}/votes`, { vote: 'accept' });
  expect(early.status).toBe(409);
  const steward = app.as('steward');
  const { body } = await steward.send('GET', '/v1/guideline/gaps');
  expect((body as { gaps: { instance: string }[] }).gaps).toMatchObject([{ instance: id, cause: 'guideline-gap' }]);
});
