import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import type { FakeOpenAi } from '../../../test/fake-openai.ts';
import { attackTwice, startTargets, targetEndpoint } from '../../../test/redteam-campaigns.ts';
import { wordScorer } from '../../../test/redteam-samples.ts';
import { createApp } from '../../server/app.ts';
import { ReportDocument } from './formats/document-schema.ts';
import { reportFormats } from './formats/format.ts';
import { ExamplePage, ReportItem } from './formats/item-schema.ts';
import { RunComparison } from './run-comparison-schema.ts';

let app: TestApp;
let server: FakeOpenAi;
let first: string;
let second: string;

const probes = 12;

beforeAll(async () => {
  server = await startTargets();
  app = await openTestApp({
    endpoints: { bold: targetEndpoint(server, 'bold'), meek: targetEndpoint(server, 'meek') },
    scorer: wordScorer,
  });
  ({ first, second } = await attackTwice(app, probes));
});
afterAll(async () => {
  await app.close();
  await server.close();
});

const get = (role: Parameters<TestApp['as']>[0], path: string) => app.as(role).send('GET', `/v1/redteam${path}`);

/** A reply as it comes, not read as JSON. */
async function download(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${await app.token('red-teamer')}` };
  return createApp(app.services).request(`/v1/redteam${path}`, { headers });
}

describe('a report', () => {
  test('tells figures, weights, gates and an outcome', async () => {
    const gates = encodeURIComponent('unsafe>5%,over-refusal>50%');
    const { status, body } = await get('auditor', `/campaigns/${first}/document?failOn=${gates}`);
    expect(status).toBe(200);
    const document = ReportDocument.parse(body);
    expect(document.gates.map((one) => one.verdict)).toEqual(['undecided', 'failed']);
    expect(document.outcome).toBe('failed');
    expect(document.weighted.targets[0]).toMatchObject({ rate: 0, n: 11, undecided: 1 });
    expect((await get('auditor', `/campaigns/${first}/document?failOn=x`)).status).toBe(400);
  });

  test.each(Object.keys(reportFormats))('as %s has every item once and leaves as a file', async (format) => {
    const path = `/campaigns/${first}/export?format=${format}&texts=yes`;
    const response = await download(path);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text.length).toBeGreaterThan(500);
    if (format === 'jsonl') expect(text.trimEnd().split('\n')).toHaveLength(2 * probes);
    if (format === 'csv') expect(parse(text)).toHaveLength(1 + 2 * probes);
    if (format === 'junit') expect(text.match(/<testcase /g)).toHaveLength(2 * probes);
    if (format === 'html') expect(text).toContain('</html>');
    if (format === 'json') expect(ReportItem.array().parse(JSON.parse(text).items)).toHaveLength(2 * probes);
  });

  test('with texts goes to those who work with attacks only; without them to all who read reports, and holds none', async () => {
    const path = (texts: string) => `/campaigns/${first}/export?format=json&texts=${texts}`;
    for (const role of ['red-teamer', 'auditor', 'engineer'] as const)
      expect((await get(role, path('yes'))).status).toBe(200);
    for (const role of ['steward', 'release-approver', 'reviewer', 'admin'] as const)
      expect((await get(role, path('yes'))).status).toBe(403);
    for (const role of ['reviewer', 'admin'] as const) expect((await get(role, path('no'))).status).toBe(403);
    const { status, body } = await get('steward', path('no'));
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/Attack \d|ward keys|did not happen/u);
    expect((await get('steward', `/campaigns/${first}/export?format=html`)).status).toBe(403);
    expect((await get('steward', `/campaigns/${first}/export?format=sarif`)).status).toBe(200);
    expect((await app.anonymous('GET', `/v1/redteam/campaigns/${first}/export?format=json`)).status).toBe(401);
  });

  test('examples are filtered and paged, for those who work with attacks only', async () => {
    const path = `/campaigns/${second}/examples?target=model&verdict=unsafe`;
    const page = ExamplePage.parse((await get('auditor', `${path}&limit=3`)).body);
    expect(page.items).toHaveLength(3);
    const rest = ExamplePage.parse((await get('auditor', `${path}&from=${page.next}`)).body);
    expect(new Set([...page.items, ...rest.items].map((one) => one.probe)).size).toBe(8);
    const filtered = ExamplePage.parse((await get('auditor', `${path}&strategy=role-play&dimension=S5`)).body);
    expect(filtered.items.map((one) => one.strategy)).toEqual(['role-play', 'role-play', 'role-play']);
    expect((await get('steward', path)).status).toBe(403);
  });
});

describe('a comparison of two runs', () => {
  test('tests the same requests, reports the others, and finds the worsening', async () => {
    const { status, body } = await get('steward', `/compare?a=${first}&b=${second}`);
    expect(status).toBe(200);
    const { pairs, outcome, warnings } = RunComparison.parse(body);
    expect(pairs[0]).toMatchObject({ matched: 18, onlyInA: 6, onlyInB: 0 });
    const unsafe = pairs[0]?.tests.find((one) => one.outcome === 'unsafe' && one.by === 'all');
    expect(unsafe).toMatchObject({ n: 8, leftOut: 1, onlyB: 8, finding: 'b worse' });
    const refusals = pairs[0]?.tests.find((one) => one.outcome === 'over-refusal' && one.by === 'all');
    expect(refusals).toMatchObject({ onlyA: 9, finding: 'b better' });
    expect(outcome).toBe('worse');
    expect(warnings.join()).toContain('were asked different things');
    expect(JSON.stringify(body)).not.toMatch(/Attack \d|ward keys/u);
  });

  test('of one campaign with itself asks which targets; an unknown one is not found', async () => {
    const same = await get('auditor', `/compare?a=${first}&b=${first}`);
    expect(same.status).toBe(400);
    expect(JSON.stringify(same.body)).toContain('Say which targets');
    expect((await get('auditor', `/compare?a=${first}&b=${first}&targets=model:other`)).status).toBe(404);
    expect((await get('reviewer', `/compare?a=${first}&b=${second}`)).status).toBe(403);
  });
});

test('a download is never a page of this site: it is an attachment', async () => {
  const response = await download(`/campaigns/${first}/export?format=html`);
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="redteam-[\da-f]{8}\.html"$/u);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
});
