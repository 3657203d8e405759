import { Anchor, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RunSummaries, RunSummary } from '../../src/training/watch/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { parts } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { duration } from './duration.ts';
import { stateTones } from './state-tones.ts';
import { stageNames, texts } from './texts.ts';
import './training.css';

/** All training runs, the newest first. */
export function RunsPage() {
  const { say } = useLocale();
  const summaries = useApi<RunSummaries>('/v1/training/summaries', 5);
  usePageTitle(say(texts.title));
  return (
    <section aria-labelledby="runs">
      <Title order={2} size="h4" id="runs">
        {say(texts.title)}
      </Title>
      <Loaded query={summaries}>
        {({ runs }) => (runs.length === 0 ? <Text>{say(texts.noRuns)}</Text> : <RunTable runs={runs} />)}
      </Loaded>
    </section>
  );
}

function RunTable({ runs }: { runs: RunSummary[] }) {
  const { say } = useLocale();
  return (
    <div className="figures">
      <Table verticalSpacing={4} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(['run', 'stage', 'state', 'progress', 'alarms', 'base', 'release', 'begun'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Row key={run.id} run={run} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ run }: { run: RunSummary }) {
  const { say, number, locale, dateTime } = useLocale();
  const { progress, alarms } = run;
  const left =
    run.state === 'running' && progress !== undefined && progress.step > 0
      ? (progress.seconds / progress.step) * (progress.total - progress.step)
      : undefined;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/training/$run" params={{ run: run.name }} {...props} />}
        >
          <SourceText>{run.name}</SourceText>
        </Anchor>
      </Table.Th>
      <Table.Td>{say(stageNames[run.stage])}</Table.Td>
      <Table.Td>
        <Tag tone={stateTones[run.state]}>{say(parts[run.state])}</Tag>
      </Table.Td>
      <Table.Td className="number">
        {progress !== undefined && `${number(progress.step)} / ${number(progress.total)}`}
        {left !== undefined && (
          <>
            <br />
            {say(texts.left, { time: duration(left, locale) })}
          </>
        )}
      </Table.Td>
      <Table.Td>
        <span className="tags">
          {alarms.stop > 0 && <Tag tone="bad">{say(texts.stopAlarms, { count: alarms.stop })}</Tag>}
          {alarms.warn > 0 && <Tag tone="warn">{say(texts.warnAlarms, { count: alarms.warn })}</Tag>}
        </span>
      </Table.Td>
      <Table.Td>
        <SourceText>{run.base}</SourceText>
      </Table.Td>
      <Table.Td>
        <SourceText>{run.release}</SourceText>
      </Table.Td>
      <Table.Td className="number">{dateTime(run.createdAt)}</Table.Td>
    </Table.Tr>
  );
}
