import { Table, Text } from '@mantine/core';
import type { Study } from '../../src/study/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { texts } from './texts.ts';

type Row = { name: string; by?: string; at?: string; eventSeq?: number; reason?: string | undefined };

/** When the design was sealed, rating began and ended, with the log's events, and the digest of what was sealed. */
export function Steps({ study }: { study: Study }) {
  const { say, dateTime } = useLocale();
  const { registered, opened, closed, amendments, plan } = study;
  const signed = closed?.signature;
  const rows: Row[] = [
    { name: say(texts.registered), ...registered, reason: registered?.lowPower },
    ...amendments.map(({ number, ...one }) => ({
      name: say(texts.amendment, { number }),
      ...one,
      reason: `${one.reason}: ${one.change}`,
    })),
    { name: say(texts.opened), ...opened, reason: opened?.missing },
    { name: say(texts.closed), ...closed, by: signed?.name ?? closed?.by ?? '', reason: closed?.incomplete },
  ];
  const heads = (['step', 'when', 'who', 'event', 'reason'] as const).map((key) => say(texts[key]));
  return (
    <Section id="steps" title={texts.steps}>
      <TableFrame label={texts.steps} heads={heads}>
        {rows.map(({ name, at, by, eventSeq, reason }) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={500}>
              {name}
            </Table.Th>
            <Table.Td>{at === undefined ? say(texts.notYet) : dateTime(at)}</Table.Td>
            <Table.Td>{by !== undefined && <SourceText>{by}</SourceText>}</Table.Td>
            <Table.Td>{eventSeq}</Table.Td>
            <Table.Td>{reason !== undefined && <SourceText>{reason}</SourceText>}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      <Text size="sm">
        <strong>{say(texts.digest)}</strong>{' '}
        <code translate="no" className="digest">
          {plan.digest}
        </code>
      </Text>
      <Text size="xs" c="dimmed">
        {say(texts.digestNote)}
      </Text>
    </Section>
  );
}
