import { Table, Text, Title } from '@mantine/core';
import type { ComparedPair as Pair, PairedTest } from '../../src/redteam/reports/run-comparison-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { Flips } from './flips.tsx';
import { findingNames, texts } from './texts.ts';

const tones: Partial<Record<PairedTest['finding'], Tone>> = { 'b worse': 'bad', 'b better': 'good' };

/** What was found of two targets on the requests that both were asked. */
export function ComparedPair({ pair, place }: { pair: Pair; place: number }) {
  const { say } = useLocale();
  const { a, b, matched, onlyInA, onlyInB, tests } = pair;
  const columns = ['part', 'outcome', 'finding', 'pairs', 'leftOut', 'onlyFirst', 'onlySecond'] as const;
  const heads = [...columns, 'difference', 'interval', 'p', 'pHolm'] as const;
  return (
    <section aria-labelledby={`pair-${place}`}>
      <Title order={3} size="h5" id={`pair-${place}`}>
        <SourceText>{b.target}</SourceText> (<SourceText>{b.name}</SourceText>) / <SourceText>{a.target}</SourceText> (
        <SourceText>{a.name}</SourceText>)
      </Title>
      <Text size="sm">{say(texts.matched, { matched, a: onlyInA, b: onlyInB })}</Text>
      <TableFrame label={texts.tests} heads={heads.map((key) => say(texts[key]))}>
        {tests.map((one) => (
          <Row key={`${one.outcome} ${one.by} ${one.value}`} one={one} />
        ))}
      </TableFrame>
      <Flips pair={pair} />
    </section>
  );
}

function Row({ one }: { one: PairedTest }) {
  const { say, number } = useLocale();
  const { points, pointRange, p } = useFigures();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <PartName one={one} />
      </Table.Th>
      <Table.Td>{say(one.outcome === 'unsafe' ? texts.attackSuccess : texts.overRefusal)}</Table.Td>
      <Table.Td>
        <Tag tone={tones[one.finding]}>{say(findingNames[one.finding])}</Tag>
        {one.reason !== undefined && (
          <Text size="xs" c="dimmed">
            <SourceText lang="en">{one.reason}</SourceText>
          </Text>
        )}
      </Table.Td>
      <Table.Td>{number(one.n)}</Table.Td>
      <Table.Td>{number(one.leftOut)}</Table.Td>
      <Table.Td>{number(one.onlyA)}</Table.Td>
      <Table.Td>{number(one.onlyB)}</Table.Td>
      <Table.Td>{points(one.effect)}</Table.Td>
      <Table.Td>{pointRange(one.ci95)}</Table.Td>
      <Table.Td>{p(one.p)}</Table.Td>
      <Table.Td>{p(one.pHolm)}</Table.Td>
    </Table.Tr>
  );
}

function PartName({ one }: { one: PairedTest }) {
  const { say } = useLocale();
  const names = useNames();
  if (one.by === 'all') return say(texts.everything);
  return one.by === 'strategy' ? (
    names.strategy(one.value)
  ) : (
    <>
      <SourceText>{one.value}</SourceText> {names.dimension(one.value)}
    </>
  );
}
