import { Table, Text } from '@mantine/core';
import type { AgreementItem, SliceBy } from '../../src/calibration/schema.ts';
import type { ProfileNames } from '../../src/server/profile-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { languageName } from '../pages/instance-table.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Beside, FigureValue, MethodName, useInterval } from './figure.tsx';
import { percent } from './format.ts';
import { IntervalMark } from './interval-mark.tsx';
import { texts } from './texts.ts';

const axis = { low: -0.2, high: 1, lines: [0.667, 0.8] };

/** One row per criterion or dimension, and slice: figure, interval, chart, what stands beside it, and how much it rests on. */
export function AgreementTable({
  label,
  by,
  items,
  ofDimensions = false,
}: {
  label: string;
  by: SliceBy;
  items: AgreementItem[];
  ofDimensions?: boolean;
}) {
  const { say } = useLocale();
  if (items.length === 0) return <Text c="dimmed">{say(texts.nothing)}</Text>;
  const columns = [
    texts.item,
    ...(by === 'all' ? [] : [texts.slice]),
    texts.figure,
    texts.interval,
    texts.chart,
    texts.beside,
    ...(ofDimensions ? [texts.prevalence] : []),
    texts.size,
    texts.raters,
  ];
  return (
    // A region that scrolls has to be reachable by the keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1 asks for it where content scrolls
    <section className="figures" aria-label={label} tabIndex={0}>
      <Table verticalSpacing={6} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.en}>{say(column)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Row key={`${item.item}/${item.slice}`} item={item} by={by} ofDimensions={ofDimensions} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Row({ item, by, ofDimensions }: { item: AgreementItem; by: SliceBy; ofDimensions: boolean }) {
  const { say, number } = useLocale();
  const names = useNames();
  const interval = useInterval();
  const { headline } = item;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {ofDimensions ? names.dimension(item.item) : names.criterion(item.item)}
      </Table.Th>
      {by !== 'all' && (
        <Table.Td>
          <SliceName by={by} slice={item.slice ?? ''} />
        </Table.Td>
      )}
      <Table.Td>
        <strong className="number">
          <FigureValue figure={headline} />
        </strong>
        <Text size="xs" c="dimmed">
          <MethodName figure={headline} />
        </Text>
      </Table.Td>
      <Table.Td className="number">{headline.value !== null && interval(headline.ci95)}</Table.Td>
      <Table.Td>
        {headline.value !== null && <IntervalMark value={headline.value} interval={headline.ci95} axis={axis} />}
      </Table.Td>
      <Table.Td>
        <Beside figures={item.beside} />
      </Table.Td>
      {ofDimensions && <Table.Td>{item.prevalence !== undefined && `${percent(item.prevalence, 1)} %`}</Table.Td>}
      <Table.Td className="number">
        {item.single === 0 ? number(item.n) : say(texts.sizeOf, { n: item.n, single: item.single })}
        <Details item={item} />
      </Table.Td>
      <Table.Td>{item.raters}</Table.Td>
    </Table.Tr>
  );
}

/** Missing entries and how the interval was drawn. */
function Details({ item }: { item: AgreementItem }) {
  const { say } = useLocale();
  const { seed, replicates, undefinedReplicates = 0 } = item.headline;
  return (
    <details>
      <summary>{say(texts.methods)}</summary>
      <Text size="xs">{say(texts.missing, { missing: item.missing, cells: item.missing + item.ratings })}</Text>
      {seed !== undefined && replicates !== undefined && (
        <Text size="xs">{say(texts.seed, { seed: String(seed), replicates, undefined: undefinedReplicates })}</Text>
      )}
    </details>
  );
}

function SliceName({ by, slice }: { by: SliceBy; slice: string }) {
  const { say } = useLocale();
  const profile = useApi<ProfileNames>('/v1/profile').data;
  if (by === 'language') return <>{languageName(slice, say)}</>;
  if (by === 'track') {
    const track = profile?.rubrics.find((one) => one.track === slice);
    return <>{track === undefined ? slice : say(track.name)}</>;
  }
  return slice === '' ? say(texts.noSpecialty) : <SourceText>{slice}</SourceText>;
}
