import { Table } from '@mantine/core';
import type { FindingEvent } from '../../src/redteam/findings/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { eventNames, findingTexts as texts } from './finding-texts.ts';

/** Who did what to a finding, oldest first, with what they wrote. */
export function FindingHistory({ history }: { history: FindingEvent[] }) {
  const { say, dateTime } = useLocale();
  const heads = (['when', 'what', 'who', 'remark'] as const).map((key) => say(texts[key]));
  return (
    <Section id="history" title={texts.history}>
      <TableFrame label={texts.history} heads={heads}>
        {history.map(({ position, kind, by, at, data }) => (
          <Table.Tr key={position}>
            <Table.Th scope="row" fw={500}>
              {dateTime(at)}
            </Table.Th>
            <Table.Td>{say(eventNames[kind])}</Table.Td>
            <Table.Td translate="no">{by}</Table.Td>
            <Table.Td>
              {Object.entries(data).map(([key, value]) => (
                <div key={key}>
                  <SourceText>{`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`}</SourceText>
                </div>
              ))}
            </Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
    </Section>
  );
}
