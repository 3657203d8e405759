import { Stack, Text } from '@mantine/core';
import type { AlarmList, RunSummaries } from '../../src/training/watch/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { holds, useMe } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Alarms } from './alarms.tsx';
import { Charts } from './charts.tsx';
import { RunHeader } from './run-header.tsx';
import { Samples } from './samples.tsx';
import { texts } from './texts.ts';
import './training.css';
import { isOpen, useSeries } from './use-series.ts';

const everySeconds = 5;

/** A training run as it goes: figures, alarms, samples. */
export function RunPage({ name }: { name: string }) {
  const { say } = useLocale();
  const series = useSeries(name);
  usePageTitle(name);
  return (
    <section aria-labelledby="run">
      <Loaded query={series}>
        {(data) => (
          <Stack gap="md">
            <Watched name={name} series={data} />
            <Text size="xs" c="dimmed">
              {say(texts.promise)}
            </Text>
          </Stack>
        )}
      </Loaded>
    </section>
  );
}

function Watched({ name, series }: { name: string; series: NonNullable<ReturnType<typeof useSeries>['data']> }) {
  const { data: me } = useMe();
  const seconds = isOpen(series.state) ? everySeconds : undefined;
  const summaries = useApi<RunSummaries>('/v1/training/summaries', seconds);
  const alarms = useApi<AlarmList>(`/v1/training/runs/${encodeURIComponent(name)}/alarms`, seconds);
  return (
    <>
      <Loaded query={summaries}>
        {({ runs }) => {
          const summary = runs.find((run) => run.name === series.run);
          return summary === undefined ? null : <RunHeader summary={summary} series={series} />;
        }}
      </Loaded>
      <Loaded query={alarms}>{(list) => <Alarms list={list} />}</Loaded>
      <Charts series={series} alarms={alarms.data?.alarms ?? []} />
      {holds(me, 'engineer', 'auditor', 'red-teamer') && series.stage === 'grpo' && <Samples run={name} />}
    </>
  );
}
