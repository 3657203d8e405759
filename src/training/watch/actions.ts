import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { getQuestion } from '../../corpus/actions.ts';
import type { Tx } from '../../db/database.ts';
import { getTrainingRun } from '../actions.ts';
import type { TrainingRun } from '../schema.ts';
import { listTrainingRuns } from '../store.ts';
import { countAlarms } from './alarm-store.ts';
import { readersOfRuns } from './alarms.ts';
import { rulesOf } from './default-rules.ts';
import { ruleText } from './rule-text.ts';
import { limitOf, startOf } from './rules.ts';
import { countByRole, readGroupSteps, readGroups, readSamples } from './sample-store.ts';
import type {
  Progress,
  RunSeries,
  RunSummary,
  SampleList,
  SamplesQuery,
  SeriesPoint,
  SeriesQuery,
  StandingRule,
} from './schema.ts';
import { figuresOf, type StepRow } from './series.ts';
import { readStart } from './step-rows.ts';
import { readJudged, readLastStep, readLastSteps, readSteps } from './store.ts';

/** Points of a chart at most; longer runs have several steps to a point. */
const mostPoints = 400;
/** Judgments of a held-out judge may come so many steps late and are still shown without loading the page again. */
const lateSteps = 5;
const mostGroups = 200;
/** Columns of samples where the asker names no steps. */
const columns = 3;

/**
 * A run's figures by steps, from the step that the asker knows. A run of many steps has several to a point; when their
 * number changes, all points are sent again.
 */
export async function runSeries(ctx: Context, idOrName: string, asked: SeriesQuery): Promise<RunSeries> {
  requireRole(ctx.actor, ...readersOfRuns);
  const run = await getTrainingRun(ctx, idOrName);
  const tx = reader(ctx);
  const last = await readLastStep(tx, run.id);
  const width = widthOf(last);
  const known = asked.width === width ? Math.max(0, Math.min(asked.after, last) - lateSteps) : 0;
  const after = Math.floor(known / width) * width;
  const start = startOf(await readStart(tx, run.id));
  const progress = await progressOf(tx, run.id);
  return {
    run: run.name,
    stage: run.stage,
    state: run.state,
    ...(progress === undefined ? {} : { progress }),
    width,
    last,
    points: pointsOf(await rowsAfter(tx, run.id, { after, upTo: last }), { width, start }),
    rules: standingRules(run, start),
  };
}

/** Steps to a point: 1, 2, 5, 10, 20, 50 … so that there are at most so many points. */
export function widthOf(last: number): number {
  for (let power = 1; ; power *= 10)
    for (const width of [power, 2 * power, 5 * power]) if (last <= width * mostPoints) return width;
}

/** Every step of a range that was logged or judged. */
async function rowsAfter(tx: Tx, runId: string, range: { after: number; upTo: number }): Promise<StepRow[]> {
  const judged = await readJudged(tx, runId, range);
  const rows = new Map<number, StepRow>([...judged].map(([step, sums]) => [step, { step, log: {}, judged: sums }]));
  for (const { step, metrics } of await readSteps(tx, runId, range.after))
    rows.set(step, { ...rows.get(step), step, log: metrics });
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

function pointsOf(
  rows: readonly StepRow[],
  { width, start }: { width: number; start: readonly StepRow[] },
): SeriesPoint[] {
  const groups = Map.groupBy(rows, ({ step }) => Math.floor((step - 1) / width));
  return [...groups].map(([index, group]) => ({
    from: index * width + 1,
    to: (index + 1) * width,
    figures: figuresOf(group, start),
  }));
}

async function progressOf(tx: Tx, runId: string): Promise<Progress | undefined> {
  const [last] = await readLastSteps(tx, runId, 2 ** 31 - 1, 1);
  return last === undefined ? undefined : { step: last.step, total: last.total, seconds: last.seconds };
}

function standingRules(run: TrainingRun, start: readonly StepRow[]): StandingRule[] {
  return rulesOf(run.stage, run.input.watch).map((rule) => {
    const against = limitOf(rule, start);
    return { text: ruleText(rule), ...rule, ...(against === undefined ? {} : { against }) };
  });
}

/** The prompts of a run, and what one of them was answered at some steps. */
export async function runSamples(ctx: Context, idOrName: string, asked: SamplesQuery): Promise<SampleList> {
  requireRole(ctx.actor, 'engineer', 'auditor', 'red-teamer');
  const run = await getTrainingRun(ctx, idOrName);
  const tx = reader(ctx);
  const groups = await readGroups(tx, run.id, mostGroups);
  const group = asked.group ?? groups[0]?.group;
  if (group === undefined) return { groups };
  const steps = await readGroupSteps(tx, run.id, group);
  if (steps.length === 0)
    throw new AppError('not_found', `The run "${run.name}" has no judged completions to "${group}".`);
  const chosen = asked.steps === undefined ? spread(steps) : asked.steps.split(',').map(Number);
  const samples = Map.groupBy(await readSamples(tx, run.id, group, chosen), ({ step }) => step);
  const prompt = await promptOf(ctx, group);
  return {
    groups,
    shown: {
      group,
      ...(prompt === undefined ? {} : { prompt }),
      steps,
      columns: [...samples].map(([step, all]) => ({ step, samples: all.map(({ sample }) => sample) })),
    },
  };
}

/** Some steps from the first to the last. */
function spread(steps: readonly number[]): number[] {
  if (steps.length <= columns) return [...steps];
  return Array.from({ length: columns }, (_, index) => {
    const at = Math.round((index * (steps.length - 1)) / (columns - 1));
    return steps[at] ?? 0;
  });
}

/** The text of the question behind a prompt; prompts of other engines, and erased questions, have none here. */
async function promptOf(ctx: Context, group: string): Promise<string | undefined> {
  try {
    return (await getQuestion(ctx, group)).text;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** All runs as lists show them, the newest first. */
export async function runSummaries(ctx: Context): Promise<RunSummary[]> {
  requireRole(ctx.actor, ...readersOfRuns);
  const tx = reader(ctx);
  const [alarms, judgments] = [await countAlarms(tx), await countByRole(tx)];
  const summaries: RunSummary[] = [];
  for (const run of (await listTrainingRuns(tx)).reverse()) {
    const progress = await progressOf(tx, run.id);
    const { id, name, stage, state, base, release, jobId, error, createdAt, finishedAt } = run;
    summaries.push({
      ...{ id, name, stage, state, base, release, createdAt, seed: run.input.seed },
      ...(run.input.from === undefined ? {} : { from: run.input.from }),
      ...(jobId === undefined ? {} : { jobId }),
      ...(error === undefined ? {} : { error }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(progress === undefined ? {} : { progress }),
      alarms: alarms.get(id) ?? { warn: 0, stop: 0, unacknowledged: 0 },
      judgments: judgments.get(id) ?? { reward: 0, heldOut: 0, canary: 0 },
    });
  }
  return summaries;
}
