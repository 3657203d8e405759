import { metrics } from '../../training/watch/rule-schema.ts';
import type { Alarm, AlarmList, Figure, RunSeries, SeriesPoint } from '../../training/watch/schema.ts';
import { duration } from '../terminal.ts';

const bars = [...'▁▂▃▄▅▆▇█'];
const sparkWidth = 30;

/**
 * A run as a screen of lines: state and progress, then a line for each metric with its last value, the smallest and
 * greatest point, its course, and what its rules compare it with; the last alarms below.
 */
export function watchLines(series: RunSeries, { alarms, canaries }: AlarmList): string[] {
  const lines = metrics.flatMap((metric) => {
    const figures = series.points.map((point) => point.figures[metric]);
    const known = figures.filter((figure) => figure !== undefined);
    if (known.length === 0) return [];
    const values = known.map(({ value }) => value);
    const limits = series.rules.filter((rule) => rule.metric === metric && rule.of === 'value');
    const cells = [
      metric.padEnd(17),
      shown(figures.at(-1)).padStart(9),
      `${short(Math.min(...values))} – ${short(Math.max(...values))}`.padEnd(19),
      sparkline(figures.map((figure) => figure?.value)),
      limits
        .map(({ comparison, against }) => (against === undefined ? '' : `${comparison}${short(against)}`))
        .join(' '),
    ];
    return [cells.join('  ').trimEnd()];
  });
  const canary = canaries.judged === 0 ? [] : [`canaries ${canaries.passed.length} of ${canaries.judged} passed`];
  return [headline(series), ...lines, ...canary, ...alarms.slice(-5).map(alarmLine)];
}

/** A step as one line, for output that is no terminal. */
export function stepLine(series: RunSeries, point: SeriesPoint | undefined): string {
  const figures = metrics.flatMap((metric) => {
    const figure = point?.figures[metric];
    return figure === undefined ? [] : [`${metric} ${short(figure.value)}`];
  });
  return `${headline(series)} · ${figures.join(', ')}`;
}

export function alarmLine({ rule, step, value, limit, action, acknowledged }: Alarm): string {
  const seen = acknowledged === undefined ? '' : `, acknowledged by ${acknowledged.by}`;
  return `ALARM ${rule} at step ${step}: ${short(value)} against ${short(limit)} (${action}${seen})`;
}

function headline({ run, stage, state, progress }: RunSeries): string {
  if (progress === undefined) return `${run} · ${stage} · ${state} · no step yet`;
  const { step, total, seconds } = progress;
  const left = state === 'running' && step > 0 ? ` · ${duration((seconds / step) * (total - step))} left` : '';
  return `${run} · ${stage} · ${state} · step ${step}/${total}${left}`;
}

function shown(figure: Figure | undefined): string {
  return figure === undefined ? 'not meas.' : short(figure.value);
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The course of a figure in blocks, several points to a block where there are more; a blank where none was measured. */
export function sparkline(values: readonly (number | undefined)[], width = sparkWidth): string {
  const each = Math.max(1, values.length / width);
  const blocks = Array.from({ length: Math.min(width, values.length) }, (_, index) => {
    const inside = values.slice(Math.floor(index * each), Math.floor((index + 1) * each));
    const known = inside.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
  const known = blocks.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const block = (value: number | undefined): string => {
    if (value === undefined) return ' ';
    return bars[high === low ? 0 : Math.round(((value - low) / (high - low)) * (bars.length - 1))] ?? ' ';
  };
  return blocks.map(block).join('').padEnd(width);
}
