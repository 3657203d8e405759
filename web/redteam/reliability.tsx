import { Table } from '@mantine/core';
import type { HeldOutFigures } from '../../src/redteam/judges/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from '../quality/format.ts';
import { IntervalMark, shareAxis } from '../quality/interval-mark.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

/** What share of replies turned out positive where the judge said how probable it was; nothing where it gave no probability. */
export function Reliability({ figures }: { figures: HeldOutFigures }) {
  const { say } = useLocale();
  const { rate, range } = useFigures();
  const filled = figures.reliability.filter((one) => one.observed.n > 0);
  if (filled.length === 0) return null;
  const heads = [
    say(texts.band),
    say(texts.predicted),
    say(texts.observed),
    <span key="mark" aria-hidden="true" />,
    say(texts.interval),
  ];
  return (
    <TableFrame label={texts.curve} heads={heads}>
      {filled.map(({ from, to, meanPredicted, observed }) => (
        <Table.Tr key={from}>
          <Table.Th scope="row" fw={500}>{`${fixed(from, 1)} – ${fixed(to, 1)}`}</Table.Th>
          <Table.Td>{meanPredicted === null ? '–' : fixed(meanPredicted)}</Table.Td>
          <Table.Td>{rate(observed)}</Table.Td>
          <Table.Td>
            {observed.rate !== null && (
              <IntervalMark value={observed.rate} interval={observed.ci95 ?? undefined} axis={shareAxis} />
            )}
          </Table.Td>
          <Table.Td>{range(observed.ci95, observed.n)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}
