import { Text as Paragraph, Table } from '@mantine/core';
import type { StatisticResult } from '../../src/statistics/result.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { endsText, valueText } from './figure-text.ts';
import { SourceText } from './source-text.tsx';
import { TableFrame } from './table-frame.tsx';
import { figureTable as texts } from './texts.ts';
import { useFigures } from './use-figures.ts';

/** Figures of the statistics engine as they are: method, value, interval, p, n; and why one has no value. */
export function FigureTable({
  label,
  first,
  figures,
}: {
  label: Text;
  /** What the names stand for, where the figures have names. */
  first?: Text;
  figures: readonly (StatisticResult & { name?: string })[];
}) {
  const { say, number } = useLocale();
  const { p } = useFigures();
  const columns = [texts.method, texts.value, texts.interval, texts.p, texts.n];
  const heads = (first === undefined ? columns : [first, ...columns]).map((text) => say(text));
  return (
    <TableFrame label={label} heads={heads}>
      {figures.map((figure, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the figures of an analysis never move
        <Table.Tr key={index}>
          {first !== undefined && (
            <Table.Td>
              <SourceText>{figure.name ?? ''}</SourceText>
            </Table.Td>
          )}
          <Table.Td>
            <SourceText lang="en">{figure.method}</SourceText>
            {figure.pair !== undefined && (
              <>
                {' '}
                <SourceText>{`(${figure.pair.join(', ')})`}</SourceText>
              </>
            )}
            <Notes figure={figure} />
          </Table.Td>
          <Table.Td className="number">{valueText(figure)}</Table.Td>
          <Table.Td className="number">
            <span translate="no">{endsText(figure)}</span>
          </Table.Td>
          <Table.Td className="number">{p(figure.p ?? null)}</Table.Td>
          <Table.Td>{number(figure.n)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

function Notes({ figure: { reason, ciMethod, notes = [] } }: { figure: StatisticResult }) {
  const all = [...(reason === undefined ? [] : [reason]), ...(ciMethod === undefined ? [] : [ciMethod]), ...notes];
  if (all.length === 0) return null;
  return (
    <Paragraph size="xs" c="dimmed">
      <SourceText lang="en">{all.join('; ')}</SourceText>
    </Paragraph>
  );
}
