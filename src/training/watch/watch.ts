import type { Context } from '../../context/context.ts';
import { reader } from '../../context/context.ts';
import type { WorkerEvent } from '../engine/worker-process-schema.ts';
import type { TrainingRun } from '../schema.ts';
import { openStops, stoppedByRule, storeWatched } from './alarms.ts';

/** What watches one run while its job trains it. */
export type RunWatch = {
  /** Aborts when the job is asked to stop, and when a stop rule fires. */
  readonly signal: AbortSignal;
  /** Stores an event of the worker and has the rules look at it. */
  take(event: Exclude<WorkerEvent, { type: 'heartbeat' }>, position: number): Promise<void>;
  /** The alarms since the job began, for its line of progress; empty where there is none. */
  summary(): string;
  /** Throws `check_failed` where a stop rule has fired that nobody has acknowledged. */
  refuse(): Promise<void>;
};

/** Begins to watch a run; its worker should stop at a checkpoint when the signal is aborted. */
export function watchRun(ctx: Context, run: TrainingRun, asked: AbortSignal): RunWatch {
  const stop = new AbortController();
  const raised: string[] = [];
  return {
    signal: AbortSignal.any([asked, stop.signal]),
    take: async (event, position) => {
      const alarms = await storeWatched(ctx, run, event, position);
      for (const { rule, step, action } of alarms) {
        raised.push(rule);
        ctx.log('warn', `training run ${run.name}: alarm ${rule} at step ${step} (${action})`);
        if (action === 'stop') stop.abort();
      }
    },
    summary: () => (raised.length === 0 ? '' : `ALARM ${raised.slice(-3).join(' ')}`),
    refuse: async () => {
      const [alarm] = await openStops(reader(ctx), run.id);
      if (alarm !== undefined) throw stoppedByRule(run, alarm);
    },
  };
}
