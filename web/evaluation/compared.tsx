import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ComparisonReport, PairedFigures } from '../../src/evaluation/comparisons/schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text as Words } from '../app/messages.ts';
import { Section } from '../models/section.tsx';
import { Chart } from '../ui/chart.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { Flips } from './flips.tsx';
import { SliceName, usePartNames, useSliceText } from './slice-name.tsx';
import { texts } from './texts.ts';

export const findingNames: Record<PairedFigures['finding'], Words> = {
  'b better': texts.bBetter,
  'a better': texts.aBetter,
  'not distinguishable': texts.notDistinguishable,
};
const tones: Partial<Record<PairedFigures['finding'], Tone>> = { 'b better': 'good', 'a better': 'bad' };

const columns = ['finding', 'difference', 'interval', 'p', 'pHolm', 'both', 'onlyA', 'onlyB', 'neither'] as const;

/** What was found over all questions, in sets and in slices, and the questions that changed. */
export function Compared({ report, path }: { report: ComparisonReport; path: string }) {
  const { say } = useLocale();
  const nameOf = usePartNames();
  const { a, b, overall, sets, slices, unpaired } = report;
  const heads = (first: Words[]) => [...first, ...columns.map((key) => texts[key])].map((text) => say(text));
  return (
    <>
      <Text size="sm">
        <SourceText>{b.target}</SourceText> / <SourceText>{a.target}</SourceText> ·{' '}
        {say(texts.unpaired, { n: overall.n, a: unpaired.a, b: unpaired.b })}
      </Text>
      <Section id="tests" title={texts.tests} note={texts.testNote}>
        <TableFrame label={texts.setsTable} heads={heads([texts.set])}>
          <Row name={say(texts.everything)} figures={overall} />
          {sets.map((one) => (
            <Row key={one.name} name={<SourceText>{one.name}</SourceText>} figures={one} />
          ))}
        </TableFrame>
        {slices.length > 0 && (
          <TableFrame label={texts.slices} heads={heads([texts.by, texts.part])}>
            {slices.map((one) => (
              <Row
                key={`${one.by} ${one.value}`}
                name={nameOf(one.by)}
                part={
                  <>
                    <SliceName by={one.by} value={one.value} /> {one.few && <Tag tone="warn">{say(texts.few)}</Tag>}
                  </>
                }
                figures={one}
              />
            ))}
          </TableFrame>
        )}
        <Differences report={report} />
      </Section>
      <Flips report={report} path={path} />
    </>
  );
}

function Row({ name, part, figures }: { name: ReactNode; part?: ReactNode; figures: PairedFigures }) {
  const { say, number } = useLocale();
  const { points, pointRange, p } = useFigures();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      {part !== undefined && <Table.Td>{part}</Table.Td>}
      <Table.Td>
        <Tag tone={tones[figures.finding]}>{say(findingNames[figures.finding])}</Tag>
      </Table.Td>
      <Table.Td className="number">{points(figures.difference)}</Table.Td>
      <Table.Td className="number">{pointRange(figures.ci95)}</Table.Td>
      <Table.Td className="number">{p(figures.p)}</Table.Td>
      <Table.Td className="number">{p(figures.pHolm ?? null)}</Table.Td>
      {([figures.both, figures.onlyA, figures.onlyB, figures.neither] as const).map((count, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table never move
        <Table.Td key={index}>{number(count)}</Table.Td>
      ))}
    </Table.Tr>
  );
}

/** The differences as a forest plot around 0: over all questions, by set, and in slices of more than a few questions. */
function Differences({ report: { overall, sets, slices } }: { report: ComparisonReport }) {
  const { say } = useLocale();
  const nameOf = usePartNames();
  const textOf = useSliceText();
  const row = (label: string, { difference, ci95 }: PairedFigures) =>
    difference === null || ci95 === null
      ? []
      : [{ panel: '', label, value: difference, lower: ci95[0], upper: ci95[1] }];
  const rows = [
    ...row(say(texts.everything), overall),
    ...sets.flatMap((one) => row(one.name, one)),
    ...slices.filter((one) => !one.few).flatMap((one) => row(`${nameOf(one.by)}: ${textOf(one.by, one.value)}`, one)),
  ];
  if (rows.length === 0) return null;
  const reach = Math.max(0.05, ...rows.flatMap(({ lower, upper }) => [Math.abs(lower), Math.abs(upper)]));
  return (
    <Chart
      drawing={{ kind: 'forest', rows, axis: say(texts.differenceAxis), domain: [-reach, reach], lines: [0] }}
      label={say(texts.differenceChart)}
    />
  );
}
