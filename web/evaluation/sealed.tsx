import { Table } from '@mantine/core';
import type { EvaluationReport } from '../../src/evaluation/report-schema.ts';
import type { SealedSets } from '../../src/evaluation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { texts } from './texts.ts';

/** What is left of the budgets of the sealed sets that the evaluation asked. */
export function Sealed({ report: { models } }: { report: EvaluationReport }) {
  const { say, number, dateTime } = useLocale();
  const query = useApi<SealedSets>('/v1/evaluations/sealed');
  const names = new Set(Object.values(models).flatMap(({ sets }) => sets.map((set) => set.name)));
  return (
    <Loaded query={query}>
      {({ sets }) => {
        const own = sets.filter(({ set }) => names.has(set));
        if (own.length === 0) return null;
        const heads = (['set', 'budget', 'used', 'left', 'sealedBy'] as const).map((key) => say(texts[key]));
        return (
          <Section id="sealed" title={texts.sealed} note={texts.sealedNote}>
            <TableFrame label={texts.sealed} heads={heads}>
              {own.map(({ set, budget, used, sealedAt, sealedBy }) => (
                <Table.Tr key={set}>
                  <Table.Th scope="row" fw={500}>
                    <SourceText>{set}</SourceText>
                  </Table.Th>
                  <Table.Td>{number(budget)}</Table.Td>
                  <Table.Td>{number(used)}</Table.Td>
                  <Table.Td>{number(budget - used)}</Table.Td>
                  <Table.Td>
                    {dateTime(sealedAt)} · <SourceText>{sealedBy}</SourceText>
                  </Table.Td>
                </Table.Tr>
              ))}
            </TableFrame>
          </Section>
        );
      }}
    </Loaded>
  );
}
