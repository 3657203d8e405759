import { Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Metric } from '../../src/training/watch/rule-schema.ts';
import type { Alarm, Figure, RunSeries, SeriesPoint } from '../../src/training/watch/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { FigureTable } from './figure-table.tsx';
import { figure } from './format.ts';
import { PlottedMetric } from './plotted-metric.tsx';
import { metricNames, metricNotes, texts } from './texts.ts';

type Props = {
  metric: Metric;
  series: RunSeries;
  alarms: Alarm[];
  /** Index of the point that is read out, the same in all charts. */
  at: number;
  onPoint: (index: number) => void;
};

/** One metric over the steps: what it is, its figure at the chosen step, the curve with limits and alarms, and a table. */
export function MetricChart({ metric, series, alarms, at, onPoint }: Props) {
  const { say } = useLocale();
  const [open, setOpen] = useState(false);
  const { points } = series;
  const rules = series.rules.filter((rule) => rule.metric === metric);
  const raised = alarms.filter((alarm) => alarm.metric === metric);
  const name = say(metricNames[metric]);
  const values = points.flatMap((point) => point.figures[metric]?.value ?? []);
  return (
    <section className="metric" aria-label={name} data-alarm={raised.length > 0}>
      <Title order={4} size="sm">
        {name}
      </Title>
      <Readout point={points[at]} metric={metric} />
      <PlottedMetric
        metric={metric}
        points={points}
        rules={rules}
        alarms={raised}
        at={at}
        onPoint={onPoint}
        label={say(texts.chartLabel, { name, alarms: raised.length })}
      />
      <Text size="xs" c="dimmed">
        {say(texts.spanned, {
          note: say(metricNotes[metric]),
          low: figure(Math.min(...values)),
          high: figure(Math.max(...values)),
        })}
      </Text>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{say(texts.table)}</summary>
        {/* Hundreds of rows in each of a dozen tables are made only for those who look at them. */}
        {open && <FigureTable metric={metric} points={points} rules={rules} />}
      </details>
    </section>
  );
}

function Readout({ point, metric }: { point: SeriesPoint | undefined; metric: Metric }) {
  const { say, number } = useLocale();
  const found: Figure | undefined = point?.figures[metric];
  if (found === undefined)
    return (
      <Text size="sm" c="dimmed">
        {say(texts.notMeasured)}
      </Text>
    );
  return (
    <Text size="sm">
      <strong>{figure(found.value)}</strong>{' '}
      <Text span size="xs" c="dimmed">
        {found.low !== undefined &&
          found.high !== undefined &&
          `[${say(texts.from, { low: figure(found.low), high: figure(found.high) })}] `}
        {found.n > 1 && say(texts.cases, { n: number(found.n) })}
      </Text>
    </Text>
  );
}
