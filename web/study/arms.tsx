import { Table, Text } from '@mantine/core';
import type { StudyAnalysis } from '../../src/study/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { endsText, valueText } from '../ui/figure-text.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

/** Each arm's mean in total and by axis, and how often it reached the threshold. */
export function ArmsSection({ analysis: { arms, scale } }: { analysis: StudyAnalysis }) {
  const { say } = useLocale();
  const passes = arms.some((arm) => arm.passed !== undefined);
  const heads = [
    say(texts.arm),
    say(texts.n),
    say(texts.total),
    ...scale.axes.map((axis) => <SourceText key={axis}>{axis}</SourceText>),
    ...(passes ? [say(texts.passed)] : []),
  ];
  return (
    <Section id="arms" title={texts.arms} note={texts.armsNote}>
      <TableFrame label={texts.arms} heads={heads}>
        {arms.map(({ arm, total, axes, passed }) => (
          <Table.Tr key={arm}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{arm}</SourceText>
            </Table.Th>
            <Table.Td>{total.n}</Table.Td>
            <MeanCell figure={total} />
            {scale.axes.map((axis) => (
              <MeanCell key={axis} figure={axes.find((one) => one.axis === axis)?.figure} />
            ))}
            {passes && <PassedCell passed={passed} />}
          </Table.Tr>
        ))}
      </TableFrame>
    </Section>
  );
}

function MeanCell({ figure }: { figure: StudyAnalysis['arms'][number]['total'] | undefined }) {
  return (
    <Table.Td className="number">
      {figure === undefined ? '–' : valueText(figure)}
      <Text size="xs" c="dimmed" translate="no">
        {figure === undefined ? '' : endsText(figure)}
      </Text>
    </Table.Td>
  );
}

function PassedCell({ passed }: { passed: StudyAnalysis['arms'][number]['passed'] }) {
  const { rate, range } = useFigures();
  return (
    <Table.Td className="number">
      {passed === undefined ? '–' : rate(passed)}
      <Text size="xs" c="dimmed">
        {range(passed?.ci95, passed?.n ?? 0)}
      </Text>
    </Table.Td>
  );
}
