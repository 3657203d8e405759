import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EvaluationHistory, PairedFigures } from '../../src/evaluation/comparisons/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Named } from '../models/named.tsx';
import { Chart } from '../ui/chart.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { findingNames } from './compared.tsx';
import { Parts } from './parts.tsx';
import { texts } from './texts.ts';

type Series = EvaluationHistory['series'][number];

/** How models fared from run to run in each set, and what the latest change is worth. */
export function HistoryPage() {
  const { say } = useLocale();
  const query = useApi<EvaluationHistory>('/v1/evaluations/history');
  return (
    <Stack gap="sm">
      <Parts title={texts.history} />
      <Text size="sm">{say(texts.historyNote)}</Text>
      <Loaded query={query}>
        {({ series }) =>
          series.length === 0 ? (
            <Text>{say(texts.noHistory)}</Text>
          ) : (
            series.map((one, index) => <Course key={`${one.target} ${one.set}`} series={one} place={index} />)
          )
        }
      </Loaded>
    </Stack>
  );
}

const columns = ['run', 'correct', 'interval', 'model'] as const;

function Course({ series, place }: { series: Series; place: number }) {
  const { say } = useLocale();
  const { rate, range } = useFigures();
  const { target, set, points, sincePrevious, sinceFirst } = series;
  const named = { model: target, set };
  const drawn = points.flatMap(({ evaluation, rate: value, ci95 }) =>
    value === null || ci95 === null ? [] : [{ label: evaluation.slice(0, 8), value, lower: ci95[0], upper: ci95[1] }],
  );
  return (
    <section aria-labelledby={`series-${place}`}>
      <Title order={3} size="h5" id={`series-${place}`}>
        <Named text={texts.seriesTitle} values={named} />
      </Title>
      {drawn.length > 1 && (
        <Chart drawing={{ kind: 'trend', points: drawn, axis: say(texts.correct) }} label={say(texts.trendChart)} />
      )}
      <TableFrame label={texts.history} heads={columns.map((key) => say(texts[key]))}>
        {points.map((point) => (
          <Table.Tr key={point.evaluation}>
            <Table.Th scope="row" fw={500}>
              <RunLink point={point} />
            </Table.Th>
            <Table.Td className="number">{rate({ k: point.correct, n: point.n, rate: point.rate })}</Table.Td>
            <Table.Td className="number">{range(point.ci95, point.n)}</Table.Td>
            <Table.Td>
              <SourceText>{point.ref}</SourceText>
            </Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      {sincePrevious !== undefined && <Change title={say(texts.sincePrevious)} of={sincePrevious} />}
      {sinceFirst !== undefined && <Change title={say(texts.sinceFirst)} of={sinceFirst} />}
    </section>
  );
}

function RunLink({ point: { evaluation, completedAt } }: { point: Series['points'][number] }) {
  const { dateTime } = useLocale();
  return (
    <Anchor
      size="sm"
      underline="always"
      renderRoot={(props) => <Link to="/evaluations/$evaluation" params={{ evaluation }} {...props} />}
    >
      {dateTime(completedAt)} <span translate="no">{evaluation.slice(0, 8)}</span>
    </Anchor>
  );
}

function Change({ title, of }: { title: string; of: PairedFigures }) {
  const { say } = useLocale();
  const { points, pointRange, p } = useFigures();
  const finding = say(findingNames[of.finding]);
  return (
    <Text size="sm">
      <strong>{title}</strong>{' '}
      {of.p === null
        ? say(texts.noChange, { finding, n: of.n })
        : say(texts.changeOf, {
            finding,
            points: points(of.difference),
            range: pointRange(of.ci95),
            gained: of.onlyB,
            lost: of.onlyA,
            n: of.n,
            p: p(of.pHolm ?? of.p),
          })}
    </Text>
  );
}
