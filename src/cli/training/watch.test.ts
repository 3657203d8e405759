import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
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
import { createApp } from '../../server/app.ts';
import type { RunState, TrainingRun } from '../../training/schema.ts';
import { updateTrainingRun } from '../../training/store.ts';
import { AlarmList, RunSeries } from '../../training/watch/schema.ts';
import { terminal } from '../terminal.ts';
import { sparkline, watchLines } from './watch-lines.ts';

const steps = 30;
let app: TestApp;
let server: ReturnType<typeof serve>;
let run: TrainingRun;

beforeAll(async () => {
  app = await openTestApp();
  server = serve({ fetch: createApp(app.services).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((listening) => server.once('listening', listening));
  run = await openRun(app, { name: 'drifting' });
  for (let step = 1; step <= steps; step++) {
    await seedJudgments(app, run.id, driftingSamples(step - 1, steps, 8));
    await takeEvent(app, run, logEvent(step, driftingMetrics(step, steps), steps));
  }
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await app.close();
});

async function watch(name: string, ...more: string[]): Promise<{ code: number; out: string }> {
  const { port } = server.address() as AddressInfo; // it listens on a port
  const token = await app.token('engineer');
  const args = [
    'src/cli/main.ts',
    '--server',
    `http://127.0.0.1:${port}`,
    '--token',
    token,
    ...more,
    'train',
    'watch',
    name,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, out) => resolve({ code: error === null ? 0 : Number(error.code), out }));
  });
}

const end = (state: RunState, error: string): Promise<void> =>
  updateTrainingRun(app.services.db, run.id, { state, error });

test('piped, a run is told in plain lines to its end: alarms, figures, and how it ended as the exit code', async () => {
  await end('stopped', 'The stop rule said so.');
  const byRule = await watch('drifting');
  expect(byRule.out).toMatch(/^ALARM kl>1:5 at step \d+: [\d.]+ against 1 \(warn\)$/m);
  expect(byRule.out).toMatch(/^drifting · grpo · stopped · step 30\/30 · reward [\d.]+, held-out/m);
  expect(byRule.out).toContain('drifting is stopped: The stop rule said so.');
  expect(byRule.out).not.toContain('\u001b');
  expect(byRule.code).toBe(1);
  await end('failed', 'out of memory');
  expect((await watch('drifting')).code).toBe(4);
});

test('with --json one document is printed at once, also while the run goes on', async () => {
  await updateTrainingRun(app.services.db, run.id, { state: 'running' });
  const { code, out } = await watch('drifting', '--json');
  expect(code).toBe(0);
  const document = JSON.parse(out);
  expect(RunSeries.parse(document).points).toHaveLength(steps);
  expect(AlarmList.parse(document).alarms.length).toBeGreaterThan(0);
});

test('a run that somebody stopped ends with 3, one that is not there with 2', async () => {
  const other = await openRun(app, { name: 'other', stage: 'sft' });
  await updateTrainingRun(app.services.db, other.id, { state: 'stopped', error: 'It was stopped before it began.' });
  expect(await watch('other')).toMatchObject({ code: 3, out: expect.stringContaining('other is stopped') });
  expect((await watch('nobody')).code).toBe(2);
});

test('each metric is a line with its last value, range, course and limits; what was not measured at last says so', async () => {
  const series = RunSeries.parse((await app.as('engineer').send('GET', '/v1/training/runs/drifting/series')).body);
  const alarms = AlarmList.parse((await app.as('engineer').send('GET', '/v1/training/runs/drifting/alarms')).body);
  const lines = watchLines(series, alarms);
  expect(lines[0]).toBe('drifting · grpo · running · step 30/30 · 0 s left');
  expect(lines.find((line) => line.startsWith('kl '))).toMatch(/^kl +2\.02 {2}0\.0201 – 2\.02 +▁+▂.*█ {2}>1 >10$/);
  expect(lines.at(-1)).toMatch(/^ALARM /);
  const cut = { ...series, points: [...series.points, { from: 31, to: 31, figures: {} }] };
  expect(watchLines(cut, alarms).find((line) => line.startsWith('kl '))).toContain('not meas.');
});

test('a course of many points is drawn in blocks, with a blank where nothing was measured', () => {
  expect(sparkline([1, undefined, 3, 2], 6)).toBe('▁ █▅  ');
  expect(sparkline([0, 0, 0, 0, 4, 4, 8, 8], 4)).toBe('▁▁▅█');
  expect(sparkline([5, 5], 2)).toBe('▁▁');
});

test('on a terminal the lines are drawn in the place of those before, cut to its width', () => {
  let written = '';
  const out = { write: (text: string) => (written += text), isTTY: true, columns: 11 };
  const { screen } = terminal(false, out, out);
  screen?.(['one', 'a line that is too long']);
  screen?.(['two']);
  expect(written).toBe('\u001b[2Kone\n\u001b[2Ka line tha\n\u001b[J\u001b[2A\u001b[2Ktwo\n\u001b[J');
  expect(terminal(false, { write: out.write }, out).screen).toBeUndefined();
  expect(terminal(true, out, out).screen).toBeUndefined();
});
