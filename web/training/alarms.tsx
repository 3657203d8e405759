import { Table, Text, Title } from '@mantine/core';
import type { AlarmList } from '../../src/training/watch/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { figure } from './format.ts';
import { actionNames, metricNames, texts } from './texts.ts';

/** Which rules fired, with what was compared, who went on nevertheless, and the canaries that a judge let pass. */
export function Alarms({ list: { alarms, canaries } }: { list: AlarmList }) {
  const { say } = useLocale();
  return (
    <section aria-labelledby="alarms" className="figures">
      <Title order={3} size="h5" id="alarms">
        {say(texts.alarms)}
      </Title>
      <div role="status" aria-live="polite">
        <Text size="sm">{say(alarms.length === 0 ? texts.noAlarms : texts.alarmCount, { count: alarms.length })}</Text>
      </div>
      {alarms.length > 0 && <AlarmTable alarms={alarms} />}
      {canaries.judged > 0 && <Canaries canaries={canaries} />}
    </section>
  );
}

function AlarmTable({ alarms }: { alarms: AlarmList['alarms'] }) {
  const { say, number, dateTime } = useLocale();
  return (
    <Table verticalSpacing={2} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          {(['step', 'metric', 'rule', 'value', 'limit', 'action', 'time', 'acknowledged'] as const).map((key) => (
            <Table.Th key={key}>{say(texts[key])}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {alarms.map((alarm) => (
          <Table.Tr key={`${alarm.rule} ${alarm.step}`}>
            <Table.Td>{number(alarm.step)}</Table.Td>
            <Table.Td>{say(metricNames[alarm.metric])}</Table.Td>
            <Table.Td>
              <code translate="no">{alarm.rule}</code>
            </Table.Td>
            <Table.Td>{figure(alarm.value)}</Table.Td>
            <Table.Td>{figure(alarm.limit)}</Table.Td>
            <Table.Td>
              <Tag tone={alarm.action === 'stop' ? 'bad' : 'warn'}>{say(actionNames[alarm.action])}</Tag>
            </Table.Td>
            <Table.Td>{dateTime(alarm.raisedAt)}</Table.Td>
            <Table.Td>
              {alarm.acknowledged !== undefined && (
                <>
                  <SourceText>{alarm.acknowledged.by}</SourceText>
                  {say(texts.colon)}
                  <SourceText>{alarm.acknowledged.reason}</SourceText>
                </>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Canaries({ canaries: { judged, passed } }: { canaries: AlarmList['canaries'] }) {
  const { say, number } = useLocale();
  return (
    <>
      <Text size="sm" mt="xs">
        <Tag tone={passed.length > 0 ? 'bad' : 'good'}>{say(texts.canaries)}</Tag>{' '}
        {say(texts.canaryCount, { passed: passed.length, judged })}
      </Text>
      <ul className="findings">
        {passed.map(({ step, judge, score }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two canaries may be of one step; they never move
          <li key={index}>
            {say(texts.canaryPassed, { step: number(step), score: score === null ? '–' : figure(score) })}{' '}
            <SourceText>{judge}</SourceText>
          </li>
        ))}
      </ul>
    </>
  );
}
