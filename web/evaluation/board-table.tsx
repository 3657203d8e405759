import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { BoardEntry, Leaderboard, Neighbours } from '../../src/evaluation/leaderboard/schema.ts';
import type { SetFigures } from '../../src/evaluation/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text as Words } from '../app/messages.ts';
import { fixed } from '../quality/format.ts';
import { IntervalMark, shareAxis } from '../quality/interval-mark.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

const findings: Record<Neighbours['finding'], Words> = {
  distinguishable: texts.distinguishable,
  'not distinguishable': texts.notDistinguishable,
  'not compared': texts.notCompared,
};

/** Models by sets, each figure with its interval, and between two places what can be said of them. */
export function BoardTable({ board: { sets, entries, neighbours } }: { board: Leaderboard }) {
  const { say } = useLocale();
  const heads = [
    say(texts.place),
    say(texts.model),
    say(texts.macro),
    <span key="mark" aria-hidden="true" />,
    ...sets.map(({ name }) => <SourceText key={name}>{name}</SourceText>),
  ];
  return (
    <TableFrame label={texts.leaderboard} heads={heads}>
      {entries.map((entry, index) => (
        <Fragment key={`${entry.evaluation} ${entry.target}`}>
          <Entry entry={entry} place={index + 1} sets={sets.map((set) => set.name)} />
          <Between neighbours={neighbours.find((one) => one.place === index)} columns={heads.length} />
        </Fragment>
      ))}
    </TableFrame>
  );
}

function Entry({ entry, place, sets }: { entry: BoardEntry; place: number; sets: string[] }) {
  const { say, number, dateTime } = useLocale();
  const { share, range, points } = useFigures();
  const { evaluation, target, identity, macro, macroSe, macroCi95, completedAt } = entry;
  const n = entry.sets.reduce((sum, set) => sum + set.n, 0);
  return (
    <Table.Tr>
      <Table.Td>{number(place)}</Table.Td>
      <Table.Th scope="row" fw={500}>
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/evaluations/$evaluation" params={{ evaluation }} {...props} />}
        >
          <SourceText>{target}</SourceText>
        </Anchor>
        <Text size="xs" c="dimmed">
          <SourceText>{identity.ref}</SourceText> · {dateTime(completedAt)}
        </Text>
      </Table.Th>
      <Table.Td className="number">
        {macro === null ? (
          say(texts.noMacro)
        ) : (
          <>
            <strong>{share(macro, n)}</strong>
            <Text size="xs" c="dimmed">
              {range(macroCi95, n)}
              {macroSe !== undefined && ` · ${say(texts.standardError, { points: points(macroSe) })}`}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td>{macro !== null && <IntervalMark value={macro} interval={macroCi95} axis={shareAxis} />}</Table.Td>
      {sets.map((name) => (
        <Table.Td key={name} className="number">
          <SetCell set={entry.sets.find((one) => one.name === name)} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function SetCell({ set }: { set: SetFigures | undefined }) {
  const { say, t } = useLocale();
  const { rate, range } = useFigures();
  if (set === undefined) return '–';
  if (set.judged !== undefined)
    return (
      <>
        {set.judged.mean === null ? '–' : fixed(set.judged.mean)}
        <Text size="xs" c="dimmed">
          {say(texts.overJudges)}
          {t('separator')}
          {say(set.judged.polarity === 'lower-is-better' ? texts.lower : texts.higher)}
        </Text>
      </>
    );
  const own = (set.contamination?.questions ?? 0) + (set.nearDuplicates ?? 0);
  const corpus = Object.values(set.overlap?.questions ?? {}).reduce((sum, count) => sum + count, 0);
  const overlap = Math.max(own, corpus);
  return (
    <>
      {rate({ k: set.correct, n: set.n, rate: set.rate })}
      <Text size="xs" c="dimmed">
        {range(set.ci95, set.n)}
      </Text>
      {overlap > 0 && <Tag tone="warn">{say(texts.overlapMark, { count: overlap })}</Tag>}
    </>
  );
}

function Between({ neighbours, columns }: { neighbours: Neighbours | undefined; columns: number }) {
  const { say, t } = useLocale();
  const { points, pointRange } = useFigures();
  if (neighbours === undefined) return null;
  const { finding, difference, interval, reason } = neighbours;
  return (
    <Table.Tr className="between">
      <Table.Td />
      <Table.Td colSpan={columns - 1}>
        <Text size="xs" c="dimmed" component="span">
          ↕ {say(texts.between)}
          {t('colon')}
        </Text>
        <Tag tone={finding === 'distinguishable' ? 'good' : undefined}>{say(findings[finding])}</Tag>{' '}
        <Text size="xs" c="dimmed" component="span">
          {difference !== null && `${points(difference)} (${pointRange(interval)})`}
          {finding === 'not compared' && reason !== undefined && <SourceText lang="en">{reason}</SourceText>}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
