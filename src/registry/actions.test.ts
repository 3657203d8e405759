import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../../test/fake-openai.ts';
import type { Role } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { sha256Hex } from '../core/hash.ts';
import { storeQuestions } from '../corpus/actions.ts';
import type { Question } from '../corpus/schema.ts';
import { history } from '../ledger/history.ts';
import { getModel, modelIdentity, registerModel, targetClient } from './actions.ts';
import { approveModel } from './decide.ts';
import { decisionDigest } from './model.ts';
import type { RegisterInput } from './schema.ts';

let app: TestApp;
let server: FakeOpenAi;
/** Whoever holds these roles: one person registers, another approves. */
const ctx = (...roles: Role[]): Context =>
  app.services.contextFor({ id: `the-${roles.join('-')}`, name: 'Somebody', roles });

function question(id: string, text: string): Question {
  return {
    id,
    dataset: 'd',
    kind: 'knowledge',
    language: 'en',
    text,
    options: ['A', 'B', 'C', 'D'].map((label) => ({ label, text: `${label} of it` })),
    answer: ['B'],
    dimensions: [],
    source: { kind: 'exam', citation: 'written for this test' },
    set: 'exam-en',
    flags: [],
    tags: {},
    provenance: { file: 'f', row: 1 },
  };
}

/** A model served elsewhere, with weights that differ by their text. */
function served(name: string, more: Partial<RegisterInput> = {}): RegisterInput {
  return {
    name,
    kind: 'base',
    files: [{ path: `${name}.safetensors`, sha256: sha256Hex(name) }],
    endpoint: { type: 'openai', baseUrl: server.baseUrl, model: name, concurrency: 2, timeoutMs: 5000, maxRetries: 0 },
    ...more,
  };
}

beforeAll(async () => {
  server = await startFakeOpenAi({ reply: () => 'Answer: B' });
  const keyed = {
    type: 'openai' as const,
    baseUrl: server.baseUrl,
    model: 'keyed',
    concurrency: 1,
    timeoutMs: 5000,
    maxRetries: 0,
  };
  app = await openTestApp({ endpoints: { keyed } });
  const store = (benchmark: boolean, questions: Question[]) =>
    transact(ctx('engineer'), (ctx) =>
      storeQuestions(ctx, { importId: randomUUID(), benchmark: benchmark, met: new Map() }, questions),
    );
  await store(false, [question('t-1', 'Trained on'), question('t-2', 'Trained on and examined')]);
  await store(true, [question('x-1', 'Trained on and examined'), question('x-2', 'Only examined')]);
  await registerModel(ctx('engineer'), served('base'));
});

afterAll(async () => {
  await app.close();
  await server.close();
});

const systemEvents = async (type: string) =>
  (await history(ctx('auditor'), app.services.ledger.systemSubject)).filter((event) => event.type === type);

test('registering the same weights again changes nothing and records no second event', async () => {
  const first = await registerModel(ctx('engineer'), served('twice'));
  const again = await registerModel(ctx('engineer'), served('twice'));
  expect(again).toEqual(first);
  const events = await systemEvents('model.registered');
  expect(events.filter((event) => event.data.digest === first.digest)).toHaveLength(1);
});

test('weights are not known under two names, nor a name with two weights', async () => {
  await registerModel(ctx('engineer'), served('one'));
  const files = served('one').files;
  await expect(registerModel(ctx('engineer'), served('two', { files }))).rejects.toMatchObject({ code: 'conflict' });
  const others = [{ path: 'x', sha256: sha256Hex('others') }];
  await expect(registerModel(ctx('engineer'), served('one', { files: others }))).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a model trained on a question of an evaluation set is marked and cannot be approved', async () => {
  const seen = { release: 'r1', run: 'run-1', trainedOn: ['t-1', 't-2'] };
  await registerModel(ctx('engineer'), served('leaky', { kind: 'adapter', base: 'base', ...seen }));
  const { overlaps, obstacle } = await getModel(ctx('auditor'), 'leaky');
  expect(overlaps).toEqual([{ set: 'exam-en', questions: 1, ids: ['x-1'] }]);
  expect(obstacle).toContain('exam-en');
  await expect(approveModel(ctx('release-approver'), 'leaky')).rejects.toMatchObject({ code: 'check_failed' });
  expect((await getModel(ctx('auditor'), 'leaky')).model.state).toBe('candidate');
});

test('what a model was trained from counts against it as well', async () => {
  const clean = { release: 'r2', trainedOn: ['t-1'] };
  await registerModel(ctx('engineer'), served('heir', { kind: 'adapter', base: 'leaky', ...clean }));
  const { lineage, trainingQuestions, overlaps } = await getModel(ctx('auditor'), 'heir');
  expect(lineage.map((one) => one.name)).toEqual(['leaky', 'base']);
  expect(trainingQuestions).toBe(2);
  expect(overlaps).toHaveLength(1);
  await expect(approveModel(ctx('release-approver'), 'heir')).rejects.toMatchObject({ code: 'check_failed' });
});

test('a benchmark imported after the training blocks the approval too', async () => {
  const clean = { release: 'r3', trainedOn: ['t-1'] };
  await registerModel(ctx('engineer'), served('later', { kind: 'adapter', base: 'base', ...clean }));
  expect((await getModel(ctx('auditor'), 'later')).obstacle).toBeUndefined();
  const late = { ...question('y-1', 'Trained  on'), set: 'late' };
  await transact(ctx('engineer'), (ctx) =>
    storeQuestions(ctx, { importId: randomUUID(), benchmark: true, met: new Map() }, [late]),
  );
  await expect(approveModel(ctx('release-approver'), 'later')).rejects.toThrow(/late \(1, for example y-1\)/);
});

test('only a release approver approves, once, and the event says what was checked', async () => {
  const { digest } = await registerModel(ctx('engineer'), served('good'));
  for (const role of ['engineer', 'steward', 'admin', 'auditor', 'reviewer'] as const)
    await expect(approveModel(ctx(role), 'good')).rejects.toMatchObject({ code: 'forbidden' });
  const approved = await approveModel(ctx('release-approver'), 'good', { note: 'first use' });
  expect(approved).toMatchObject({ state: 'approved', approvedBy: 'the-release-approver', approvalNote: 'first use' });
  expect(await approveModel(ctx('release-approver'), digest)).toEqual(approved);
  const events = (await systemEvents('model.approved')).filter((event) => event.data.digest === digest);
  expect(events.map((event) => event.data)).toEqual([
    {
      digest,
      name: 'good',
      trainingQuestions: 0,
      benchmarkQuestions: 3,
      overlapping: 0,
      nearDuplicates: 0,
      note: 'first use',
      signature: expect.objectContaining({
        account: 'the-release-approver',
        meaning: 'approval',
        digest: decisionDigest('approve', approved),
      }),
    },
  ]);
});

test('files that are here must have the digest declared, and those llama.cpp reads must be here', async () => {
  writeFileSync(join(app.root, 'w.gguf'), 'GGUF weights');
  const llama = { type: 'llama' as const, gguf: 'w.gguf', contextSize: 512, sequences: 1 };
  const local = (sha256: string, gguf = 'w.gguf'): RegisterInput => ({
    name: 'local',
    kind: 'base',
    files: [{ path: gguf, sha256 }],
    endpoint: { ...llama, gguf },
  });
  await expect(registerModel(ctx('engineer'), local(sha256Hex('other')))).rejects.toMatchObject({
    code: 'check_failed',
  });
  await expect(registerModel(ctx('engineer'), local(sha256Hex('x'), 'missing.gguf'))).rejects.toThrow(
    /no file .*missing/,
  );
  const undeclared = { ...local(sha256Hex('GGUF weights')), endpoint: { ...llama, lora: 'a.gguf' } };
  await expect(registerModel(ctx('engineer'), undeclared)).rejects.toThrow(/neither among its files/);
  const model = await registerModel(ctx('engineer'), local(sha256Hex('GGUF weights')));
  writeFileSync(join(app.root, 'a.gguf'), 'GGUF adapter');
  const adapter: RegisterInput = {
    name: 'local-adapter',
    kind: 'adapter',
    base: 'local',
    files: [{ path: 'a.gguf', sha256: sha256Hex('GGUF adapter') }],
    endpoint: { ...llama, lora: 'a.gguf' },
  };
  expect((await registerModel(ctx('engineer'), adapter)).digest).toBe(sha256Hex('GGUF adapter'));
  writeFileSync(join(app.root, 'w.gguf'), 'GGUF changed since');
  const next = { ...adapter, name: 'next', base: 'local-adapter' };
  await expect(registerModel(ctx('engineer'), next)).rejects.toMatchObject({ code: 'check_failed' });
  expect(model).toMatchObject({ filesVerified: true, digest: sha256Hex('GGUF weights') });
  expect((await registerModel(ctx('engineer'), served('far'))).filesVerified).toBe(false);
});

test('training questions that the corpus does not hold are refused, and nothing is registered', async () => {
  const input = served('typo', { kind: 'adapter', base: 'base', release: 'r', trainedOn: ['t-1', 'nowhere'] });
  await expect(registerModel(ctx('engineer'), input)).rejects.toThrow(/nowhere/);
  await expect(getModel(ctx('auditor'), 'typo')).rejects.toMatchObject({ code: 'not_found' });
});

test('a reference opens a client for a registered model, and its identity tells the line', async () => {
  await registerModel(ctx('engineer'), served('asked', { kind: 'adapter', base: 'base' }));
  const client = await targetClient(ctx(), 'model:asked');
  const request = {
    model: client.model,
    messages: [{ role: 'user' as const, content: '?' }],
    temperature: 0,
    maxTokens: 8,
  };
  expect((await client.call(request, { purpose: 'test' })).reply.content).toBe('Answer: B');
  expect(await modelIdentity(ctx(), 'model:asked')).toMatchObject({
    kind: 'model',
    digest: sha256Hex('asked'),
    lineage: [{ name: 'base', digest: sha256Hex('base') }],
  });
  const behind = { type: 'configured' as const, name: 'keyed' };
  await registerModel(ctx('engineer'), served('behind', { endpoint: behind }));
  expect((await targetClient(ctx(), 'model:behind')).model).toBe('keyed');
  const unconfigured = served('lost', { endpoint: { ...behind, name: 'nowhere' } });
  await expect(registerModel(ctx('engineer'), unconfigured)).rejects.toMatchObject({ code: 'not_found' });
  await expect(modelIdentity(ctx(), 'model:nobody')).rejects.toMatchObject({ code: 'not_found' });
  await expect(modelIdentity(ctx(), 'endpoint:nobody')).rejects.toMatchObject({ code: 'not_found' });
});

test('the routes list, show, register and approve, each for the role that may', async () => {
  const engineer = app.as('engineer');
  const approver = app.as('release-approver');
  const models = '/v1/registry/models';
  expect((await engineer.send('POST', models, served('routed'))).status).toBe(201);
  expect((await engineer.send('POST', models, { name: 'Bad Name' })).status).toBe(400);
  expect((await approver.send('POST', models, served('other'))).status).toBe(403);
  expect((await engineer.send('POST', `${models}/routed/approval`, {})).status).toBe(403);
  expect((await approver.send('POST', `${models}/leaky/approval`, {})).status).toBe(422);
  expect((await approver.send('POST', `${models}/routed/approval`, {})).status).toBe(200);
  const shown = await app.as('auditor').send('GET', `${models}/routed`);
  expect(shown.body).toMatchObject({ model: { state: 'approved' }, lineage: [], overlaps: [] });
  expect((await engineer.send('GET', `${models}/unknown`)).status).toBe(404);
  expect((await app.anonymous('GET', models)).status).toBe(401);
  const page = await engineer.send('GET', `${models}?after=one&limit=1`);
  expect(page.body).toMatchObject({ models: [{ name: 'routed' }] });
});
