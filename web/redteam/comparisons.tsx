import { Table, Text } from '@mantine/core';
import type { Comparison } from '../../src/redteam/reports/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

const columns = [
  'against',
  'outcome',
  'pairs',
  'leftOut',
  'onlyFirst',
  'onlySecond',
  'difference',
  'interval',
  'p',
  'pHolm',
] as const;

/** The targets of one campaign against each other on the same requests. */
export function Comparisons({ comparisons }: { comparisons: Comparison[] }) {
  const { say, number } = useLocale();
  const { points, pointRange, p } = useFigures();
  return (
    <Section id="comparisons" title={texts.comparisons}>
      <TableFrame label={texts.comparisons} heads={columns.map((key) => say(texts[key]))}>
        {comparisons.map((one) => (
          <Table.Tr key={`${one.a} ${one.b} ${one.outcome}`}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{one.b}</SourceText> / <SourceText>{one.a}</SourceText>
            </Table.Th>
            <Table.Td>{say(one.outcome === 'unsafe' ? texts.attackSuccess : texts.overRefusal)}</Table.Td>
            <Table.Td>{number(one.n)}</Table.Td>
            <Table.Td>{number(one.leftOut)}</Table.Td>
            <Table.Td>{number(one.onlyA)}</Table.Td>
            <Table.Td>{number(one.onlyB)}</Table.Td>
            <Table.Td>{points(one.effect)}</Table.Td>
            <Table.Td>{pointRange(one.ci95)}</Table.Td>
            <Table.Td>
              {one.p === null && one.reason !== undefined ? <SourceText lang="en">{one.reason}</SourceText> : p(one.p)}
            </Table.Td>
            <Table.Td>{p(one.pHolm)}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      <Text size="xs" c="dimmed">
        {say(texts.comparisonNote)}
      </Text>
    </Section>
  );
}
