import { type Role, requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import type { Tx } from '../../db/database.ts';
import { appendEvent } from '../../ledger/actions.ts';
import type { WorkerEvent } from '../engine/worker-process-schema.ts';
import type { TrainingRun } from '../schema.ts';
import { insertTrainingEvents, readTrainingRun } from '../store.ts';
import { insertAcknowledgements, insertAlarm, readAlarms } from './alarm-store.ts';
import { rulesOf } from './default-rules.ts';
import { ruleText } from './rule-text.ts';
import { firing, type Raised, startOf, stepsBack } from './rules.ts';
import { readCanaries } from './sample-store.ts';
import type { Acknowledge, Alarm, AlarmList } from './schema.ts';
import { readLastRows, readStart } from './step-rows.ts';

/** Who may see how a run goes; what its prompts and completions say is for fewer. */
export const readersOfRuns: Role[] = [
  'engineer',
  'steward',
  'auditor',
  'admin',
  'red-teamer',
  'release-approver',
  'panel-chair',
];

/**
 * Stores an event of the worker and, where it is a step, has the run's rules look at it, in one transaction: a step is
 * judged once however often it is read after a crash. Returns the alarms that were raised; each is an event of the log.
 */
export async function storeWatched(
  ctx: Context,
  run: TrainingRun,
  event: Exclude<WorkerEvent, { type: 'heartbeat' }>,
  position: number,
): Promise<Omit<Alarm, 'raisedAt'>[]> {
  return transact(ctx, async (ctx) => {
    const fresh = await insertTrainingEvents(ctx.tx, run.id, [{ position, type: event.type, body: event }]);
    if (fresh === 0 || event.type !== 'log') return [];
    const { step } = event;
    const rules = rulesOf(run.stage, run.input.watch);
    const rows = await readLastRows(ctx.tx, run.id, step, stepsBack(rules));
    // A line without a loss is the trainer's measurement on held-out data and no step.
    if (rows.at(-1)?.step !== step) return [];
    const raised = firing(rules, rows, startOf(await readStart(ctx.tx, run.id)));
    const alarms = [];
    for (const one of raised) alarms.push(...(await raise(ctx, run, one)));
    return alarms;
  });
}

async function raise(ctx: TxContext, run: TrainingRun, raised: Raised): Promise<Omit<Alarm, 'raisedAt'>[]> {
  const { rule, step, value, limit } = raised;
  const { metric, window, times, action } = rule;
  const alarm = { rule: ruleText(rule), step, metric, value, limit, window, action };
  if (!(await insertAlarm(ctx.tx, run.id, alarm, ctx.clock.now()))) return [];
  const because = rule.because === undefined ? {} : { because: rule.because };
  await appendEvent(ctx, { type: 'training.alarm', data: { run: run.name, ...alarm, times, ...because } });
  return [alarm];
}

/** The alarms of a run, and the canaries that its judges fell for. */
export async function runAlarms(ctx: Context, idOrName: string): Promise<AlarmList> {
  requireRole(ctx.actor, ...readersOfRuns);
  const run = await knownRun(reader(ctx), idOrName);
  return { alarms: await readAlarms(reader(ctx), run.id), canaries: await readCanaries(reader(ctx), run.id) };
}

/** Lets a run that a rule stopped go on: somebody has looked at its alarms and says why. */
export async function acknowledgeAlarms(ctx: Context, idOrName: string, { reason }: Acknowledge): Promise<AlarmList> {
  requireRole(ctx.actor, 'engineer');
  await transact(ctx, async (ctx) => {
    const run = await knownRun(ctx.tx, idOrName);
    const open = await openStops(ctx.tx, run.id);
    if (open.length === 0)
      throw new AppError(
        'conflict',
        `No stop rule has stopped the run "${run.name}": there is nothing to acknowledge.`,
      );
    await insertAcknowledgements(ctx.tx, run.id, open, { by: ctx.actor.id, at: ctx.clock.now(), reason });
    const alarms = open.map(({ rule, step }) => ({ rule, step }));
    await appendEvent(ctx, { type: 'training.acknowledged', data: { run: run.name, alarms, reason } });
  });
  return runAlarms(ctx, idOrName);
}

/** Stop alarms of a run that nobody has acknowledged: as long as there is one, the run does not go on. */
export async function openStops(tx: Tx, runId: string): Promise<Alarm[]> {
  const alarms = await readAlarms(tx, runId);
  return alarms.filter((alarm) => alarm.action === 'stop' && alarm.acknowledged === undefined);
}

/** Why a run does not go on, and what to do; `check_failed`, because a rule of the run was broken. */
export function stoppedByRule(run: TrainingRun, alarm: Pick<Alarm, 'rule' | 'step' | 'value' | 'limit'>): AppError {
  const figure = (value: number): string => String(Number(value.toPrecision(4)));
  return new AppError(
    'check_failed',
    `The stop rule ${alarm.rule} stopped the run "${run.name}": ${figure(alarm.value)} against ${figure(alarm.limit)} at step ${alarm.step}. ` +
      'Look at its samples; to go on nevertheless, start it again with --acknowledge-alarm and a reason.',
    { details: { rule: alarm.rule, step: alarm.step } },
  );
}

/** True for the error with which a stop rule ends a run. */
export function isStopByRule(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'check_failed' && 'rule' in error.details;
}

async function knownRun(tx: Tx, idOrName: string): Promise<TrainingRun> {
  const run = await readTrainingRun(tx, idOrName);
  if (run === undefined) throw new AppError('not_found', `There is no training run "${idOrName}".`);
  return run;
}
