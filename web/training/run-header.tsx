import { Button, Group, Progress, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RunSeries, RunSummary } from '../../src/training/watch/schema.ts';
import { ApiError, sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { holds, useMe } from '../app/who.ts';
import { parts } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { duration } from './duration.ts';
import { stateTones } from './state-tones.ts';
import { stageNames, texts } from './texts.ts';
import { isOpen } from './use-series.ts';

/** What the run is, how far it has come, what it took so far, and the button that stops it. */
export function RunHeader({ summary, series }: { summary: RunSummary; series: RunSeries }) {
  const { say, number, locale } = useLocale();
  const { data: me } = useMe();
  const { progress, state } = series;
  const left =
    progress !== undefined && state === 'running' && progress.step > 0
      ? (progress.seconds / progress.step) * (progress.total - progress.step)
      : undefined;
  return (
    <header>
      <Group gap="xs" align="baseline">
        <Title order={2} size="h4" id="run">
          <SourceText>{summary.name}</SourceText>
        </Title>
        <Tag tone={stateTones[state]}>{say(parts[state])}</Tag>
        {isOpen(state) && holds(me, 'engineer') && <StopButton run={summary.name} />}
      </Group>
      <Text size="sm">
        {say(texts.about, { stage: say(stageNames[summary.stage]), seed: String(summary.seed) })}{' '}
        <SourceText>{summary.base}</SourceText>
        {say(texts.separator)}
        {say(texts.release)} <SourceText>{summary.release}</SourceText>
      </Text>
      {progress !== undefined && (
        <>
          <Progress value={(100 * progress.step) / progress.total} aria-label={say(texts.progress)} mt={4} />
          <Text size="sm">
            {say(texts.stepOf, { step: progress.step, total: progress.total })}
            {say(texts.separator)}
            {say(texts.took, { time: duration(progress.seconds, locale) })}
            {left !== undefined && `${say(texts.separator)}${say(texts.left, { time: duration(left, locale) })}`}
          </Text>
        </>
      )}
      <Text size="sm" c="dimmed">
        {say(texts.judgments, {
          reward: number(summary.judgments.reward),
          heldOut: number(summary.judgments.heldOut),
          canary: number(summary.judgments.canary),
        })}
      </Text>
      {state !== 'running' && summary.error !== undefined && (
        <div className="notice">
          <SourceText lang="en">{summary.error}</SourceText>
        </div>
      )}
      {state === 'stopped' && summary.alarms.unacknowledged > 0 && (
        <Text size="sm">
          {say(texts.goOn)} <code translate="no">--acknowledge-alarm</code>
        </Text>
      )}
    </header>
  );
}

function StopButton({ run }: { run: string }) {
  const { say } = useLocale();
  const client = useQueryClient();
  const stop = useMutation<unknown, Error>({
    mutationFn: () => sendJson('POST', `/v1/training/runs/${encodeURIComponent(run)}/stop`),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => stop.mutate()} loading={stop.isPending}>
        {say(texts.stop)}
      </Button>
      <Text size="sm" role="status">
        {stop.isSuccess && say(texts.stopping)}
        {stop.error instanceof ApiError && <SourceText lang="en">{stop.error.message}</SourceText>}
      </Text>
    </>
  );
}
