import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { type FakeOpenAi, startFakeOpenAi } from '../../test/fake-openai.ts';
import { measuredReply, measureModels } from '../../test/measured-models.ts';
import { wordScorer } from '../../test/redteam-samples.ts';
import { sha256Hex } from '../core/hash.ts';
import type { LoggedEvent } from '../ledger/schema.ts';
import { ModelLineage } from './lineage-schema.ts';
import { modelClaims } from './model-claims.ts';

let app: TestApp;
let server: FakeOpenAi;

beforeAll(async () => {
  server = await startFakeOpenAi({ reply: measuredReply });
  app = await openTestApp({ scorer: wordScorer });
  await measureModels(app, server.baseUrl);
});
afterAll(async () => {
  await app.close();
  await server.close();
});

/** The event that the claim has to find. */
const registered: LoggedEvent = {
  subject: '',
  seq: 1,
  type: 'model.registered',
  time: '',
  actor: 'x',
  data: { digest: sha256Hex('aligned') },
};

async function lineageOf(name: string): Promise<ModelLineage> {
  const { status, body } = await app.as('auditor').send('GET', `/v1/registry/models/${name}/lineage`);
  expect(status).toBe(200);
  return ModelLineage.parse(body);
}

test('a model leads back to its base, its release and its runs, and forward to what was measured of it', async () => {
  const { nodes, edges, runs, model } = await lineageOf('aligned');
  const names = new Map(nodes.map((node) => [node.id, `${node.kind} ${node.name}`]));
  const said = edges.map((edge) => `${names.get(edge.from)} > ${edge.relation} > ${names.get(edge.to)}`);
  const [evaluation] = nodes.filter((node) => node.kind === 'evaluation');
  expect([...said].sort()).toEqual(
    [
      'model base > base > model sft',
      'model sft > base > model aligned',
      'release first > data > run sft',
      'release first > data > run reward',
      'release first > data > run grpo',
      'run sft > continued > run grpo',
      'run reward > reward > run grpo',
      'run sft > wrote > model sft',
      'run grpo > wrote > model aligned',
      `model aligned > measured > evaluation ${evaluation?.name}`,
      'model aligned > measured > campaign first attack',
    ].sort(),
  );
  expect(nodes.find((node) => node.id === `model:${model}`)).toMatchObject({ name: 'aligned', state: 'candidate' });
  expect(
    nodes.find((node) => node.kind === 'release'),
    'unknown here: no state',
  ).not.toHaveProperty('state');
  expect(runs.map((run) => run.name)).toEqual(['grpo', 'sft', 'reward']);
  expect(runs[0]).toMatchObject({ stage: 'grpo', rows: 40, steps: 12, metrics: { train_loss: 1.25 } });
});

test('the figures stand with n and interval, and are those of this model only', async () => {
  const { evaluations, campaigns, ablations } = await lineageOf('sft');
  expect(evaluations).toMatchObject([
    { target: 'sft', complete: true, sets: [{ name: 'exam-en', correct: 14, n: 14 }] },
  ]);
  expect(evaluations[0]?.sets[0]?.ci95?.[0]).toBeLessThan(1);
  expect(campaigns).toMatchObject([{ target: 'sft', name: 'first attack', judge: 'default', unsafe: { n: 8 } }]);
  expect(ablations).toEqual([]);
  expect(await lineageOf('leaky')).toMatchObject({ evaluations: [], campaigns: [], runs: [] });
});

test('a model without a run leads to its release directly', async () => {
  const { edges } = await lineageOf('leaky');
  expect(edges).toContainEqual(expect.objectContaining({ from: 'release:first', relation: 'data' }));
});

test('only those who may see figures see them', async () => {
  for (const role of ['reviewer', 'admin', 'application'] as const)
    expect((await app.as(role).send('GET', '/v1/registry/models/sft/lineage')).status).toBe(403);
  expect((await app.as('engineer').send('GET', '/v1/registry/models/nobody/lineage')).status).toBe(404);
});

test('evidence names the models of a run, their state, and what of the evaluation sets they have seen', async () => {
  const ctx = app.services.contextFor({ id: 'x', name: 'X', roles: ['auditor'] });
  const [claim] = await modelClaims(ctx, 'grpo', (wanted) => (wanted(registered) ? [7] : []));
  expect(claim).toMatchObject({
    id: 'model-aligned',
    figures: { state: 'candidate', overlapping: 0, nearDuplicates: 0, trainingQuestions: 1 },
    source: { leaves: [7] },
  });
  expect(claim?.figures.statementSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await modelClaims(ctx, 'reward', () => [])).toEqual([]);
});
