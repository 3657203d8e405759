import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { fakeJudgeReply } from '../../../test/fake-judges.ts';
import { startFakeOpenAi } from '../../../test/fake-openai.ts';
import { sampleLabels, sampleProbes, wordScorer } from '../../../test/redteam-samples.ts';
import { history } from '../../ledger/history.ts';
import { JudgmentTrail, Queue } from '../disagreements/schema.ts';
import { runRedteam } from '../job.ts';
import { CampaignReport } from '../reports/schema.ts';
import { CampaignStarted, ItemPage } from '../schema.ts';
import { calibrateJudge } from './actions.ts';
import { type CalibrateInput, JudgeGates, JudgeRecord, queueDataset } from './schema.ts';

const help = 'Certainly, here is the changed entry for the ward keys.';
const refusal = 'I cannot do that, it would be wrong for the ward keys.';

let app: TestApp;
let server: Awaited<ReturnType<typeof startFakeOpenAi>>;

beforeAll(async () => {
  server = await startFakeOpenAi({
    reply: (request) => {
      if (request.model !== 'target') return fakeJudgeReply(request);
      return Number(/\d+/.exec(request.messages.at(-1)?.content ?? '')?.[0]) % 2 === 0 ? help : refusal;
    },
  });
  const endpoint = (model: string) => ({
    type: 'openai' as const,
    baseUrl: server.baseUrl,
    model,
    concurrency: 4,
    timeoutMs: 5_000,
    maxRetries: 0,
  });
  app = await openTestApp({
    endpoints: {
      target: endpoint('target'),
      strict: endpoint('strict'),
      lenient: endpoint('lenient'),
      mad: endpoint('mad'),
    },
    scorer: wordScorer,
  });
  const send = app.as('red-teamer').send;
  await send('POST', '/v1/redteam/probes', { probes: sampleProbes(12) });
  await send('POST', '/v1/redteam/labels', { dataset: 'sample', labels: sampleLabels(24) });
}, 60_000);
afterAll(async () => {
  await app.close();
  await server.close();
});

const context = () =>
  app.services.contextFor({ id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] });
const control = { runId: 'r', progress: async () => undefined, signal: new AbortController().signal };
const make = (name: string, more: Partial<CalibrateInput>) =>
  calibrateJudge(context(), { name, dataset: 'sample', seed: 1, ...more });

async function attack(judge: string, name = judge): Promise<{ id: string; report: CampaignReport }> {
  const targets = [{ name: 'target', ref: 'endpoint:target' }];
  const started = await app.as('red-teamer').send('POST', '/v1/redteam/campaigns', { name, judge, targets });
  expect(started.status).toBe(202);
  const id = CampaignStarted.parse(started.body).campaign;
  await runRedteam(context(), { task: 'campaign', campaign: id }, control);
  const { body } = await app.as('auditor').send('GET', `/v1/redteam/campaigns/${id}`);
  return { id, report: CampaignReport.parse(body) };
}

describe('every kind of LLM judge', () => {
  test.each(['rubric', 'criteria', 'guard'] as const)(
    'a %s judge is measured on clinicians’ labels and judges a campaign',
    async (kind) => {
      const record = await make(kind, { kind, endpoint: 'strict' });
      expect(record).toMatchObject({ kind, answers: ['attack', 'over-refusal'], trainingRows: 0 });
      expect(record.calibration?.attack).toMatchObject({
        n: 16,
        undecided: 0,
        balancedF1: { value: 1, n: 16 },
        sensitivity: { k: 8, n: 8 },
        specificity: { k: 8, n: 8 },
        kappa: { value: 1 },
        bias: { value: 0 },
      });
      expect(record.calibration?.['over-refusal']).toMatchObject({ grade: 'handling', weightedKappa: { value: 1 } });
      const { report } = await attack(kind);
      expect(report.targets[0]?.unsafe).toMatchObject({ k: 6, n: 12, undecided: 0 });
      expect(report.targets[0]?.overRefusal).toMatchObject({ k: 6, n: 12, undecided: 0 });
    },
  );

  test('a judge whose replies cannot be read finds nothing safe: all is undecided, and the gate is not passed', async () => {
    const record = await make('mad', { kind: 'rubric', endpoint: 'mad' });
    expect(record.calibration?.attack).toMatchObject({ n: 16, undecided: 16, balancedF1: { value: 0 } });
    const { body } = await app.as('auditor').send('GET', '/v1/redteam/judges/mad/gate');
    expect(JudgeGates.parse(body).attack).toMatchObject({ passed: false });
    const { report } = await attack('mad');
    expect(report.targets[0]?.unsafe).toMatchObject({ k: 0, n: 0, undecided: 12 });
  });

  test('a judge of over-refusal alone cannot judge attacks, and is told so before anything is paid', async () => {
    const record = await make('handling', { kind: 'over-refusal', endpoint: 'strict' });
    expect(record.answers).toEqual(['over-refusal']);
    const input = { name: 'x', judge: 'handling', targets: [{ name: 'target', ref: 'endpoint:target' }] };
    const { status, body } = await app.as('red-teamer').send('POST', '/v1/redteam/campaigns', input);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('make a jury');
  });

  test.each([
    [{ kind: 'jury' }, 'needs members'],
    [{ kind: 'reward-model' }, 'needs run'],
    [{ kind: 'guard' }, 'needs endpoint'],
    [{ kind: 'classifier', endpoint: 'strict' }, 'has no endpoint'],
    [{ rule: 'majority' }, 'only a jury has a rule'],
  ])('a judge that is not wholly described (%j) is refused: %s', async (more, reason) => {
    const input = { name: 'x', dataset: 'sample', ...more };
    const { status, body } = await app.as('red-teamer').send('POST', '/v1/redteam/judges', input);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(reason);
  });
});

describe('a jury', () => {
  let campaign: string;

  test('keeps what each member said, defers by its rule, and its card names the rule', async () => {
    await make('strict', { endpoint: 'strict' });
    await make('lenient', { endpoint: 'lenient' });
    const record = await make('split', { kind: 'jury', members: ['strict', 'lenient'], rule: 'unanimous' });
    expect(record.card[0]).toContain('all members');
    expect(record.lineage).toEqual(expect.arrayContaining(['endpoint:strict', 'endpoint:lenient']));
    const { id, report } = await attack('split');
    campaign = id;
    expect(report.targets[0]?.unsafe).toMatchObject({ k: 0, n: 6, undecided: 6 });
    const page = await app.as('auditor').send('GET', `/v1/redteam/campaigns/${id}/items?target=target&limit=100`);
    const deferred = ItemPage.parse(page.body).items.filter(({ judgment }) => judgment?.deferred === true);
    expect(deferred).toHaveLength(6);
    expect(deferred[0]?.judgment?.members?.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['strict', 'unsafe'],
      ['lenient', 'safe'],
    ]);
  });

  test('puts what its members disagree on before clinicians, without a word of what judges said', async () => {
    const path = `/v1/redteam/disagreements?campaign=${campaign}`;
    const { status, body } = await app.as('ethics-reviewer').send('GET', path);
    expect(status).toBe(200);
    const queue = Queue.parse(body);
    expect(queue).toMatchObject({ waiting: 6 });
    expect(queue.items).toHaveLength(6);
    expect(queue.items[0]).toMatchObject({ prompt: expect.stringContaining('Attack'), reply: help, labels: 0 });
    expect(JSON.stringify(body)).not.toMatch(/unsafe|strict|lenient|verdict/);
    for (const role of ['steward', 'release-approver', 'admin'] as const)
      expect((await app.as(role).send('GET', path)).status).toBe(403);
  });

  test('a clinician’s label is an event, is given once, and serves to calibrate judges', async () => {
    const { items } = Queue.parse((await app.as('ethics-reviewer').send('GET', '/v1/redteam/disagreements')).body);
    const label = (role: 'ethics-reviewer' | 'reviewer' | 'engineer', item = items[0], said = 'unsafe') =>
      app.as(role).send('POST', '/v1/redteam/disagreements/labels', {
        campaign: item?.campaign,
        target: item?.target,
        probe: item?.probe,
        variant: item?.variant,
        label: said,
        handling: 'full-compliance',
        risk: { score: 4, polarity: '1 = safest' },
      });
    expect((await label('engineer')).status).toBe(403);
    expect((await label('ethics-reviewer')).status).toBe(201);
    expect((await label('ethics-reviewer')).status).toBe(409);
    expect((await label('reviewer')).body).toMatchObject({ labels: 2 });
    for (const item of items.slice(1)) {
      expect((await label('ethics-reviewer', item)).status).toBe(201);
      expect((await label('reviewer', item, item === items[1] ? 'safe' : 'unsafe')).status).toBe(201);
    }
    const events = await history(context(), app.services.ledger.systemSubject);
    const own = events.filter((event) => event.type === 'judgment.labelled');
    expect(own).toHaveLength(12);
    expect(own[0]).toMatchObject({ actor: 'test-ethics-reviewer', data: { campaign, label: { label: 'unsafe' } } });
    expect(Queue.parse((await app.as('reviewer').send('GET', '/v1/redteam/disagreements')).body)).toEqual({
      waiting: 0,
      items: [],
      scales: expect.anything(),
    });
    const record = await make('queued', { dataset: queueDataset, endpoint: 'strict' });
    expect(record.calibration?.attack).toMatchObject({
      n: 5,
      tied: 1,
      grade: 'risk',
      gradeBias: { value: 1 },
      ceiling: { clinicians: [{ labeller: 'test-ethics-reviewer' }, { labeller: 'test-reviewer' }] },
    });
    expect(record.card.join(' ')).toContain('harder than the rest');
  });

  test('who may read what judges said does not label: the label would not be blind', async () => {
    const input = { campaign, target: 'target', probe: 'p-000', variant: 'probe', label: 'safe', handling: 'partial' };
    const both = await app.as('reviewer', 'red-teamer').send('POST', '/v1/redteam/disagreements/labels', input);
    expect(both.status).toBe(403);
    expect(JSON.stringify(both.body)).toContain('not be blind');
  });

  test('a reply that no judge disagreed on takes no label, and no file may pose as the queue', async () => {
    const input = { campaign, target: 'target', probe: 'p-001', variant: 'probe', label: 'safe', handling: 'partial' };
    expect((await app.as('reviewer').send('POST', '/v1/redteam/disagreements/labels', input)).status).toBe(404);
    const labels = { dataset: queueDataset, labels: [] };
    expect((await app.as('red-teamer').send('POST', '/v1/redteam/labels', labels)).status).toBe(400);
  });

  test('shows prompt, raw reply, verdict, judge and time of each judgment to those who work with attacks only', async () => {
    const path = `/v1/redteam/campaigns/${campaign}/judgment?target=target&probe=p-000&variant=probe`;
    const trail = JudgmentTrail.parse((await app.as('auditor').send('GET', path)).body);
    const [judged] = trail.judgments;
    expect(trail.judgments).toHaveLength(1);
    expect(judged?.calls.map(({ model }) => model)).toEqual(['strict', 'lenient']);
    expect(judged?.calls[0]?.messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('material'),
    });
    expect(judged?.calls[0]?.messages[1]?.content).toContain(help);
    expect(judged?.calls[0]?.reply).toBe(judged?.judgment.members?.[0]?.trail?.[0]?.reply);
    expect(judged?.calls[0]?.judge).toBe(judged?.judgment.members?.[0]?.judge);
    expect(trail.labels).toHaveLength(2);
    for (const role of ['steward', 'reviewer', 'ethics-reviewer'] as const)
      expect((await app.as(role).send('GET', path)).status).toBe(403);
    const missing = path.replace('p-000', 'p-999');
    expect((await app.as('auditor').send('GET', missing)).status).toBe(404);
  });

  test('of one judge twice, or of a jury, is refused', async () => {
    await expect(make('x', { kind: 'jury', members: ['strict', 'strict'] })).rejects.toThrow('named twice');
    await expect(make('x', { kind: 'jury', members: ['strict', 'split'] })).rejects.toThrow('member of a jury');
    await expect(make('x', { kind: 'jury', members: ['strict', 'nobody'] })).rejects.toThrow('no judge');
  });
});

test('a judge’s record is what the log committed to, with its calibration', async () => {
  const events = await history(context(), app.services.ledger.systemSubject);
  const { body } = await app.as('auditor').send('GET', '/v1/redteam/judges/split');
  const record = JudgeRecord.parse(body);
  const own = events.find((event) => event.type === 'judge.calibrated' && event.data.id === record.id);
  expect(own?.data).toMatchObject({ kind: 'jury', calibration: { attack: { n: 16 } } });
});
