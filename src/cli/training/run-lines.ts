import type { RunResult, TrainingRun } from '../../training/schema.ts';

/** What is told of a run in the terminal. */
export function runLines(run: TrainingRun): string[] {
  const { result } = run;
  if (result === undefined)
    return [`${run.name}\t${run.stage}\t${run.state}${run.error === undefined ? '' : `: ${run.error}`}`];
  const metrics = Object.entries(result.metrics).map(
    ([name, value]) => `${name} ${value === null ? '–' : Number(value.toPrecision(4))}`,
  );
  return [
    `${run.name}\t${run.stage}\t${run.state}\t${rowsText(result)}, ${result.steps} steps, ${result.seconds.toFixed(0)} s`,
    `  ${metrics.join(', ')}`,
    `  adapter ${result.adapter.sha256}`,
    ...(result.reference === undefined ? [] : [`  reference ${result.reference}`]),
    ...unchangedText(result),
  ];
}

/** A run that ended as it began has to be told: its figures look like those of any other. */
function unchangedText({ adapter, reference, args }: RunResult): string[] {
  if (reference !== `adapter ${adapter.sha256}`) return [];
  const masked =
    args?.mask_truncated_completions === true
      ? ' Completions that reach max_completion_length are masked: give a longer one, or set mask_truncated_completions=false.'
      : '';
  return [`  NOTHING WAS LEARNT: these weights are those that it began with.${masked}`];
}

function rowsText({ rows, truncated, composition }: RunResult): string {
  const kinds = Object.entries(composition?.kinds ?? {}).map(([kind, count]) => `${count} ${kind}`);
  const omitted = Object.entries(composition?.omitted ?? {}).map(([term, count]) => `${count} omitted by ${term}`);
  const long = truncated > 0 ? [`${truncated} too long and left out`] : [];
  const notes = [...kinds, ...long, ...omitted].join(', ');
  return `${rows} rows${notes === '' ? '' : ` (${notes})`}`;
}
