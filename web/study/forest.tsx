import { Table } from '@mantine/core';
import { intervalText, roundedText, supportedDecimals } from '../../src/statistics/digits.ts';
import type { StudyAnalysis } from '../../src/study/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { Chart } from '../ui/chart.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { texts } from './texts.ts';

/** The differences as forest plots around 0, points and shares apart, and the table behind them. */
export function Forest({ analysis: { forest } }: { analysis: StudyAnalysis }) {
  const { say } = useLocale();
  const heads = (['panel', 'contrast', 'value', 'interval'] as const).map((key) => say(texts[key]));
  return (
    <Section id="forest" title={texts.forest}>
      {(['points', 'share'] as const).map((unit) => (
        <Plotted key={unit} rows={forest.filter((row) => row.unit === unit)} unit={unit} />
      ))}
      <TableFrame label={texts.forest} heads={heads}>
        {forest.map(({ panel, label, value, lower, upper, unit, primary }) => (
          <Table.Tr key={`${panel} ${label} ${unit}`}>
            <Table.Td>
              <SourceText lang="en">{panel}</SourceText> {primary && <Tag>{say(texts.primary)}</Tag>}
            </Table.Td>
            <Table.Td>
              <SourceText>{label}</SourceText>
            </Table.Td>
            <Table.Td className="number">{roundedText(value, supportedDecimals([lower, upper]))}</Table.Td>
            <Table.Td className="number">
              <span translate="no">{intervalText([lower, upper])}</span>
            </Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
    </Section>
  );
}

function Plotted({ rows, unit }: { rows: StudyAnalysis['forest']; unit: 'points' | 'share' }) {
  const { say } = useLocale();
  if (rows.length === 0) return null;
  const reach = Math.max(...rows.flatMap(({ lower, upper }) => [Math.abs(lower), Math.abs(upper)])) || 1;
  return (
    <Chart
      drawing={{
        kind: 'forest',
        rows: rows.map(({ panel, label, ...row }) => ({ ...row, panel: '', label: `${panel}: ${label}` })),
        axis: say(unit === 'points' ? texts.points : texts.shares),
        domain: [-reach, reach],
        percent: unit === 'share',
        lines: [0],
      }}
      label={say(texts.forestChart)}
    />
  );
}
