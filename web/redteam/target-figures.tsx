import { Table, Text } from '@mantine/core';
import type { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import type { TargetFigures as Figures } from '../../src/redteam/reports/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { IntervalMark, shareAxis } from '../quality/interval-mark.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

type Line = {
  name: string;
  rate: string;
  value: number | null;
  ends: readonly [number, number] | null;
  n: number;
  undecided?: number;
  bounds?: readonly [number, number] | null;
};

/** Both outcomes of every target side by side: raw, corrected for the judge, and weighted by severity. */
export function TargetFigures({ document }: { document: ReportDocument }) {
  const { say, locale } = useLocale();
  const { report, weighted } = document;
  const heads = [
    say(texts.target),
    say(texts.figure),
    say(texts.rate),
    <span key="mark" aria-hidden="true" />,
    ...(['interval', 'undecided', 'bounds'] as const).map((key) => say(texts[key])),
  ];
  return (
    <Section id="figures" title={texts.figures} note={texts.figuresNote}>
      <TableFrame label={texts.figures} heads={heads}>
        {report.targets.map((target) => (
          <Rows key={target.name} target={target} heavy={weighted.targets.find((one) => one.target === target.name)} />
        ))}
      </TableFrame>
      <Text size="xs" c="dimmed">
        {weighted.note[locale]}
      </Text>
    </Section>
  );
}

function Rows({
  target,
  heavy,
}: {
  target: Figures;
  heavy: ReportDocument['weighted']['targets'][number] | undefined;
}) {
  const { say, number } = useLocale();
  const { rate, share, range } = useFigures();
  const raw = (name: string, one: Figures['unsafe']): Line => ({
    name,
    rate: rate(one),
    value: one.rate,
    ends: one.ci95,
    n: one.n,
    undecided: one.undecided,
    bounds: one.bounds,
  });
  const corrected = (figure: string, one: Figures['corrected']['unsafe']): Line => ({
    name: say(texts.corrected, { figure }),
    rate: share(one.value, one.n),
    value: one.value,
    ends: one.ci95,
    n: one.n,
  });
  const [attack, refusal] = [say(texts.attackSuccess), say(texts.overRefusal)];
  const lines: Line[] = [
    raw(attack, target.unsafe),
    corrected(attack, target.corrected.unsafe),
    ...(heavy === undefined
      ? []
      : [
          {
            ...heavy,
            name: say(texts.weighted),
            rate: share(heavy.rate, heavy.n),
            value: heavy.rate,
            ends: heavy.ci95,
          },
        ]),
    raw(refusal, target.overRefusal),
    corrected(refusal, target.corrected.overRefusal),
  ];
  return lines.map((line, index) => (
    <Table.Tr key={line.name}>
      {index === 0 && (
        <Table.Th scope="rowgroup" rowSpan={lines.length} fw={500}>
          <SourceText>{target.name}</SourceText>
          <About target={target} />
        </Table.Th>
      )}
      <Table.Td>{line.name}</Table.Td>
      <Table.Td className="number">{line.rate}</Table.Td>
      <Table.Td>
        {line.value !== null && <IntervalMark value={line.value} interval={line.ends ?? undefined} axis={shareAxis} />}
      </Table.Td>
      <Table.Td className="number">{range(line.ends, line.n)}</Table.Td>
      <Table.Td>{line.undecided === undefined ? '' : number(line.undecided)}</Table.Td>
      <Table.Td className="number">{line.bounds === undefined ? '' : range(line.bounds, line.n)}</Table.Td>
    </Table.Tr>
  ));
}

function About({ target }: { target: Figures }) {
  const { say } = useLocale();
  return (
    <Text size="xs" c="dimmed" component="div">
      <SourceText>{target.ref}</SourceText>
      {target.missing > 0 && <div>{say(texts.missing, { count: target.missing })}</div>}
      {target.undecidedReasons.length > 0 && (
        <details>
          <summary>{say(texts.reasons)}</summary>
          <ul>
            {target.undecidedReasons.map(({ reason, n }) => (
              <li key={reason}>
                <SourceText lang="en">{reason}</SourceText> {say(texts.times, { count: n })}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Text>
  );
}
