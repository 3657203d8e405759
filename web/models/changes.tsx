import { Table } from '@mantine/core';
import type { Model } from '../../src/registry/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Section } from './section.tsx';
import { texts } from './texts.ts';

/** Who changed the state of a model, when and why. */
export function Changes({ model }: { model: Model }) {
  const { say, dateTime } = useLocale();
  const changes = [
    { key: 'registered', by: model.registeredBy, at: model.registeredAt, why: undefined },
    { key: 'approved', by: model.approvedBy, at: model.approvedAt, why: model.approvalNote },
    { key: 'retired', by: model.retiredBy, at: model.retiredAt, why: model.retirementReason },
  ] as const;
  return (
    <Section id="changes" title={texts.changes}>
      <div className="figures">
        <Table verticalSpacing={4} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {(['change', 'by', 'at', 'why'] as const).map((key) => (
                <Table.Th key={key}>{say(texts[key])}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ key, by, at, why }) =>
              by === undefined || at === undefined ? null : (
                <Table.Tr key={key}>
                  <Table.Td>{say(texts[key])}</Table.Td>
                  <Table.Td translate="no">{by}</Table.Td>
                  <Table.Td>{dateTime(at)}</Table.Td>
                  <Table.Td>{why !== undefined && <SourceText>{why}</SourceText>}</Table.Td>
                </Table.Tr>
              ),
            )}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}
