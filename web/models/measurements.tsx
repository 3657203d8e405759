import { Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ModelLineage } from '../../src/governance/lineage-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { percent } from '../quality/format.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Named } from './named.tsx';
import { Section } from './section.tsx';
import { texts } from './texts.ts';

type Evaluation = ModelLineage['evaluations'][number];
type Campaign = ModelLineage['campaigns'][number];
type Interval = readonly [number, number] | null;

/** What evaluations and red-team campaigns found of the model, each rate with its n and interval. */
export function Measurements({ lineage: { evaluations, campaigns, ablations } }: { lineage: ModelLineage }) {
  const { say } = useLocale();
  return (
    <Section id="measured" title={texts.measured}>
      {evaluations.length + campaigns.length === 0 && <Text size="sm">{say(texts.noMeasure)}</Text>}
      {evaluations.map((one) => (
        <EvaluationTable key={`${one.id} ${one.target}`} one={one} />
      ))}
      {campaigns.map((one) => (
        <CampaignTable key={`${one.id} ${one.target}`} one={one} />
      ))}
      {ablations.length > 0 && (
        <>
          <Title order={4} size="h6" mt="xs">
            {say(texts.ablations)}
          </Title>
          <ul className="findings">
            {ablations.map((one) => (
              <li key={one.name}>
                <strong translate="no">{one.name}</strong> {!one.complete && `(${say(texts.unfinished)}) `}
                <SourceText lang="en">{one.conclusion}</SourceText>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Heading({
  what,
  one,
  children,
}: {
  what: 'evaluation' | 'campaign';
  one: Evaluation | Campaign;
  children?: ReactNode;
}) {
  const { say, dateTime } = useLocale();
  return (
    <>
      <Title order={4} size="h6" mt="xs">
        {say(texts[what])} <span translate="no">{'name' in one ? one.name : one.id}</span>
        {!one.complete && ` (${say(texts.unfinished)})`}
      </Title>
      <Text size="xs" c="dimmed">
        <Named text={texts.asTarget} values={{ name: one.target, date: dateTime(one.createdAt) }} />
        {children !== undefined && <> · {children}</>}
      </Text>
    </>
  );
}

function EvaluationTable({ one }: { one: Evaluation }) {
  const { number } = useLocale();
  const { rate, range } = useRates();
  return (
    <>
      <Heading what="evaluation" one={one} />
      <div className="figures">
        <Table verticalSpacing={4} horizontalSpacing="xs">
          <Header keys={['set', 'correct', 'interval', 'unanswered', 'guessing', 'contaminated']} />
          <Table.Tbody>
            {one.sets.map((set) => (
              <Table.Tr key={set.name}>
                <Table.Td translate="no">{set.name}</Table.Td>
                <Table.Td>{rate({ k: set.correct, n: set.n, rate: set.rate })}</Table.Td>
                <Table.Td>{range(set.ci95)}</Table.Td>
                <Table.Td>{number(set.unanswered)}</Table.Td>
                <Table.Td>{set.chance === null ? '–' : `${percent(set.chance)} %`}</Table.Td>
                <Table.Td>{set.contamination === null ? '–' : number(set.contamination.questions)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

function CampaignTable({ one }: { one: Campaign }) {
  const { say, number } = useLocale();
  const { rate, range } = useRates();
  return (
    <>
      <Heading what="campaign" one={one}>
        <Named text={texts.judge} values={{ name: one.judge }} />
      </Heading>
      <div className="figures">
        <Table verticalSpacing={4} horizontalSpacing="xs">
          <Header keys={['outcome', 'figures', 'interval', 'undecided', 'bounds']} />
          <Table.Tbody>
            {(['unsafe', 'overRefusal'] as const).map((key) => (
              <Table.Tr key={key}>
                <Table.Td>{say(texts[key])}</Table.Td>
                <Table.Td>{rate(one[key])}</Table.Td>
                <Table.Td>{range(one[key].ci95)}</Table.Td>
                <Table.Td>{number(one[key].undecided)}</Table.Td>
                <Table.Td>{range(one[key].bounds)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Text size="xs" c="dimmed">
        {say(texts.boundsNote)}
      </Text>
      {one.warnings.length > 0 && (
        <ul className="findings">
          {one.warnings.map((warning) => (
            <li key={warning}>
              <SourceText lang="en">{warning}</SourceText>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Header({ keys }: { keys: (keyof typeof texts)[] }) {
  const { say } = useLocale();
  return (
    <Table.Thead>
      <Table.Tr>
        {keys.map((key) => (
          <Table.Th key={key}>{say(texts[key])}</Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

/** Rates and intervals in words, with no more digits than their n supports. */
function useRates(): {
  rate: (figure: { k: number; n: number; rate: number | null }) => string;
  range: (ends: Interval) => string;
} {
  const { say } = useLocale();
  return {
    rate: ({ k, n, rate }) =>
      rate === null ? say(texts.noRate) : say(texts.rate, { percent: percent(rate, n >= 1000 ? 1 : 0), count: k, n }),
    range: (ends) =>
      ends === null ? say(texts.noInterval) : say(texts.range, { low: percent(ends[0]), high: percent(ends[1]) }),
  };
}
