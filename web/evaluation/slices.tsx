import { Anchor, NativeSelect, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { EvaluationReport, EvaluationSlices, SliceFigures } from '../../src/evaluation/report-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { IntervalMark, shareAxis } from '../quality/interval-mark.tsx';
import { Chart } from '../ui/chart.tsx';
import '../ui/examples.css';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { forestRow } from './figures.tsx';
import { SliceName, usePartNames, useSliceText } from './slice-name.tsx';
import { texts } from './texts.ts';

/** More parts than these are read in the table, whose rows have a mark each. */
const mostDrawn = 12;

/** How each model did in the parts of its questions, each with n and interval. */
export function Slices({ report: { evaluation } }: { report: EvaluationReport }) {
  const { say } = useLocale();
  const query = useApi<EvaluationSlices>(`/v1/evaluations/${evaluation.id}/slices`);
  return (
    <Section id="slices" title={texts.slices}>
      <Loaded query={query} missing="noSuchEvaluation">
        {({ slices, few }) => (
          <>
            <Text size="xs" c="dimmed">
              {say(texts.slicesNote, { few })}
            </Text>
            {slices.length === 0 ? (
              <Text size="sm">{say(texts.noSlices)}</Text>
            ) : (
              <Shown evaluation={evaluation.id} slices={slices} />
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Shown({ evaluation, slices }: { evaluation: string; slices: SliceFigures[] }) {
  const { say } = useLocale();
  const nameOf = usePartNames();
  const textOf = useSliceText();
  const kinds = [...new Set(slices.map((slice) => slice.by))];
  const [chosen, setChosen] = useState(kinds.includes('specialty') ? 'specialty' : kinds[0]);
  const by = kinds.find((kind) => kind === chosen) ?? kinds[0] ?? '';
  const shown = slices.filter((slice) => slice.by === by);
  const heads = [
    nameOf(by),
    say(texts.model),
    say(texts.correct),
    <span key="mark" aria-hidden="true" />,
    ...(['interval', 'unanswered'] as const).map((key) => say(texts[key])),
  ];
  const byValue = [...Map.groupBy(shown, (slice) => slice.value)];
  const rows = shown.flatMap(({ value, target, rate, ci95 }) =>
    forestRow({ panel: target, label: textOf(by, value), rate, ci95 }),
  );
  return (
    <>
      <div className="example-filters">
        <NativeSelect
          label={say(texts.by)}
          value={by}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={kinds.map((kind) => ({ value: kind, label: nameOf(kind) }))}
        />
      </div>
      <TableFrame label={texts.slices} heads={heads}>
        {byValue.flatMap(([value, own]) =>
          own.map((slice, index) => (
            <Table.Tr key={`${value} ${slice.target}`}>
              {index === 0 && (
                <Table.Th scope="rowgroup" rowSpan={own.length} fw={500}>
                  <SliceName by={by} value={value} />
                </Table.Th>
              )}
              <Cells evaluation={evaluation} slice={slice} />
            </Table.Tr>
          )),
        )}
      </TableFrame>
      {byValue.length <= mostDrawn && (
        <Chart drawing={{ kind: 'forest', rows, axis: say(texts.shareAxis) }} label={say(texts.slicesChart)} />
      )}
    </>
  );
}

function Cells({ evaluation, slice }: { evaluation: string; slice: SliceFigures }) {
  const { say, number } = useLocale();
  const { rate, range } = useFigures();
  const { target, by, value, correct, n, ci95 } = slice;
  return (
    <>
      <Table.Td>
        <SourceText>{target}</SourceText>
      </Table.Td>
      <Table.Td className="number">
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => (
            <Link
              to="/evaluations/$evaluation/items"
              params={{ evaluation }}
              search={{ target, by, value }}
              {...props}
            />
          )}
        >
          {rate({ k: correct, n, rate: slice.rate })}
        </Anchor>{' '}
        {slice.few && <Tag tone="warn">{say(texts.few)}</Tag>}
      </Table.Td>
      <Table.Td>
        {slice.rate !== null && <IntervalMark value={slice.rate} interval={ci95 ?? undefined} axis={shareAxis} />}
      </Table.Td>
      <Table.Td className="number">{range(ci95, n)}</Table.Td>
      <Table.Td>{number(slice.unanswered)}</Table.Td>
    </>
  );
}
