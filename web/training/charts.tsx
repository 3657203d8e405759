import { Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Metric } from '../../src/training/watch/rule-schema.ts';
import type { Alarm, RunSeries } from '../../src/training/watch/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { MetricChart } from './metric-chart.tsx';
import { metricNames, texts } from './texts.ts';

/** In the order of their names' table, which has every metric. */
const metrics = Object.keys(metricNames) as Metric[]; // a record over all metrics has no other keys

/** One chart for each metric that was measured, read out at one step in all of them. */
export function Charts({ series, alarms }: { series: RunSeries; alarms: Alarm[] }) {
  const { say, number } = useLocale();
  const [chosen, setChosen] = useState<number>();
  const { points } = series;
  const last = points.length - 1;
  const at = Math.min(chosen ?? last, last);
  const point = points[at];
  if (point === undefined) return <Text>{say(texts.noSteps)}</Text>;
  const shown = metrics.filter((metric) => points.some(({ figures }) => figures[metric] !== undefined));
  const step = point.from === point.to ? number(point.from) : `${number(point.from)}–${number(point.to)}`;
  return (
    <section aria-labelledby="figures">
      <Title order={3} size="h5" id="figures">
        {say(texts.figures)}
      </Title>
      <Text size="sm" c="dimmed">
        {say(texts.figuresNote)}
      </Text>
      <label className="step-choice">
        <span>{say(texts.readAt, { step })}</span>
        <input
          type="range"
          min={0}
          max={last}
          value={at}
          aria-valuetext={say(texts.readAt, { step })}
          onChange={(event) => {
            const index = Number(event.currentTarget.value);
            setChosen(index === last ? undefined : index); // the last step is followed as new ones come
          }}
        />
      </label>
      <div className="metrics">
        {shown.map((metric) => (
          <MetricChart key={metric} metric={metric} series={series} alarms={alarms} at={at} onPoint={setChosen} />
        ))}
      </div>
    </section>
  );
}
