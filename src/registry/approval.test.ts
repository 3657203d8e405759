import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import type { Role } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { sha256Hex } from '../core/hash.ts';
import { eraseQuestion, storeQuestions } from '../corpus/actions.ts';
import type { Question } from '../corpus/schema.ts';
import { history } from '../ledger/history.ts';
import { verifyModel } from '../verify/model.ts';
import { getModel, listModels, registerModel } from './actions.ts';
import { approveModel, retireModel } from './decide.ts';
import type { RegisterInput } from './schema.ts';

let app: TestApp;
const ctx = (...roles: Role[]): Context =>
  app.services.contextFor({ id: `the-${roles.join('-')}`, name: 'Somebody', roles });
const models = '/v1/registry/models';

const vignette =
  'A 62-year-old man with atrial fibrillation takes warfarin and starts a course of clarithromycin for pneumonia. ' +
  'His last international normalised ratio was within the intended range two weeks ago.';

function question(id: string, text: string): Question {
  return {
    id,
    dataset: 'd',
    kind: 'knowledge',
    language: 'en',
    text,
    options: ['Check it within days', 'Check it in a month', 'Stop both', 'Change nothing'].map((option, index) => ({
      label: 'ABCD'.charAt(index),
      text: option,
    })),
    answer: ['A'],
    dimensions: [],
    source: { kind: 'exam', citation: 'written for this test' },
    set: 'exam-en',
    flags: [],
    tags: {},
    provenance: { file: 'f', row: 1 },
  };
}

const store = (benchmark: boolean, questions: Question[]): Promise<unknown> =>
  transact(ctx('engineer'), (ctx) =>
    storeQuestions(ctx, { importId: randomUUID(), benchmark, met: new Map() }, questions),
  );

/** A model of two files that lie in a directory of the workspace. */
async function local(name: string, more: Partial<RegisterInput> = {}): Promise<string> {
  const directory = join(app.root, 'weights', name);
  mkdirSync(join(directory, 'sub'), { recursive: true });
  const files = [`${name}.safetensors`, 'sub/config.json'].map((file) => {
    writeFileSync(join(directory, file), `${name} ${file}`);
    return { path: `weights/${name}/${file}`, sha256: sha256Hex(`${name} ${file}`) };
  });
  const endpoint = { baseUrl: 'http://127.0.0.1:9/v1', concurrency: 1, timeoutMs: 1000, maxRetries: 0 };
  const input: RegisterInput = { name, kind: 'base', files, endpoint: { type: 'openai', model: name, ...endpoint } };
  await registerModel(ctx('engineer'), { ...input, ...more });
  return directory;
}

const events = async (type: string, name: string) =>
  (await history(ctx('auditor'), app.services.ledger.systemSubject)).filter(
    (event) => event.type === type && event.data.name === name,
  );

beforeAll(async () => {
  app = await openTestApp();
  await store(false, [
    question('t-plain', 'Which vitamin do newborns receive against bleeding?'),
    question('t-near', `${vignette} What should be done about the ratio now?`),
  ]);
  await store(true, [
    question('x-far', 'Which organ makes insulin?'),
    question('x-near', `${vignette} What should be done about the ratio today?`),
  ]);
});
afterAll(() => app.close());

const trained = (...ids: string[]): Pick<RegisterInput, 'release' | 'trainedOn'> => ({ release: 'r', trainedOn: ids });

test('the statement of a registered model lies beside the models, and anybody can hold the files against it', async () => {
  const directory = await local('signed');
  const signature = join(app.root, 'models/signatures/signed.dsse.json');
  const options = { signature, policy: join(app.root, 'models/signatures/policy.txt') };
  expect(await verifyModel(directory, options)).toMatchObject({ result: 'passed', model: 'signed', files: 2 });
  const routed = await app.as('auditor').send('GET', `${models}/signed/signature`);
  expect(routed.body).toEqual(JSON.parse(readFileSync(signature, 'utf8')));
  const [event] = await events('model.registered', 'signed');
  expect(event?.data.statementSha256).toBe(sha256Hex(readFileSync(signature)));
  const weights = join(directory, 'signed.safetensors');
  const bytes = readFileSync(weights);
  writeFileSync(weights, Buffer.concat([bytes.subarray(0, 3), Buffer.of((bytes[3] ?? 0) ^ 1), bytes.subarray(4)]));
  expect(await verifyModel(directory, options)).toMatchObject({
    result: 'failed',
    exitCode: 1,
    faults: [{ file: 'signed.safetensors', problem: 'changed' }],
  });
});

test('a file that was changed since the registration keeps a model from being approved, and is named', async () => {
  const directory = await local('changed');
  writeFileSync(join(directory, 'sub/config.json'), 'other');
  await expect(approveModel(ctx('release-approver'), 'changed')).rejects.toThrow(/sub\/config\.json has the SHA-256/);
});

test('weights that are elsewhere have no statement, until they are here when the model is approved', async () => {
  const bytes = 'brought later';
  const path = 'weights/elsewhere.safetensors';
  await local('elsewhere', { files: [{ path, sha256: sha256Hex(bytes) }] });
  expect((await getModel(ctx('auditor'), 'elsewhere')).signature).toBeUndefined();
  expect((await app.as('auditor').send('GET', `${models}/elsewhere/signature`)).status).toBe(404);
  writeFileSync(join(app.root, path), bytes);
  expect(await approveModel(ctx('release-approver'), 'elsewhere')).toMatchObject({ filesVerified: true });
  const { signature } = await getModel(ctx('auditor'), 'elsewhere');
  expect(signature?.sha256).toMatch(/^[0-9a-f]{64}$/);
  const [approval] = await events('model.approved', 'elsewhere');
  expect(approval?.data.statementSha256).toBe(signature?.sha256);
});

test('near-duplicates of an evaluation set are shown, and a person has to say why they do not matter', async () => {
  await local('near', trained('t-plain', 't-near'));
  const { near, obstacle, overlaps } = await getModel(ctx('auditor'), 'near');
  expect(near).toMatchObject({
    compared: 2,
    unread: 0,
    benchmark: 2,
    sets: [{ set: 'exam-en', questions: 1, pairs: [{ benchmark: 'x-near', training: 't-near' }] }],
  });
  expect(near.sets[0]?.pairs[0]?.similarity).toBeGreaterThanOrEqual(0.8);
  expect([overlaps, obstacle]).toEqual([[], undefined]);
  const listed = await listModels(ctx('auditor'), { limit: 100 });
  expect(listed.find((one) => one.name === 'near')).toMatchObject({ overlapping: 0, near: 1 });
  await expect(approveModel(ctx('release-approver'), 'near')).rejects.toThrow(/x-near like t-near/);
  const note = 'asks about another day';
  expect(await approveModel(ctx('release-approver'), 'near', { note })).toMatchObject({ state: 'approved' });
  const [event] = await events('model.approved', 'near');
  expect(event?.data).toMatchObject({ nearDuplicates: 1, note });
});

test('near-duplicates that a parent was trained on, and sets imported afterwards, count as well', async () => {
  await local('parent', trained('t-near'));
  await local('heir', { kind: 'adapter', base: 'parent', ...trained('t-plain') });
  expect((await getModel(ctx('auditor'), 'heir')).near.sets).toMatchObject([{ set: 'exam-en', questions: 1 }]);
  await local('early', trained('t-plain'));
  expect((await getModel(ctx('auditor'), 'early')).near.sets).toEqual([]);
  const later = { ...question('y-near', 'Which vitamin do all newborns receive against bleeding?'), set: 'later' };
  await store(true, [later]);
  const listed = await listModels(ctx('auditor'), { limit: 100 });
  expect(listed.find((one) => one.name === 'early')?.near, 'not sought since').toBeUndefined();
  expect((await getModel(ctx('auditor'), 'early')).near.sets).toMatchObject([{ set: 'later', questions: 1 }]);
  await expect(approveModel(ctx('release-approver'), 'early')).rejects.toThrow(/y-near like t-plain/);
});

test('a question that was erased is counted as not compared', async () => {
  await store(false, [question('t-gone', 'Which drug lowers uric acid?')]);
  await local('forgetful', trained('t-gone', 't-plain'));
  await transact(ctx('engineer'), (ctx) => eraseQuestion(ctx, 't-gone'));
  expect((await getModel(ctx('auditor'), 'forgetful')).near).toMatchObject({ compared: 1, unread: 1 });
});

test('overlaps stand in the list, also those of a parent', async () => {
  await store(false, [question('t-exact', 'Which organ makes insulin?')]);
  await local('exact', trained('t-exact'));
  await local('heir-of-exact', { kind: 'adapter', base: 'exact' });
  const listed = await listModels(ctx('auditor'), { limit: 100 });
  for (const name of ['exact', 'heir-of-exact'])
    expect(listed.find((one) => one.name === name)).toMatchObject({ overlapping: 1 });
  expect(listed.find((one) => one.name === 'heir-of-exact')?.baseName).toBe('exact');
});

test('whoever registered a model does not approve it', async () => {
  const both = app.services.contextFor({ id: 'two-hats', name: 'Both', roles: ['engineer', 'release-approver'] });
  const file = [{ path: 'far', sha256: sha256Hex('two-hats') }];
  await registerModel(both, { name: 'own', kind: 'base', files: file, endpoint: endpointOf('own') });
  await expect(approveModel(both, 'own')).rejects.toMatchObject({ code: 'forbidden' });
});

function endpointOf(model: string): RegisterInput['endpoint'] {
  return { type: 'openai', baseUrl: 'http://127.0.0.1:9/v1', model, concurrency: 1, timeoutMs: 1000, maxRetries: 0 };
}

test('a retired model is served no more and never approved again; the event says who, from what and why', async () => {
  await local('old');
  await approveModel(ctx('release-approver'), 'old');
  for (const role of ['engineer', 'steward', 'admin', 'auditor'] as const)
    await expect(retireModel(ctx(role), 'old', { reason: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
  const retired = await retireModel(ctx('release-approver'), 'old', { reason: 'superseded' });
  expect(retired).toMatchObject({
    state: 'retired',
    approvedBy: 'the-release-approver',
    retiredBy: 'the-release-approver',
    retirementReason: 'superseded',
  });
  expect(await retireModel(ctx('release-approver'), 'old', { reason: 'again' })).toEqual(retired);
  expect((await events('model.retired', 'old')).map((event) => event.data)).toEqual([
    expect.objectContaining({ from: 'approved', reason: 'superseded', signature: expect.anything() }),
  ]);
  await expect(approveModel(ctx('release-approver'), 'old')).rejects.toMatchObject({ code: 'conflict' });
  const asked = await app.as('application').send('POST', '/v1/chat/completions', {
    model: 'old',
    messages: [{ role: 'user', content: '?' }],
  });
  expect(asked.status).toBe(404);
  expect((await getModel(ctx('auditor'), 'old')).signs).toEqual({});
});

test('the routes of retirement and signature are for whom they should be', async () => {
  await local('routed');
  const reply = (role: Role, body: object) => app.as(role).send('POST', `${models}/routed/retirement`, body);
  expect((await reply('engineer', { reason: 'x' })).status).toBe(403);
  expect((await reply('release-approver', {})).status).toBe(400);
  expect((await reply('release-approver', { reason: 'x' })).body).toMatchObject({ state: 'retired' });
  expect((await app.anonymous('GET', `${models}/routed/signature`)).status).toBe(401);
});
