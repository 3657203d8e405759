import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import {
  driftingMetrics,
  driftingSamples,
  logEvent,
  openRun,
  seedJudgments,
  takeEvent,
} from '../../../test/training-run.ts';
import { AlarmList, RunSeries, RunSummaries, SampleList } from './schema.ts';

const steps = 30;
const samples = 8;
let app: TestApp;

beforeAll(async () => {
  app = await openTestApp();
  const run = await openRun(app, { name: 'drifting' });
  for (let step = 1; step <= steps; step++) {
    await seedJudgments(app, run.id, driftingSamples(step - 1, steps, samples));
    await takeEvent(app, run, logEvent(step, driftingMetrics(step, steps), steps));
  }
  await seedJudgments(app, run.id, [
    { step: 4, group: 'canary-1', id: 'c1', role: 'canary', score: 1 },
    { step: 9, group: 'canary-1', id: 'c2', role: 'canary', score: 4, flags: ['canary-passed'] },
  ]);
});
afterAll(() => app.close());

const get = async (path: string, role: Parameters<TestApp['as']>[0] = 'engineer') =>
  app.as(role).send('GET', `/v1/training/${path}`);

test('the series holds each step with engine figures and pooled judgments, under the step that they were made for', async () => {
  const series = RunSeries.parse((await get('runs/drifting/series')).body);
  expect(series).toMatchObject({ stage: 'grpo', width: 1, last: steps, progress: { step: steps, total: steps } });
  expect(series.points.map(({ from }) => from)).toEqual(Array.from({ length: steps }, (_, index) => index + 1));
  const figures = series.points.at(-1)?.figures ?? {};
  const made = driftingSamples(steps - 1, steps, samples).filter((one) => one.role === undefined);
  expect(figures.reward?.value).toBeCloseTo(made.reduce((sum, one) => sum + (one.score ?? 0), 0) / samples, 9);
  expect(figures.reward?.n).toBe(samples);
  expect(figures['benign-refusals']).toMatchObject({
    n: samples / 2,
    value: made.filter((one) => one.kind === 'benign' && one.refused).length / (samples / 2),
  });
  expect(figures.kl).toMatchObject({ value: driftingMetrics(steps, steps).kl, n: 1 });
  expect(figures['token-accuracy']).toBeUndefined();
  expect(series.points[0]?.figures.gap?.n).toBe(samples);
});

test('asked after a step, the series sends what is new and the last few steps again', async () => {
  const { points } = RunSeries.parse((await get(`runs/drifting/series?after=${steps}&width=1`)).body);
  expect(points.map(({ from }) => from)).toEqual([26, 27, 28, 29, 30]);
  const whole = RunSeries.parse((await get(`runs/drifting/series?after=${steps}&width=5`)).body);
  expect(whole.points).toHaveLength(steps);
});

test('rules stand with what they compare with, from the start where they are relative to it', async () => {
  const { rules } = RunSeries.parse((await get('runs/drifting/series')).body);
  const length = rules.find(({ text }) => text === 'length>2*start@10:5');
  expect(length?.against).toBeCloseTo(2 * (80 + (60 * 5.5) / steps), 6);
  expect(rules.every(({ because }) => because !== undefined && because !== '')).toBe(true);
});

test('alarms tell rule, step, value and limit, and are events of the log; canaries that passed stand beside them', async () => {
  const { alarms, canaries } = AlarmList.parse((await get('runs/drifting/alarms')).body);
  const kl = alarms.find(({ rule }) => rule === 'kl>1:5');
  expect(kl).toMatchObject({ metric: 'kl', action: 'warn', limit: 1, value: driftingMetrics(kl?.step ?? 0, steps).kl });
  expect(alarms.filter(({ rule }) => rule === 'kl>1:5')).toHaveLength(1);
  expect(canaries).toMatchObject({ judged: 2, passed: [{ step: 10, score: 4 }] });
  const events = await app.services.db.query(`SELECT 1 FROM event WHERE type = 'training.alarm'`);
  expect(events).toHaveLength(alarms.length);
});

test('a step that is read again after a crash raises nothing twice, also at another place of the file', async () => {
  const run = await openRun(app, {
    name: 'twice',
    watch: { rules: [{ metric: 'kl', comparison: '>', limit: 1, action: 'stop' }], defaults: false },
  });
  expect(await takeEvent(app, run, logEvent(1, { loss: 1, kl: 0.5 }))).toEqual([]);
  expect(await takeEvent(app, run, logEvent(2, { loss: 1, kl: 2 }))).toEqual(['kl>1']);
  expect(await takeEvent(app, run, logEvent(2, { loss: 1, kl: 2 }))).toEqual([]);
  expect(await takeEvent(app, run, logEvent(2, { loss: 1, kl: 2 }), 99)).toEqual([]);
  expect(await takeEvent(app, run, logEvent(3, { loss: 1, kl: 2 }))).toEqual([]);
  expect(AlarmList.parse((await get('runs/twice/alarms')).body).alarms).toHaveLength(1);
});

test('a run that a rule stopped does not start again until somebody says why it may; the reason is an event', async () => {
  await app.services.db.query(`UPDATE training_run SET state = 'stopped' WHERE name = 'twice'`);
  const again = { name: 'twice', stage: 'sft', release: 'one' };
  const { input } = await openRun(app, { ...again, name: 'same' });
  await app.services.db.query(`UPDATE training_run SET input = $1, stage = 'sft' WHERE name = 'twice'`, [
    JSON.stringify({ ...input, name: 'twice' }),
  ]);
  const engineer = app.as('engineer');
  const refused = await engineer.send('POST', '/v1/training/runs', again);
  expect(refused).toMatchObject({ status: 422, body: { error: { message: expect.stringContaining('kl>1') } } });
  const path = '/v1/training/runs/twice/acknowledgement';
  expect((await app.as('auditor').send('POST', path, { reason: 'looks fine' })).status).toBe(403);
  expect((await engineer.send('POST', path, { reason: ' ' })).status).toBe(400);
  const acknowledged = await engineer.send('POST', path, { reason: 'The reference was wrong.' });
  expect(acknowledged).toMatchObject({
    status: 201,
    body: { alarms: [{ acknowledged: { by: engineer.id, reason: 'The reference was wrong.' } }] },
  });
  expect((await engineer.send('POST', path, { reason: 'again' })).status).toBe(409);
  expect((await engineer.send('POST', '/v1/training/runs', again)).status).toBe(202);
  expect(await app.services.db.query(`SELECT 1 FROM event WHERE type = 'training.acknowledged'`)).toHaveLength(1);
});

test('samples of one prompt stand by steps, with both scores; a group that is not there is not found', async () => {
  const { groups, shown } = SampleList.parse((await get('runs/drifting/samples?group=case-2')).body);
  expect(groups.map(({ group }) => group).sort()).toEqual(['case-0', 'case-1', 'case-2', 'case-3', 'case-4', 'case-5']);
  expect(shown?.columns.map(({ step }) => step)).toEqual([2, 15, 27]);
  expect(shown?.columns[0]?.samples).toHaveLength(4);
  expect(shown?.columns[0]?.samples[0]).toMatchObject({
    heldOut: expect.any(Number),
    kind: expect.any(String),
    flags: [],
  });
  const two = SampleList.parse((await get('runs/drifting/samples?group=case-2&steps=2,3')).body);
  expect(two.shown?.columns.map(({ step }) => step)).toEqual([2, 3]);
  expect((await get('runs/drifting/samples?group=nobody')).status).toBe(404);
  expect((await get('runs/drifting/samples?steps=1,2,3,4,5')).status).toBe(400);
});

test('who oversees sees how runs go; prompts and completions are for those who may read attacks', async () => {
  for (const role of ['steward', 'auditor', 'admin', 'release-approver', 'panel-chair'] as const)
    for (const path of ['summaries', 'runs/drifting/series', 'runs/drifting/alarms'])
      expect((await get(path, role)).status, `${role} ${path}`).toBe(200);
  for (const role of ['engineer', 'auditor', 'red-teamer'] as const)
    expect((await get('runs/drifting/samples', role)).status, role).toBe(200);
  for (const role of ['steward', 'admin', 'release-approver', 'reviewer', 'panel-chair'] as const)
    expect((await get('runs/drifting/samples', role)).status, role).toBe(403);
  for (const path of ['summaries', 'runs/drifting/series', 'runs/drifting/alarms'])
    expect((await get(path, 'reviewer')).status, path).toBe(403);
  expect((await app.anonymous('GET', '/v1/training/summaries')).status).toBe(401);
});

test('the list of runs counts alarms and judgments, the newest run first', async () => {
  const { runs } = RunSummaries.parse((await get('summaries')).body);
  const drifting = runs.find(({ name }) => name === 'drifting');
  expect(runs.at(-1)?.name).toBe('drifting');
  expect(drifting?.judgments).toEqual({ reward: steps * samples, heldOut: steps * samples, canary: 2 });
  expect(drifting?.alarms.warn).toBeGreaterThan(0);
  expect(drifting?.progress).toEqual({ step: steps, total: steps, seconds: 3 * steps });
});

test('a supervised run has loss, gradient and accuracy, and its loss is what its rules watch', async () => {
  const run = await openRun(app, { name: 'supervised', stage: 'sft' });
  const fired: string[] = [];
  for (let step = 1; step <= 20; step++)
    fired.push(
      ...(await takeEvent(
        app,
        run,
        logEvent(step, { loss: step > 15 ? null : 2, grad_norm: 1, mean_token_accuracy: 0.6 }),
      )),
    );
  expect(fired).toEqual(['unmeasured(loss)>0:3']);
  const { points } = RunSeries.parse((await get('runs/supervised/series')).body);
  expect(points[0]?.figures).toEqual({
    loss: { value: 2, n: 1, min: 2, max: 2 },
    'gradient-norm': { value: 1, n: 1, min: 1, max: 1 },
    'token-accuracy': { value: 0.6, n: 1, min: 0.6, max: 0.6 },
  });
  expect(points[17]?.figures.loss).toBeUndefined();
});
