import type { WorkerEvent } from './engine/worker-process-schema.ts';

/** What is trained on and what is too long for it, told before the first step. */
export function dataText({ train, max_length }: Extract<WorkerEvent, { type: 'data' }>): string {
  const { used, overlong } = train;
  if (overlong.length === 0) return `${used} rows, none longer than ${max_length} tokens`;
  const named = overlong.slice(0, 3).join(', ') + (overlong.length > 3 ? ', …' : '');
  return `${used} rows; ${overlong.length} longer than ${max_length} tokens left out: ${named}`;
}

/** The figures of a step in one line, to three significant digits; what the engine does not report is left out. */
export function progressText(event: Extract<WorkerEvent, { type: 'log' }>): string {
  const shown = (['loss', 'reward', 'kl'] as const).flatMap((name) => {
    const value = event.metrics[name];
    return value === undefined || value === null ? [] : [`${name} ${value.toPrecision(3)}`];
  });
  return shown.join(', ');
}
