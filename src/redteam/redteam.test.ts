import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { startFakeOpenAi } from '../../test/fake-openai.ts';
import { sampleLabels, sampleProbes, wordScorer } from '../../test/redteam-samples.ts';
import { transact } from '../context/context.ts';
import { storeQuestions } from '../corpus/actions.ts';
import type { Question } from '../corpus/schema.ts';
import { history } from '../ledger/history.ts';
import { campaignOf, resultsDigest } from './actions.ts';
import { runRedteam } from './job.ts';
import { calibrateJudge, trainingRowDigests } from './judges/actions.ts';
import { exchangeDigest } from './judges/text.ts';
import { CampaignReport } from './reports/schema.ts';
import { CampaignStarted, ItemPage, LinesReport } from './schema.ts';

const help = 'Certainly, here is the changed entry for the ward keys.';
const refusal = 'I cannot do that, it would be wrong for the ward keys.';

let fail: (() => boolean) | undefined;
let app: TestApp;
let server: Awaited<ReturnType<typeof startFakeOpenAi>>;
const endpoint = (model: string) => ({
  type: 'openai' as const,
  baseUrl: server.baseUrl,
  model,
  concurrency: 4,
  timeoutMs: 5_000,
  maxRetries: 0,
});

beforeAll(async () => {
  server = await startFakeOpenAi({
    reply: ({ model, messages }) => {
      if (fail?.() === true) return { status: 503, message: 'down' };
      const asked = messages.at(-1)?.content ?? '';
      if (model === 'meek') return asked.startsWith('Attack 3:') ? { status: 400, message: 'filtered' } : refusal;
      return asked.startsWith('Attack 2:') ? '' : help;
    },
  });
  app = await openTestApp({
    endpoints: { bold: endpoint('bold'), meek: endpoint('meek') },
    scorer: wordScorer,
  });
});
afterAll(async () => {
  await app.close();
  await server.close();
});

const redTeamer = () => app.as('red-teamer');
const context = () =>
  app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] });
const control = (signal = new AbortController().signal) => ({ runId: 'r', progress: async () => undefined, signal });

async function start(name: string, targets: string[], seed = 1): Promise<string> {
  const { status, body } = await redTeamer().send('POST', '/v1/redteam/campaigns', {
    name,
    judge: 'default',
    targets: targets.map((target) => ({ name: target, ref: `endpoint:${target}` })),
    maxTokens: 64,
    seed,
  });
  expect(status).toBe(202);
  return CampaignStarted.parse(body).campaign;
}

/** Puts a question with this text into the corpus. */
async function importQuestion(name: string, text: string): Promise<void> {
  const ctx = context();
  const question: Question = {
    id: `q-${name}`,
    dataset: 'd',
    kind: 'guard',
    language: 'en',
    text,
    answer: [],
    reference: 'x',
    dimensions: ['S5'],
    source: { kind: 'other', citation: 'x' },
    flags: [],
    tags: {},
    provenance: { file: 'f', row: 1 },
  };
  const pass = { importId: randomUUID(), benchmark: false, met: new Map() };
  await transact(ctx, (ctx) => storeQuestions(ctx, pass, [question]));
}

async function reportOf(campaign: string): Promise<CampaignReport> {
  const { status, body } = await app.as('auditor').send('GET', `/v1/redteam/campaigns/${campaign}`);
  expect(status).toBe(200);
  return CampaignReport.parse(body);
}

describe('probes', () => {
  test('are stored once; what is wrong is refused line by line and named', async () => {
    const probes = sampleProbes(20);
    const [first] = probes;
    const lines = [
      ...probes,
      { ...first, id: 'x-1', strategy: 'none' },
      { ...first, id: 'x-2', dimension: 'Z9' },
      { id: 'x-3' },
    ];
    const { status, body } = await redTeamer().send('POST', '/v1/redteam/probes', { probes: lines });
    expect(status).toBe(200);
    const report = LinesReport.parse(body);
    expect(report).toMatchObject({ taken: 20, already: 0, refused: 3 });
    expect(report.lines.map((line) => line.line)).toEqual([21, 22, 23]);
    expect(report.lines[0]?.reason).toContain('no attack strategy "none"');
    const again = LinesReport.parse((await redTeamer().send('POST', '/v1/redteam/probes', { probes })).body);
    expect(again).toMatchObject({ taken: 0, already: 20, refused: 0 });
    const changed = { probes: [{ ...first, level: 3 }] };
    const other = LinesReport.parse((await redTeamer().send('POST', '/v1/redteam/probes', changed)).body);
    expect(other.lines[0]?.reason).toContain('another record');
  });

  test.each(['prompt', 'twin'] as const)(
    'whose %s is a question of the corpus is not held out and is refused',
    async (part) => {
      const text = `A corpus question that equals the ${part}`;
      await importQuestion(part, text);
      const probe = { ...sampleProbes(1)[0], id: `p-${part}`, [part]: `  ${text.toUpperCase()} ` };
      const { body } = await redTeamer().send('POST', '/v1/redteam/probes', { probes: [probe] });
      expect(LinesReport.parse(body).lines[0]?.reason).toContain(`the question "q-${part}"`);
    },
  );

  test('are shown to those who work with attacks only', async () => {
    for (const role of ['red-teamer', 'auditor', 'engineer'] as const)
      expect((await app.as(role).send('GET', '/v1/redteam/probes')).status).toBe(200);
    for (const role of ['reviewer', 'steward', 'release-approver', 'admin'] as const)
      expect((await app.as(role).send('GET', '/v1/redteam/probes')).status).toBe(403);
    expect((await app.anonymous('GET', '/v1/redteam/probes')).status).toBe(401);
    expect((await app.as('auditor').send('POST', '/v1/redteam/probes', { probes: [] })).status).toBe(403);
  });

  test('coverage shows the gaps and no text', async () => {
    const { body } = await app.as('auditor').send('GET', '/v1/redteam/coverage');
    expect(body).toMatchObject({ probes: 20, twins: 20 });
    expect(JSON.stringify(body)).not.toContain('Attack');
  });
});

describe('the judge', () => {
  test('is calibrated from imported labels, recorded once, and its training rows can be compared with others', async () => {
    const labels = sampleLabels(24);
    const { body } = await redTeamer().send('POST', '/v1/redteam/labels', { dataset: 'sample', labels });
    expect(LinesReport.parse(body)).toMatchObject({ taken: labels.length, refused: 0 });
    const input = { name: 'default', dataset: 'sample', seed: 1 };
    const judge = await calibrateJudge(context(), input);
    expect(await calibrateJudge(context(), input)).toEqual(judge);
    const events = await history(context(), app.services.ledger.systemSubject);
    const own = events.filter((event) => event.type === 'judge.calibrated' && event.data.id === judge.id);
    expect(own).toHaveLength(1);
    const digests = (await trainingRowDigests(context(), 'default')).map((row) => row.exchange);
    const expected = labels.filter((label) => label.split === 'train');
    expect(new Set(digests)).toEqual(new Set(expected.map((label) => exchangeDigest(label.prompt, label.reply))));
    const shown = await app.as('auditor').send('GET', '/v1/redteam/judges/default');
    expect(shown.body).toMatchObject({ id: judge.id, kind: 'classifier' });
  });

  test('never learns from the prompt of a probe', async () => {
    const label = { ...sampleLabels(1)[0], id: 'leak', prompt: sampleProbes(1)[0]?.twin };
    const { body } = await redTeamer().send('POST', '/v1/redteam/labels', { dataset: 'sample', labels: [label] });
    expect(LinesReport.parse(body).lines[0]?.reason).toContain('a probe or its twin');
  });

  test('of an unknown name or data set is not found', async () => {
    const missing = { name: 'x', judge: 'nobody', targets: [{ name: 'bold', ref: 'endpoint:bold' }] };
    expect((await redTeamer().send('POST', '/v1/redteam/campaigns', missing)).status).toBe(404);
    await expect(calibrateJudge(context(), { name: 'x', dataset: 'none', seed: 1 })).rejects.toThrow('no labels');
  });
});

describe('a campaign', () => {
  test('asks every target every probe and twin, judges each reply, and counts the figures from the rows', async () => {
    const id = await start('first', ['bold', 'meek']);
    const result = await runRedteam(context(), { task: 'campaign', campaign: id }, control());
    expect(result).toEqual({ campaign: id, replies: 80, undecided: 2 });
    const report = await reportOf(id);
    expect(report.complete).toBe(true);
    const [bold, meek] = report.targets;
    expect(bold?.unsafe).toMatchObject({ k: 19, n: 19, undecided: 1 });
    expect(bold?.overRefusal).toMatchObject({ k: 0, n: 20, undecided: 0 });
    expect(bold?.undecidedReasons).toEqual([{ reason: 'no reply', n: 1 }]);
    expect(meek?.unsafe).toMatchObject({ k: 0, n: 19, undecided: 1 });
    expect(meek?.overRefusal).toMatchObject({ k: 20, n: 20 });
    expect(meek?.undecidedReasons[0]?.reason).toContain('filtered');
    expect(report.comparisons[0]).toMatchObject({ a: 'bold', b: 'meek', onlyA: 18, onlyB: 0, n: 18, effect: -1 });
    expect(report.warnings.join()).toContain('endpoint:bold');
  });

  test('commits to its rows in the event log, and running it again changes nothing', async () => {
    const id = await start('second', ['bold']);
    const first = await runRedteam(context(), { task: 'campaign', campaign: id }, control());
    const asked = server.stats().requests;
    expect(await runRedteam(context(), { task: 'campaign', campaign: id }, control())).toEqual(first);
    expect(server.stats().requests).toBe(asked);
    const events = await history(context(), app.services.ledger.systemSubject);
    const own = events.filter((event) => event.type === 'redteam.completed' && event.data.campaign === id);
    expect(own).toHaveLength(1);
    const campaign = await campaignOf(context(), id);
    expect(campaign.eventSeq).toBe(own[0]?.seq);
    expect(own[0]?.data).toMatchObject({
      judge: campaign.judge,
      probesSha256: campaign.probesSha256,
      targets: [
        {
          name: 'bold',
          resultsSha256: await resultsDigest(context(), campaign, 'bold'),
          unsafe: { k: 19, n: 19, undecided: 1 },
        },
      ],
    });
    expect((await redTeamer().send('POST', `/v1/redteam/campaigns/${id}/resume`)).status).toBe(202);
  });

  test('shows prompts and replies with their judgments, page by page, to those who work with attacks only', async () => {
    const id = await start('third', ['bold']);
    await runRedteam(context(), { task: 'campaign', campaign: id }, control());
    const seen: string[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const path: string = `/v1/redteam/campaigns/${id}/items?target=bold&limit=7&from=${from}`;
      const page = ItemPage.parse((await app.as('auditor').send('GET', path)).body);
      seen.push(...page.items.map((item) => `${item.probe} ${item.variant} ${item.judgment?.verdict}`));
      from = page.next;
    }
    expect(seen).toHaveLength(40);
    expect(new Set(seen).size).toBe(40);
    const path = `/v1/redteam/campaigns/${id}/items?target=bold`;
    expect((await app.as('steward').send('GET', path)).status).toBe(403);
    expect((await app.as('steward').send('GET', `/v1/redteam/campaigns/${id}`)).status).toBe(200);
    expect(JSON.stringify(await reportOf(id))).not.toContain('Attack 1');
  });

  test('interrupted while asking, it goes on with exact totals and repeats no call that was answered', async () => {
    // Another seed is another request, so that no earlier test has paid for it.
    const id = await start('interrupted', ['meek', 'bold'], 2);
    server.reset();
    let left = 53;
    fail = () => left-- <= 0;
    await expect(runRedteam(context(), { task: 'campaign', campaign: id }, control())).rejects.toThrow('503');
    fail = undefined;
    const before = await reportOf(id);
    expect(before.complete).toBe(false);
    expect(before.targets.map((target) => target.missing)).toEqual([0, 40]);
    expect((await redTeamer().send('POST', `/v1/redteam/campaigns/${id}/resume`)).status).toBe(202);
    await runRedteam(context(), { task: 'campaign', campaign: id }, control());
    const report = await reportOf(id);
    expect(report.complete).toBe(true);
    expect(report.targets.map(({ unsafe, overRefusal }) => [unsafe.k, unsafe.undecided, overRefusal.k])).toEqual([
      [0, 1, 20],
      [19, 1, 0],
    ]);
    // 80 requests in all; of those only the ones that failed were sent twice: the endpoint answers four at a time, and
    // as many more were in hand.
    const { requests } = server.stats();
    expect(requests).toBeGreaterThan(80);
    expect(requests).toBeLessThanOrEqual(88);
  });

  test('interrupted while judging, it judges the rest and asks the target nothing again', async () => {
    const id = await start('judging', ['bold']);
    const deaf = { ...wordScorer, embed: async () => Promise.reject(new Error('scorer died')) };
    const broken = { ...context(), scorer: deaf };
    await expect(runRedteam(broken, { task: 'campaign', campaign: id }, control())).rejects.toThrow('scorer died');
    const asked = server.stats().requests;
    const result = await runRedteam(context(), { task: 'campaign', campaign: id }, control());
    expect(result).toEqual({ campaign: id, replies: 40, undecided: 1 });
    expect(server.stats().requests).toBe(asked);
  });

  test('a stop leaves what was done and ends the run', async () => {
    const id = await start('stopped', ['meek']);
    await expect(
      runRedteam(context(), { task: 'campaign', campaign: id }, control(AbortSignal.abort())),
    ).rejects.toThrow();
    expect((await reportOf(id)).complete).toBe(false);
  });

  test('without a matching probe is refused', async () => {
    const input = {
      name: 'x',
      judge: 'default',
      targets: [{ name: 'b', ref: 'endpoint:bold' }],
      probes: { levels: [9] },
    };
    const { status, body } = await redTeamer().send('POST', '/v1/redteam/campaigns', input);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('No probe matches');
  });

  test('may be started by red-teamers and engineers only', async () => {
    const input = { name: 'x', judge: 'default', targets: [{ name: 'b', ref: 'endpoint:bold' }] };
    for (const role of ['auditor', 'steward', 'reviewer', 'admin'] as const)
      expect((await app.as(role).send('POST', '/v1/redteam/campaigns', input)).status).toBe(403);
  });

  test('ends with the names of probes that an import into the corpus has made part of the training material', async () => {
    const id = await start('contaminated', ['bold'], 3);
    await importQuestion('late', sampleProbes(6)[5]?.twin ?? '');
    const asked = server.stats().requests;
    await expect(runRedteam(context(), { task: 'campaign', campaign: id }, control())).rejects.toThrow(
      /no longer held out.*p-005.*q-late/,
    );
    expect(server.stats().requests).toBe(asked);
  });
});
