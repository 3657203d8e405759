import type { PointerEvent } from 'react';
import type { Metric } from '../../src/training/watch/rule-schema.ts';
import type { Alarm, SeriesPoint, StandingRule } from '../../src/training/watch/schema.ts';
import { nearest, plot, type Scale, scaleOf, segments } from './scale.ts';

type Props = {
  metric: Metric;
  points: SeriesPoint[];
  rules: StandingRule[];
  alarms: Alarm[];
  at: number;
  onPoint: (index: number) => void;
  label: string;
};

/** The curve with its interval, the limits of rules as dashed lines, and a square where a rule fired. */
export function PlottedMetric({ metric, points, rules, alarms, at, onPoint, label }: Props) {
  const figures = points.map(({ from, figures }) => ({ step: from, figure: figures[metric] }));
  const values = figures.flatMap(({ figure }) =>
    figure === undefined ? [] : [figure.value, figure.low ?? figure.value, figure.high ?? figure.value],
  );
  const limits = rules.flatMap((rule) => (rule.of === 'value' && rule.against !== undefined ? [rule] : []));
  const scale = scaleOf({ first: points[0]?.from ?? 1, last: points.at(-1)?.from ?? 1 }, [
    ...values,
    ...reached(values, limits),
  ]);
  const line = figures.map(({ step, figure }) => ({ step, value: figure?.value }));
  const chosen = figures[at];
  const follow = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    onPoint(nearest(points, scale, (event.clientX - box.left) / box.width));
  };
  return (
    <svg
      className="metric-plot"
      viewBox={`0 0 ${plot.width} ${plot.height}`}
      role="img"
      aria-label={label}
      onPointerMove={follow}
      onPointerDown={follow}
    >
      <Band figures={figures} scale={scale} />
      {limits.map((rule) => (
        <line
          key={rule.text}
          className="limit"
          data-action={rule.action}
          {...{ x1: 0, x2: plot.width, y1: scale.y(rule.against ?? 0), y2: scale.y(rule.against ?? 0) }}
        />
      ))}
      {segments(line, scale).map((points) =>
        points.length === 1 ? (
          <circle key={points[0]?.x} className="lone" cx={points[0]?.x} cy={points[0]?.y} r={2.5} />
        ) : (
          <polyline key={points[0]?.x} className="curve" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
        ),
      )}
      {alarms.map(({ rule, step, action }) => (
        <rect
          key={`${rule} ${step}`}
          className="alarm"
          data-action={action}
          {...{ x: scale.x(step) - 4, y: plot.height - 10, width: 8, height: 8 }}
        />
      ))}
      {chosen !== undefined && (
        <line className="chosen" x1={scale.x(chosen.step)} x2={scale.x(chosen.step)} y1={0} y2={plot.height} />
      )}
      {chosen?.figure !== undefined && (
        <circle className="point" cx={scale.x(chosen.step)} cy={scale.y(chosen.figure.value)} r={3.5} />
      )}
    </svg>
  );
}

/** Limits near the curve: one far away would press the curve flat, and is told in the table. */
function reached(values: readonly number[], limits: readonly StandingRule[]): number[] {
  if (values.length === 0) return [];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(high - low, Math.abs(high), Math.abs(low)) * 1.5;
  return limits.flatMap(({ against }) =>
    against !== undefined && against >= low - room && against <= high + room ? [against] : [],
  );
}

type WithFigure = { step: number; figure: SeriesPoint['figures'][Metric] };

function Band({ figures, scale }: { figures: WithFigure[]; scale: Scale }) {
  const ends = (end: 'low' | 'high') => figures.map(({ step, figure }) => ({ step, value: figure?.[end] }));
  const upper = segments(ends('high'), scale);
  const lower = segments(ends('low'), scale);
  return upper.map((line, index) => {
    const shape = [...line, ...(lower[index] ?? []).toReversed()];
    return <polygon key={line[0]?.x} className="band" points={shape.map(({ x, y }) => `${x},${y}`).join(' ')} />;
  });
}
