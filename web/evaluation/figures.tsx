import { Table, Text } from '@mantine/core';
import type { EvaluationReport, SetFigures, TargetReport } from '../../src/evaluation/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Named } from '../models/named.tsx';
import { Section } from '../models/section.tsx';
import { fixed, percent } from '../quality/format.ts';
import { IntervalMark, shareAxis } from '../quality/interval-mark.tsx';
import { Chart } from '../ui/chart.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

/** How often each model was right in each set and in the mean over sets, with intervals: a chart and its table. */
export function Figures({ report: { models } }: { report: EvaluationReport }) {
  const { say } = useLocale();
  const heads = [
    say(texts.model),
    say(texts.set),
    say(texts.correct),
    <span key="mark" aria-hidden="true" />,
    ...(['interval', 'amongAnswered', 'bounds', 'guessing'] as const).map((key) => say(texts[key])),
  ];
  const rows = Object.entries(models).flatMap(([label, { sets, macro, macroCi95 }]) => [
    ...sets.flatMap(({ name, rate, ci95 }) => forestRow({ panel: name, label, rate, ci95 })),
    ...(sets.length > 1 ? forestRow({ panel: say(texts.macro), label, rate: macro, ci95: macroCi95 ?? null }) : []),
  ]);
  return (
    <Section id="figures" title={texts.figures} note={texts.figuresNote}>
      <TableFrame label={texts.figures} heads={heads}>
        {Object.entries(models).map(([name, report]) => (
          <Rows key={name} name={name} report={report} />
        ))}
      </TableFrame>
      {rows.length > 0 && (
        <Chart drawing={{ kind: 'forest', rows, axis: say(texts.shareAxis) }} label={say(texts.figuresChart)} />
      )}
    </Section>
  );
}

/** A row of a forest plot, or none where there is no rate. */
export function forestRow({
  panel,
  label,
  rate,
  ci95,
}: {
  panel: string;
  label: string;
  rate: number | null;
  ci95: readonly [number, number] | null;
}): { panel: string; label: string; value: number; lower: number; upper: number }[] {
  return rate === null || ci95 === null ? [] : [{ panel, label, value: rate, lower: ci95[0], upper: ci95[1] }];
}

function Rows({ name, report }: { name: string; report: TargetReport }) {
  const { sets, identity } = report;
  return (
    <>
      {sets.map((set, index) => (
        <Table.Tr key={set.name}>
          {index === 0 && (
            <Table.Th scope="rowgroup" rowSpan={sets.length + 1} fw={500}>
              <SourceText>{name}</SourceText>
              <Text size="xs" c="dimmed">
                <SourceText>{identity.ref}</SourceText>
              </Text>
            </Table.Th>
          )}
          <SetCells set={set} />
        </Table.Tr>
      ))}
      <MacroRow report={report} />
    </>
  );
}

function SetCells({ set }: { set: SetFigures }) {
  const { say } = useLocale();
  const { rate, share, range } = useFigures();
  const { benchmark, amongAnswered, ci95, n } = set;
  const about = (
    <Table.Td>
      <SourceText>{set.name}</SourceText>
      {benchmark !== undefined && (
        <Text size="xs" c="dimmed">
          <Named text={texts.ofSet} values={{ benchmark: benchmark.id, licence: benchmark.licence }} />
        </Text>
      )}
    </Table.Td>
  );
  if (set.judged !== undefined)
    return (
      <>
        {about}
        <Table.Td colSpan={6}>{say(texts.byJudges)}</Table.Td>
      </>
    );
  return (
    <>
      {about}
      <Table.Td className="number">{rate({ k: set.correct, n, rate: set.rate })}</Table.Td>
      <Table.Td>
        {set.rate !== null && <IntervalMark value={set.rate} interval={ci95 ?? undefined} axis={shareAxis} />}
      </Table.Td>
      <Table.Td className="number">{range(ci95, n)}</Table.Td>
      <Table.Td className="number">
        {share(amongAnswered.rate, amongAnswered.n)}
        <Text size="xs" c="dimmed">
          {range(amongAnswered.ci95, amongAnswered.n)}
        </Text>
      </Table.Td>
      <Table.Td className="number">{range(set.bounds, n)}</Table.Td>
      <Table.Td className="number">{set.chance === null ? '–' : share(set.chance, n)}</Table.Td>
    </>
  );
}

function MacroRow({ report: { macro, macroSe = 0, macroCi95, sets, macroReason } }: { report: TargetReport }) {
  const { say } = useLocale();
  const { share, range } = useFigures();
  const count = sets.filter((set) => set.judged === undefined).length;
  const n = sets.reduce((sum, set) => sum + set.n, 0);
  if (macro === null)
    return (
      <Table.Tr>
        <Table.Td>{say(texts.macro)}</Table.Td>
        <Table.Td colSpan={6}>
          {say(texts.noMacro)}
          {macroReason !== undefined && count > 0 && (
            <>
              {' '}
              <SourceText lang="en">{`(${macroReason})`}</SourceText>
            </>
          )}
        </Table.Td>
      </Table.Tr>
    );
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{say(texts.macro)}</strong>
      </Table.Td>
      <Table.Td className="number">
        <strong>{share(macro, n)}</strong>
      </Table.Td>
      <Table.Td>
        <IntervalMark value={macro} interval={macroCi95} axis={shareAxis} />
      </Table.Td>
      <Table.Td className="number">{range(macroCi95, n)}</Table.Td>
      <Table.Td colSpan={3}>
        <Text size="xs" c="dimmed">
          {say(texts.macroNote, { count, se: fixed(Number(percent(macroSe, 4)), 1) })}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
