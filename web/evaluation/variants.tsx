import { Table, Text } from '@mantine/core';
import type { EvaluationReport, VariantFigures } from '../../src/evaluation/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { fixed } from '../quality/format.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

const columns = [
  'model',
  'set',
  'variantCount',
  'perLine',
  'perItem',
  'allOrders',
  'effective',
  'designEffect',
] as const;

/** The three scores of sets that are asked several times, and what the replies of one question are worth together. */
export function Variants({ report: { models } }: { report: EvaluationReport }) {
  const { say, number } = useLocale();
  const rows = Object.entries(models).flatMap(([model, { sets }]) =>
    sets.flatMap(({ name, variants }) => (variants === undefined ? [] : [{ model, name, variants }])),
  );
  if (rows.length === 0) return null;
  return (
    <Section id="variants" title={texts.variants} note={texts.variantsNote}>
      <TableFrame label={texts.variants} heads={columns.map((key) => say(texts[key]))}>
        {rows.map(({ model, name, variants }) => (
          <Table.Tr key={`${model} ${name}`}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{model}</SourceText>
            </Table.Th>
            <Table.Td>
              <SourceText>{name}</SourceText>
            </Table.Td>
            <Table.Td>{number(variants.variants)}</Table.Td>
            <Score of={variants.perLine} headline={variants.unit === 'line'} />
            <Score of={variants.perItem} />
            <Score of={variants.allOrders} headline={variants.unit === 'question'} />
            <Table.Td>{fixed(variants.effectiveN, 1)}</Table.Td>
            <Table.Td>{variants.designEffect === null ? '–' : fixed(variants.designEffect)}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
    </Section>
  );
}

function Score({ of, headline = false }: { of: VariantFigures['perLine']; headline?: boolean }) {
  const { say } = useLocale();
  const { rate, range } = useFigures();
  return (
    <Table.Td className="number">
      {rate(of)}
      <Text size="xs" c="dimmed">
        {range(of.ci95, of.n)}
        {headline && ` · ${say(texts.headline)}`}
      </Text>
    </Table.Td>
  );
}
