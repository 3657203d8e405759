import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { issueToken } from '../accounts/actions.ts';
import { createApp } from '../server/app.ts';
import { insertEvidence } from './store.ts';

const sha256 = 'a'.repeat(64);
let app: TestApp;

beforeAll(async () => {
  app = await openTestApp();
  const path = join(app.root, 'evidence', 'aaaa');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'evidence.html'), '<!doctype html><style>p{}</style><p>Evidence</p>');
  const pack = { sha256, path, release: 'one', claims: 1, by: 'test', at: new Date('2026-01-01T00:00:00Z') };
  await app.services.db.transaction((tx) => insertEvidence(tx, pack));
});
afterAll(() => app.close());

test('the overview of an empty workspace counts nothing and names all stages', async () => {
  const { status, body } = await app.as('engineer').send('GET', '/v1/overview');
  expect(status).toBe(200);
  const { stages, evidence } = body as { stages: { name: string; count: number }[]; evidence: unknown };
  expect(stages.map((stage) => stage.name)).toEqual([
    'questions',
    'traces',
    'reviews',
    'panel',
    'instances',
    'releases',
    'training',
    'models',
    'redteam',
    'evaluation',
    'evidence',
  ]);
  expect(stages.filter((stage) => stage.count > 0).map((stage) => stage.name)).toEqual(['evidence']);
  expect(evidence).toEqual({ sha256, issuedAt: '2026-01-01T00:00:00.000Z' });
});

test('an administrator gets the overview without the stages that only others may see', async () => {
  const { status, body } = await app.as('admin').send('GET', '/v1/overview');
  expect(status).toBe(200);
  const names = (body as { stages: { name: string }[] }).stages.map((stage) => stage.name);
  expect(names).toContain('models');
  expect(names).not.toContain('redteam');
  expect(names).not.toContain('evidence');
});

test('the names of the profile are there for every account and for nobody else', async () => {
  const { status, body } = await app.as('reviewer').send('GET', '/v1/profile');
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: { en: 'Medicine', zh: '医学' } });
  expect((body as { dimensions: unknown[] }).dimensions).toHaveLength(20);
  expect((await app.anonymous('GET', '/v1/profile')).status).toBe(401);
});

test('an issued evidence page is served to those who may read it, and its policy lets it run nothing', async () => {
  const path = `/v1/evidence/${sha256}/evidence.html`;
  expect(await app.as('auditor').send('GET', path)).toMatchObject({ status: 200 });
  expect((await app.as('reviewer').send('GET', path)).status).toBe(403);
  expect((await app.anonymous('GET', path)).status).toBe(401);
  const admin = app.services.contextFor({ id: 'test-admin', name: 'Test admin', roles: ['admin'] });
  const token = await issueToken(admin, { account: 'test-auditor', label: 'browser' });
  const headers = { authorization: `Bearer ${token}` };
  const policy = async (path: string): Promise<string> =>
    (await createApp(app.services).request(path, { headers })).headers.get('content-security-policy') ?? '';
  expect(await policy(path)).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  );
  expect(await policy('/v1/overview')).not.toContain('unsafe-inline');
});

test('a digest that was not issued leads to no file, whatever it looks like', async () => {
  const auditor = app.as('auditor');
  for (const name of ['b'.repeat(64), '..%2f..%2fkeys', '%2e%2e'])
    expect((await auditor.send('GET', `/v1/evidence/${name}/evidence.html`)).status).toBe(404);
});

test('a page that is missing from the disk is told, with what to do', async () => {
  rmSync(join(app.root, 'evidence'), { recursive: true });
  const reply = await app.as('auditor').send('GET', `/v1/evidence/${sha256}/evidence.html`);
  expect(reply).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
});
