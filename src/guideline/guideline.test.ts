import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { exampleFolder, importQuestions } from '../../test/example.ts';
import { canonicalBytes } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { openInstances } from '../generation/actions.ts';
import { GenerateInput } from '../generation/schema.ts';
import { eventData } from '../ledger/actions.ts';
import { systemEventsOf } from '../ledger/chains.ts';
import { currentGuidelineVersion, publishFirstGuideline } from './actions.ts';
import type { CurrentGuideline, Gap, GuidelineSummary, GuidelineVersion } from './schema.ts';

let app: TestApp;
let instance: string;
beforeAll(async () => {
  app = await openTestApp({ workers: true });
  await importQuestions(app, [`${exampleFolder}/questions-ethics.jsonl`], { dataset: 'ethics' });
  await openInstances(context('engineer'), GenerateInput.parse({ dataset: 'ethics' }));
  const { body } = await app.as('engineer').send('GET', '/v1/instances?limit=1');
  instance = (body as { instances: { id: string }[] }).instances[0]!.id;
});
afterAll(() => app.close());

const context = (role: 'engineer' | 'admin') =>
  app.services.contextFor({ id: `test-${role}`, name: role, roles: [role] });
const steward = () => app.as('steward');

async function current(): Promise<CurrentGuideline> {
  return (await app.as('reviewer').send('GET', '/v1/guideline')).body as CurrentGuideline;
}

async function publish(change: (content: GuidelineVersion['content']) => void, more: object = {}) {
  const { version, content } = await current();
  change(content);
  return steward().send('POST', '/v1/guideline', { base: version, content, note: 'Clearer.', ...more });
}

async function file(more: object = {}): Promise<Gap> {
  const gap = { cause: 'ambiguous-text', text: 'Is a missing unit a wrong dose?', ...more };
  const { status, body } = await app.as('reviewer').send('POST', '/v1/guideline/gaps', gap);
  expect(status).toBe(201);
  return body as Gap;
}

test("before anything is published there is no guideline, and then the profile's is version 1, once", async () => {
  expect(await currentGuidelineVersion(context('admin'))).toBeUndefined();
  expect((await steward().send('GET', '/v1/guideline')).status).toBe(404);
  await publishFirstGuideline(context('admin'));
  await publishFirstGuideline(context('admin'));
  expect(await currentGuidelineVersion(context('admin'))).toBe(1);
  expect(await current()).toMatchObject({
    version: 1,
    content: app.services.profile.guideline,
    can: { publish: false, report: true },
  });
  expect(await systemEventsOf(context('admin'), 'guideline.published')).toHaveLength(1);
});

test('a steward publishes the next version, and the log holds the digest of exactly that content', async () => {
  const { status, body } = await publish((content) => {
    content.sections[0]!.text = { en: 'Read first.', zh: '请先阅读。' };
  });
  expect(status).toBe(201);
  const version = body as GuidelineVersion;
  const events = await systemEventsOf(context('admin'), 'guideline.published');
  const data = eventData(events.at(-1)!.opening!.envelope);
  expect(data).toMatchObject({ version: 2, sha256: sha256Hex(canonicalBytes(version.content)), note: 'Clearer.' });
  expect(events.at(-1)).toMatchObject({ actor: steward().id, seq: version.eventSeq });
});

test('earlier versions stay as they were', async () => {
  const { body } = await steward().send('GET', '/v1/guideline/versions');
  const { versions } = body as { versions: GuidelineSummary[] };
  expect(versions.map((one) => one.version)).toEqual([2, 1]);
  const first = (await steward().send('GET', '/v1/guideline/versions/1')).body as GuidelineVersion;
  expect(first.content).toEqual(app.services.profile.guideline);
  await expect(app.services.db.query(`UPDATE guideline_version SET note = 'x'`)).rejects.toThrow(/append-only/);
  expect((await steward().send('GET', '/v1/guideline/versions/99')).status).toBe(404);
  expect((await steward().send('GET', '/v1/guideline/versions/first')).status).toBe(400);
});

test('nobody publishes over a version that they have not seen, and nothing is stored then', async () => {
  const { content } = await current();
  const late = await steward().send('POST', '/v1/guideline', { base: 1, content, note: 'Late.' });
  expect(late).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('Version 2') } } });
  expect((await current()).version).toBe(2);
});

test('of two stewards who publish at the same moment one gets the number and the other is told', async () => {
  const { version, content } = await current();
  const both = await Promise.all(
    ['One.', 'Two.'].map((en) => {
      const sections = content.sections.map((section, at) =>
        at === 0 ? { ...section, text: { en, zh: '一' } } : section,
      );
      return steward().send('POST', '/v1/guideline', { base: version, content: { ...content, sections }, note: en });
    }),
  );
  expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
});

test('what no reader could follow is refused: an unknown criterion, a criterion left unexplained, no change', async () => {
  const unknown = await publish((content) => {
    content.sections[0]!.criterion = 'beauty';
  });
  expect(unknown).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('"beauty"') } } });
  const lacking = await publish((content) => {
    content.sections = content.sections.filter((section) => section.criterion !== 'adequacy');
  });
  expect(lacking).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('"adequacy"') } } });
  expect((await publish(() => undefined)).status).toBe(400);
});

test('only stewards publish, and only people who review or decide report gaps', async () => {
  const { version, content } = await current();
  for (const role of ['reviewer', 'panel-chair', 'engineer', 'admin'] as const) {
    const reply = await app.as(role).send('POST', '/v1/guideline', { base: version, content, note: 'No.' });
    expect(reply.status).toBe(403);
  }
  const gap = { cause: 'edge-case', text: 'A gap.' };
  expect((await app.as('engineer').send('POST', '/v1/guideline/gaps', gap)).status).toBe(403);
  expect((await app.as('panel-chair').send('POST', '/v1/guideline/gaps', gap)).status).toBe(201);
});

test('a reported gap is open until a version answers it, and its reporter sees the answer', async () => {
  const gap = await file({ instance, section: 'marks' });
  const open = (await steward().send('GET', '/v1/guideline/gaps')).body as { gaps: Gap[] };
  expect(open.gaps).toContainEqual(gap);
  const answers = [{ gap: gap.id, text: 'Yes: see “Marking steps”.' }];
  const { body } = await publish(
    (content) => {
      content.sections[1]!.text.en += '\nA missing unit is a wrong dose.';
    },
    { answers },
  );
  const { version } = body as GuidelineVersion;
  const own = (await app.as('reviewer').send('GET', '/v1/guideline/gaps?state=answered')).body as { gaps: Gap[] };
  expect(own.gaps).toEqual([{ ...gap, answer: { version, text: answers[0]!.text } }]);
  const again = await publish(
    (content) => {
      content.sections[1]!.text.en += '\nMore.';
    },
    { answers },
  );
  expect(again.status).toBe(409);
  expect((await current()).version).toBe(version);
});

test("reviewers do not see each other's gaps, for these could tell what a peer thinks of an instance", async () => {
  const gap = await file({ instance });
  for (const role of ['ethics-reviewer', 'adjudicator', 'engineer'] as const) {
    const { body } = await app.as(role).send('GET', '/v1/guideline/gaps?state=all');
    expect((body as { gaps: Gap[] }).gaps.map((one) => one.id)).not.toContain(gap.id);
  }
});

test('a gap names an instance that exists, or none', async () => {
  const wrong = { cause: 'subjective', text: 'Where?', instance: randomUUID() };
  expect((await app.as('reviewer').send('POST', '/v1/guideline/gaps', wrong)).status).toBe(404);
});

test('erasing an example destroys what was reported at it, and nothing else', async () => {
  const elsewhere = await file();
  const at = await file({ instance });
  const officer = await app.account('officer', ['privacy-officer']);
  const erased = await officer('POST', '/v1/erasures', { record: instance, reason: 'imported-in-error' });
  expect(erased.status).toBe(201);
  const left = ((await steward().send('GET', '/v1/guideline/gaps?state=all')).body as { gaps: Gap[] }).gaps;
  expect(left.map((gap) => gap.id)).toContain(elsewhere.id);
  expect(left.map((gap) => gap.id)).not.toContain(at.id);
  expect(left.filter((gap) => gap.instance === instance)).toEqual([]);
});
