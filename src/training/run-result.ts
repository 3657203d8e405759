import { z } from 'zod';
import type { WorkerEvent } from './engine/worker-process-schema.ts';
import type { RunResult } from './schema.ts';

/** What a run's result and progress need of the events so far. */
export type RunFacts = {
  take(event: WorkerEvent): void;
  step(): number;
  leftOut(): string[];
  start(): Pick<RunResult, 'reference' | 'args'>;
  data(): Pick<RunResult, 'rows' | 'tokens' | 'truncated'>;
};

/** What the result needs of the worker's opening events. */
export function runFacts(): RunFacts {
  let rows: Extract<WorkerEvent, { type: 'data' }> | undefined;
  let start: Extract<WorkerEvent, { type: 'start' }> | undefined;
  let step = 0;
  return {
    step: () => step,
    take: (event) => {
      if ('step' in event) step = event.step;
      if (event.type === 'data') rows = event;
      if (event.type === 'start') start = event;
    },
    leftOut: () => rows?.train.overlong ?? [],
    start: () => ({
      ...(start?.reference == null ? {} : { reference: `${start.reference.kind} ${start.reference.sha256}` }),
      ...(start === undefined ? {} : { args: start.args }),
    }),
    data: () => ({
      rows: rows?.train.used ?? 0,
      tokens: rows?.train.tokens ?? null,
      truncated: rows?.train.overlong.length ?? 0,
    }),
  };
}

const Steps = z.object({ steps: z.int(), seconds: z.number() });

/** Steps and seconds apart, nested figures flattened (`held_out.accuracy`), everything that is no figure left out. */
export function metricsOf(metrics: Record<string, unknown>): Pick<RunResult, 'steps' | 'seconds' | 'metrics'> {
  const figures: Record<string, number | null> = {};
  const collect = (prefix: string, value: unknown): void => {
    if (typeof value === 'number' || value === null) figures[prefix] = value;
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) collect(prefix === '' ? name : `${prefix}.${name}`, inner);
  };
  collect('', metrics);
  const { steps, seconds } = Steps.parse(metrics);
  delete figures.steps;
  delete figures.seconds;
  return { steps, seconds, metrics: figures };
}
