import { Table, Text } from '@mantine/core';
import type { StudyAnalysis, StudyFinding } from '../../src/study/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { endsText, valueText } from '../ui/figure-text.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { Claim, Contrast, Outcome } from './design.tsx';
import { findingNames, texts } from './texts.ts';

const columns = ['contrast', 'outcome', 'finding', 'value', 'interval', 'p', 'pHolm', 'n', 'missing', 'says'] as const;

/** Each registered contrast by its one test and its one interval. */
export function Findings({ analysis: { primary, secondary } }: { analysis: StudyAnalysis }) {
  const { say } = useLocale();
  return (
    <Section id="findings" title={texts.findings}>
      <TableFrame label={texts.findings} heads={columns.map((key) => say(texts[key]))}>
        <Row found={primary} isPrimary />
        {secondary.map((found) => (
          <Row key={`${found.contrast.a} ${found.contrast.b} ${JSON.stringify(found.outcome)}`} found={found} />
        ))}
      </TableFrame>
    </Section>
  );
}

function Row({ found, isPrimary = false }: { found: StudyFinding; isPrimary?: boolean }) {
  const { say, number } = useLocale();
  const { p } = useFigures();
  const { test, interval } = found;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Contrast contrast={found.contrast} /> {isPrimary && <Tag>{say(texts.primary)}</Tag>}
      </Table.Th>
      <Table.Td>
        <Outcome outcome={found.outcome} />
        <Text size="xs" c="dimmed">
          <Claim hypothesis={found.hypothesis} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Tag>{say(findingNames[found.finding])}</Tag>
      </Table.Td>
      <Table.Td className="number">{valueText(interval)}</Table.Td>
      <Table.Td className="number">
        <span translate="no">{endsText(interval)}</span>
      </Table.Td>
      <Table.Td className="number">{p(test.p ?? null)}</Table.Td>
      <Table.Td className="number">{p(test.pHolm ?? null)}</Table.Td>
      <Table.Td>{number(found.n)}</Table.Td>
      <Table.Td>{number(found.missing)}</Table.Td>
      <Table.Td>
        <SourceText lang="en">{found.reason}</SourceText>
      </Table.Td>
    </Table.Tr>
  );
}
