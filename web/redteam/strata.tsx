import { NativeSelect, Table } from '@mantine/core';
import { useState } from 'react';
import type { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import type { Stratum } from '../../src/redteam/reports/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { languages } from '../app/words.ts';
import { Section } from '../models/section.tsx';
import { IntervalMark, shareAxis } from '../quality/interval-mark.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

export const stratumKinds = ['dimension', 'strategy', 'language', 'level'] as const;
export type StratumKind = (typeof stratumKinds)[number];

/** The parts of a campaign in which a target fails, worst first, with attack success and over-refusal side by side. */
export function Strata({ document }: { document: ReportDocument }) {
  const { say } = useLocale();
  const { targets } = document.report;
  const [by, setBy] = useState<StratumKind>('dimension');
  const [name, setName] = useState(targets[0]?.name ?? '');
  const target = targets.find((one) => one.name === name);
  const pair = (['rate', 'interval', 'undecided', 'bounds'] as const).map((key) => say(texts[key]));
  const heads = [
    say(texts[by]),
    say(texts.attackSuccess),
    <span key="mark" aria-hidden="true" />,
    ...pair.slice(1),
    <span key="second" className="second-half">
      {say(texts.overRefusal)}
    </span>,
    ...pair.slice(1),
  ];
  return (
    <Section id="strata" title={texts.strata}>
      <div className="example-filters">
        <NativeSelect
          label={say(texts.target)}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data={targets.map((one) => one.name)}
          translate="no"
        />
        <NativeSelect
          label={say(texts.by)}
          value={by}
          onChange={(event) => setBy(stratumKinds.find((one) => one === event.currentTarget.value) ?? by)}
          data={stratumKinds.map((one) => ({ value: one, label: say(texts[one]) }))}
        />
      </div>
      <TableFrame label={texts.strata} heads={heads}>
        {target?.by[by].map((stratum) => (
          <Row key={stratum.value} by={by} stratum={stratum} document={document} />
        ))}
      </TableFrame>
    </Section>
  );
}

function Row({ by, stratum, document }: { by: StratumKind; stratum: Stratum; document: ReportDocument }) {
  const { number } = useLocale();
  const { rate, range } = useFigures();
  const { unsafe, overRefusal } = stratum;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <StratumName by={by} value={stratum.value} document={document} />
      </Table.Th>
      <Table.Td className="number">{rate(unsafe)}</Table.Td>
      <Table.Td>
        {unsafe.rate !== null && (
          <IntervalMark value={unsafe.rate} interval={unsafe.ci95 ?? undefined} axis={shareAxis} />
        )}
      </Table.Td>
      <Table.Td className="number">{range(unsafe.ci95, unsafe.n)}</Table.Td>
      <Table.Td>{number(unsafe.undecided)}</Table.Td>
      <Table.Td className="number">{range(unsafe.bounds, unsafe.n)}</Table.Td>
      <Table.Td className="second-half number">{rate(overRefusal)}</Table.Td>
      <Table.Td className="number">{range(overRefusal.ci95, overRefusal.n)}</Table.Td>
      <Table.Td>{number(overRefusal.undecided)}</Table.Td>
      <Table.Td className="number">{range(overRefusal.bounds, overRefusal.n)}</Table.Td>
    </Table.Tr>
  );
}

/** A part by its name in the profile; what the profile no longer has is shown as it is. */
function StratumName({ by, value, document }: { by: StratumKind; value: string; document: ReportDocument }) {
  const { say } = useLocale();
  const { dimensions, strategies } = document.names;
  if (by === 'language' && (value === 'en' || value === 'zh')) return say(languages[value]);
  if (by === 'level') return say(texts.levelOf, { level: value });
  const strategy = strategies.find((one) => one.code === value);
  if (by === 'strategy' && strategy !== undefined) return say(strategy.name);
  const dimension = dimensions.find((one) => one.code === value);
  if (by !== 'dimension' || dimension === undefined) return <SourceText>{value}</SourceText>;
  return (
    <>
      <SourceText>{value}</SourceText> {say(dimension.name)} · {say(texts.weightOf, { weight: dimension.weight })}
    </>
  );
}
