import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { openCollectedApp } from '../../test/collected.ts';
import { exampleFolder, importQuestions } from '../../test/example.ts';
import { writePassword } from '../accounts/credential-store.ts';
import { hashPassword } from '../accounts/password.ts';
import type { Role } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { canonicalBytes } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { teacherMessages } from '../generation/prompt.ts';
import { appendEvent, eventData } from '../ledger/actions.ts';
import { parseEnvelope } from '../ledger/attestations/dsse.ts';
import { decodeStatement } from '../ledger/attestations/statement.ts';
import { signerFromSeed } from '../ledger/keys/ed25519.ts';
import type { Opening } from '../ledger/schema.ts';
import { chainOf } from '../ledger/store.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { allReleases, createRelease, getRelease, releaseExclusions } from './actions.ts';
import { approveRelease } from './approve.ts';
import { auditRelease, auditWorkspace } from './audit/audit.ts';
import { exportRelease } from './export/export.ts';
import type { Release } from './schema.ts';

let app: TestApp;
let release: Release & { path?: string };
let scratch = '';

async function as(role: Role): Promise<Context> {
  const { id, send } = app.as(role);
  await send('GET', '/v1/accounts'); // enrols the account when first used
  return app.services.contextFor({ id, name: id, roles: [role] });
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'release-'));
  app = await openCollectedApp(['guard'], { workers: true });
  await importQuestions(app, [`${exampleFolder}/exam.jsonl`], { dataset: 'exam', benchmark: true });
  await createRelease(await as('steward'), { name: 'one', leaves: 'all' });
  release = await approveRelease(await as('release-approver'), 'one');
});
afterAll(async () => {
  await app.close();
  await rm(scratch, { recursive: true });
});

const path = (): string => release.path ?? '';
const lines = <T = Record<string, unknown>>(file: string): T[] =>
  readFileSync(join(path(), file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T); // written by the code under test; what matters of it is asserted

async function digests(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[file.slice(directory.length + 1)] = sha256Hex(await readFile(file));
  }
  return found;
}

test('a frozen release holds every accepted instance that passes the gate, and verifies', async () => {
  expect(release).toMatchObject({ state: 'frozen', createdBy: 'test-steward', approvedBy: 'test-release-approver' });
  const report = await verifyExport(path());
  expect(report).toMatchObject({ result: 'passed', exitCode: 0, findings: [] });
  expect(await verifyExport(`${path()}/`)).toEqual(report);
  const rows = [...lines('data/train.jsonl'), ...lines('data/validation.jsonl')];
  expect(rows).toHaveLength(release.summary.counts.rows);
  expect(rows.length + (await releaseExclusions(await as('auditor'), 'one')).length).toBe(release.summary.candidates);
  expect(await auditRelease(await as('auditor'), 'one')).toMatchObject({ findings: [] });
  expect(await auditWorkspace(await as('auditor'))).toMatchObject({ findings: [], pending: 0 });
});

test('whoever may see a release gets its policy, gate and seal to check, and of the system chain nothing else', async () => {
  const { body } = await app.as('release-approver').send('GET', '/v1/releases/one/openings');
  const { openings } = body as { openings: Opening[] };
  const events = openings.map(({ envelope = '' }) =>
    decodeStatement(parseEnvelope(Buffer.from(envelope, 'base64')).payload),
  );
  expect(events.map((event) => event.predicate.type)).toEqual(['policy.published', 'gate.decided', 'dataset.sealed']);
  expect(openings.at(-1)?.index).toBe(release.anchor?.sealIndex);
  expect((await app.as('reviewer').send('GET', '/v1/releases/one/openings')).status).toBe(403);
  expect((await app.as('steward').send('GET', '/v1/releases/none/openings')).status).toBe(404);
});

test('the approver signs what the seal seals, and the log says that a program signed in their name', async () => {
  const { body } = await app.as('release-approver').send('GET', '/v1/releases/one/openings');
  const [gate, seal] = (body as { openings: Opening[] }).openings
    .slice(-2)
    .map(({ envelope = '' }) => eventData(Buffer.from(envelope, 'base64')));
  const { release: name, policy, createdBy, counts, roots } = seal ?? {};
  const digest = sha256Hex(canonicalBytes({ release: name, policy, createdBy, counts, roots }));
  const account = 'test-release-approver';
  expect(gate?.signature).toMatchObject({ account, name: account, meaning: 'approval', digest, method: 'token' });
});

test('a person in a browser approves nothing without proving anew who they are', async () => {
  const draft = await createRelease(await as('steward'), { name: 'proven', leaves: 'all' });
  const ctx = await as('release-approver');
  const person = { ...ctx, actor: { ...ctx.actor, via: 'session' as const } };
  await expect(approveRelease(person, 'proven')).rejects.toMatchObject({ details: { needs: 'proof' } });
  const wrong = { method: 'password' as const, password: 'not the password' };
  await transact(ctx, async ({ tx }) =>
    writePassword(tx, ctx.actor.id, await hashPassword('the password'), new Date()),
  );
  await expect(approveRelease(person, 'proven', { proof: wrong })).rejects.toThrow('password is wrong');
  expect(await getRelease(ctx, 'proven')).toMatchObject({ state: 'draft', approvalDigest: draft.approvalDigest });
  const proof = { method: 'password' as const, password: 'the password' };
  expect(await approveRelease(person, 'proven', { proof })).toMatchObject({ state: 'frozen' });
  const chain = await chainOf(app.services.db, ctx.ledger, ctx.ledger.systemSubject);
  const gate = chain.findLast(({ type }) => type === 'gate.decided')?.opening;
  const signature = gate === undefined ? undefined : eventData(gate.envelope).signature;
  expect(signature).toMatchObject({ method: 'password', digest: draft.approvalDigest });
});

test('a row has the words the teacher was asked with, the final text, and the scores of its reviewers', async () => {
  type Row = { id: string; prompt: unknown; completion: [{ content: string }]; question: never; signals: unknown };
  const rows = [...lines<Row>('data/train.jsonl'), ...lines<Row>('data/validation.jsonl')];
  const edited = rows.find((row) => row.id === 'g-en-015');
  expect(edited?.signals).toMatchObject({
    by: 'panel',
    edited: true,
    round: 1,
    scores: { 'risk-identification': [5], timeliness: [5], adequacy: [4] },
  });
  expect(edited?.completion[0].content).toContain('Warmth, yes; a false story, no, whatever role I play.');
  for (const row of rows) expect(row.prompt).toEqual(teacherMessages(app.services.profile, row.question));
});

test('preference pairs put the edited text over the original and the approved one over failed rounds', () => {
  type Pair = { id: string; reason: string; chosen: [{ content: string }]; rejected: [{ content: string }] };
  const pairs = lines<Pair>('data/preferences.jsonl');
  const rows = [...lines('data/train.jsonl'), ...lines('data/validation.jsonl')] as unknown as {
    id: string;
    completion: [{ content: string }];
  }[];
  expect(new Set(pairs.map((pair) => pair.reason))).toEqual(new Set(['edited', 'later-round', 'panel-edited']));
  for (const pair of pairs) {
    const row = rows.find((one) => one.id === pair.id.split('/')[0]);
    expect(pair.chosen[0].content).toBe(row?.completion[0].content);
    expect(pair.rejected[0].content).not.toBe(pair.chosen[0].content);
  }
});

test('no group stands in both splits', () => {
  const groups = (file: string): Set<unknown> => new Set(lines(file).map((row) => row.group));
  const validation = groups('data/validation.jsonl');
  expect([...groups('data/train.jsonl')].filter((group) => validation.has(group))).toEqual([]);
  expect(validation.size).toBeGreaterThan(0);
});

test('the same data give the same bytes, also after an interruption and when the log has grown since', async () => {
  const before = await digests(path());
  await rm(path(), { recursive: true });
  await app.services.db.query(`UPDATE dataset_release SET state = 'sealed' WHERE name = 'one'`);
  const admin = await as('admin');
  for (let i = 0; i < 300; i++)
    await transact(admin, (ctx) => appendEvent(ctx, { type: 'eval.completed', data: { n: i } }));
  await app.services.sequencer.flush();
  await approveRelease(await as('release-approver'), 'one');
  expect(await digests(path())).toEqual(before);
  expect((await verifyExport(path())).exitCode).toBe(0);
});

test('a release that was sealed and then interrupted is finished as sealed, whatever was accepted or taken back since', async () => {
  const before = await digests(path());
  const { db, workspace } = app.services;
  await rename(path(), join(workspace.releases, '.one.partial'));
  await db.query(`UPDATE dataset_release SET state = 'sealed' WHERE name = 'one'`);
  await db.query(`UPDATE instance SET state = 'panel' WHERE question_id = 'g-en-015'`);
  await approveRelease(await as('release-approver'), 'one');
  await db.query(`UPDATE instance SET state = 'accepted' WHERE question_id = 'g-en-015'`);
  expect(await digests(path())).toEqual(before);
});

test('an export without the leaves of others verifies too, and says what it cannot show', async () => {
  await createRelease(await as('steward'), { name: 'own-leaves', leaves: 'own' });
  const own = await approveRelease(await as('release-approver'), 'own-leaves');
  const report = await verifyExport(own.path ?? '');
  expect(report.exitCode).toBe(0);
  expect(report.notes.join()).toContain('no entry bundles');
  expect(Object.keys(await digests(own.path ?? '')).some((file) => file.includes('tile/entries'))).toBe(false);
});

test('whoever prepared a release cannot approve it, and only a steward prepares one', async () => {
  await expect(createRelease(await as('release-approver'), { name: 'two', leaves: 'all' })).rejects.toThrow('steward');
  await createRelease(await as('steward'), { name: 'two', leaves: 'all' });
  await expect(approveRelease(await as('steward'), 'two')).rejects.toThrow('release-approver');
  const both = app.services.contextFor({ id: 'test-steward', name: 'x', roles: ['release-approver'] });
  await expect(approveRelease(both, 'two')).rejects.toThrow('prepared this release and may not approve it');
});

test('a draft whose instances have changed since is refused and can be made anew', async () => {
  await createRelease(await as('steward'), { name: 'stale', leaves: 'all' });
  const { counts } = (await getRelease(await as('auditor'), 'stale')).summary;
  await app.services.db.query(`UPDATE instance SET state = 'panel' WHERE question_id = 'g-en-015'`);
  await expect(approveRelease(await as('release-approver'), 'stale')).rejects.toThrow('Make the draft anew');
  const anew = await createRelease(await as('steward'), { name: 'stale', leaves: 'all' });
  expect(anew.summary.counts.rows).toBe(counts.rows - 1);
  await app.services.db.query(`UPDATE instance SET state = 'accepted' WHERE question_id = 'g-en-015'`);
});

test('a licence that is not allowed, or none, keeps a question out, with its reason', async () => {
  await createRelease(await as('steward'), { name: 'strict', licences: ['CC-BY-4.0'], leaves: 'all' });
  const { summary } = await getRelease(await as('auditor'), 'strict');
  expect(summary.counts.rows).toBe(0);
  expect(summary.excluded).toEqual({ 'licence-forbidden': summary.candidates });
  const [first] = await releaseExclusions(await as('auditor'), 'strict');
  expect(first?.reasons[0]?.text).toBe('the licence CC0-1.0 is not one of CC-BY-4.0');
});

test('a review signed by a key the log does not know keeps its example from being published', async () => {
  const [instance] = await app.services.db.query<{ id: string }>(
    `SELECT id FROM instance WHERE state = 'accepted' AND question_id LIKE 'g-zh-%' ORDER BY question_id LIMIT 1`,
  );
  const steward = await as('steward');
  const foreign = { ...steward, ledger: { ...steward.ledger, signer: signerFromSeed(Buffer.alloc(32, 9)) } };
  await transact(foreign, (ctx) =>
    appendEvent(ctx, { subject: instance?.id ?? '', type: 'incident.recorded', data: { forged: true } }),
  );
  await createRelease(steward, { name: 'forged', leaves: 'all' });
  const refusal = approveRelease(await as('release-approver'), 'forged');
  await expect(refusal).rejects.toThrow('signed by no key enrolled');
  expect(await getRelease(await as('auditor'), 'forged')).toMatchObject({ state: 'sealed' });
  const audit = await auditWorkspace(await as('auditor'));
  expect(audit.findings.map((finding) => finding.problem).join()).toContain('incident.recorded');
});

test.each(['trl-sft', 'trl-reward', 'trl-grpo', 'llama-factory-dpo', 'verl-grpo'] as const)(
  'an export in the form of %s has one line a sealed row or pair of each split',
  async (format) => {
    const reply = await exportRelease(await as('engineer'), { name: 'one', format });
    const { counts } = release.summary;
    const total = format === 'trl-reward' || format === 'llama-factory-dpo' ? counts.preferences : counts.rows;
    expect(reply.files.slice(0, 2).reduce((sum, file) => sum + file.lines, 0)).toBe(total);
    const again = await exportRelease(await as('engineer'), { name: 'one', format, out: join(scratch, format) });
    expect(again.files).toEqual(reply.files);
  },
);

test('nothing is exported from a release whose files were altered', async () => {
  await cp(path(), join(scratch, 'kept'), { recursive: true });
  const file = join(path(), 'data/train.jsonl');
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(file, bytes);
  const refused = exportRelease(await as('engineer'), { name: 'one', format: 'trl-sft' });
  await expect(refused).rejects.toThrow('is not what was sealed');
  await cp(join(scratch, 'kept'), path(), { recursive: true });
});

test('over HTTP a draft is made, approved, exported and fetched by the roles that may', async () => {
  const [steward, approver, engineer] = [app.as('steward'), app.as('release-approver'), app.as('engineer')];
  expect((await steward.send('POST', '/v1/releases', { name: 'by-http' })).status).toBe(201);
  expect((await steward.send('POST', '/v1/releases/by-http/approval', {})).status).toBe(403);
  expect((await steward.send('POST', '/v1/releases', { name: '../x' })).status).toBe(400);
  expect((await app.as('reviewer').send('GET', '/v1/releases/by-http')).status).toBe(403);
  expect((await engineer.send('POST', '/v1/releases/by-http/exports', { format: 'trl-sft' })).status).toBe(409);
  const { body } = await app.as('auditor').send('GET', '/v1/releases/one/files');
  expect((body as { files: { name: string }[] }).files.map((file) => file.name)).toContain('provenance/checkpoint');
  const checkpoint = await engineer.send('GET', '/v1/releases/one/files/provenance/checkpoint');
  expect(checkpoint.body).toBe(await readFile(join(path(), 'provenance/checkpoint'), 'utf8'));
  for (const file of ['../../safemed.yaml', '%2e%2e/%2e%2e/safemed.yaml', 'nothing'])
    expect((await engineer.send('GET', `/v1/releases/one/files/${file}`)).status).toBe(404);
  expect((await approver.send('GET', '/v1/releases/by-http/exclusions')).status).toBe(200);
  expect((await app.as('auditor').send('GET', '/v1/releases/one/audit')).status).toBe(200);
});

test('releases are listed with their state', async () => {
  const states = (await allReleases(await as('auditor'))).map((one) => [one.name, one.state]);
  expect(Object.fromEntries(states)).toMatchObject({ one: 'frozen', two: 'draft', strict: 'draft' });
  await expect(createRelease(await as('steward'), { name: 'one', leaves: 'all' })).rejects.toThrow('is frozen');
});
