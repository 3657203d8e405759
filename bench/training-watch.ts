// What the page of a training run asks for, on a long run: all points at first, the news every two seconds, samples,
// alarms, the list of runs; and what looking at a step costs the job. Through the actions and the schemas of the replies.
//   node bench/training-watch.ts [--steps 10000] [--samples 8] [--engine pglite|postgres]
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ZodType } from 'zod';
import { startPostgres } from '../scripts/postgres.mjs';
import { insertTrainingEvents } from '../src/training/store.ts';
import { runSamples, runSeries, runSummaries } from '../src/training/watch/actions.ts';
import { runAlarms } from '../src/training/watch/alarms.ts';
import { AlarmList, RunSeries, RunSummaries, SampleList } from '../src/training/watch/schema.ts';
import { driftingMetrics, driftingSamples, logEvent, openRun, seedJudgments, takeEvent } from '../test/training-run.ts';
import { newWorkspace, openLedgerServices } from './ledger-workspace.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '8' },
    engine: { type: 'string', default: 'pglite' },
  },
});
const steps = Number(values.steps);
const samples = Number(values.samples);
const postgres = values.engine === 'postgres' ? await startPostgres() : undefined;
if (postgres !== undefined && 'reason' in postgres) throw new Error(postgres.reason);
const workspace = await newWorkspace(postgres?.url);
const services = await openLedgerServices(workspace);

async function timed(what: string, times: number, work: (turn: number) => Promise<unknown>): Promise<void> {
  const taken: number[] = [];
  let bytes = 0;
  for (let turn = 0; turn < times; turn++) {
    const began = performance.now();
    bytes = JSON.stringify((await work(turn)) ?? null).length;
    taken.push(performance.now() - began);
  }
  taken.sort((a, b) => a - b);
  const at = (p: number): string => (taken[Math.ceil((p / 100) * times) - 1] ?? Number.NaN).toFixed(1);
  console.log(
    `${values.engine}, ${steps} steps of ${samples} samples: ${what}: median ${at(50)} ms, p95 ${at(95)} ms, n = ${times}, ${bytes} bytes`,
  );
}

try {
  const run = await openRun({ services }, { name: 'long' });
  const before = steps - 100;
  for (let first = 1; first <= before; first += 500) {
    const block = Array.from({ length: Math.min(500, before - first + 1) }, (_, index) => first + index);
    const events = block.map((step) => ({
      position: step,
      type: 'log',
      body: logEvent(step, driftingMetrics(step, steps), steps),
    }));
    await insertTrainingEvents(services.db, run.id, events);
    await seedJudgments(
      { services },
      run.id,
      block.flatMap((step) => driftingSamples(step - 1, steps, samples)),
    );
  }
  await timed('one step stored and looked at by all rules', 100, async (turn) => {
    const step = before + turn + 1;
    await seedJudgments({ services }, run.id, driftingSamples(step - 1, steps, samples));
    return takeEvent({ services }, run, logEvent(step, driftingMetrics(step, steps), steps));
  });
  const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer'] });
  const parsed = async <T>(schema: ZodType<T>, value: Promise<unknown>): Promise<T> => schema.parse(await value);
  const { width } = await runSeries(ctx, 'long', { after: steps });
  await timed('all points', 10, () => parsed(RunSeries, runSeries(ctx, 'long', { after: 0 })));
  await timed('news since the last step', 100, () =>
    parsed(RunSeries, runSeries(ctx, 'long', { after: steps, width })),
  );
  await timed('alarms', 50, () => parsed(AlarmList, runAlarms(ctx, 'long')));
  await timed('samples', 20, () => parsed(SampleList, runSamples(ctx, 'long', { group: 'case-1' })));
  await timed('list of runs', 50, async () =>
    parsed(
      RunSummaries,
      runSummaries(ctx).then((runs) => ({ runs })),
    ),
  );
} finally {
  await services.close();
  postgres?.stop();
  rmSync(workspace.root, { recursive: true, force: true });
}
