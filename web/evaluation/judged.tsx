import { Table, Text } from '@mantine/core';
import type { EvaluationJudges } from '../../src/evaluation/open-replies/schema.ts';
import type { EvaluationReport, JudgedFigures } from '../../src/evaluation/report-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { fixed } from '../quality/format.ts';
import { FigureTable } from '../ui/figure-table.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { texts } from './texts.ts';

type Share = JudgedFigures['judges'][number]['share'];
type Row = { model: string; set: string; judged: JudgedFigures };

const columns = [
  'model',
  'set',
  'judge',
  'group',
  'mean',
  'interval',
  'share',
  'interval',
  'noScore',
  'bounds',
] as const;

/** Sets whose replies judges scored: every judge by itself, the mean over them, and shares by group. */
export function Judged({ report: { evaluation, models } }: { report: EvaluationReport }) {
  const { say, t } = useLocale();
  const rows: Row[] = Object.entries(models).flatMap(([model, { sets }]) =>
    sets.flatMap(({ name, judged }) => (judged === undefined ? [] : [{ model, set: name, judged }])),
  );
  if (rows.length === 0) return null;
  const counted = [...new Map(rows.map(({ set, judged }) => [set, judged])).entries()];
  return (
    <Section id="judged" title={texts.judged} note={texts.judgedNote}>
      <ul className="findings">
        {counted.map(([set, judged]) => (
          <li key={set}>
            <SourceText>{set}</SourceText> · {say(judged.polarity === 'lower-is-better' ? texts.lower : texts.higher)} ·{' '}
            {say(texts.counted)}
            {t('colon')}
            <SourceText lang="en">{judged.counted}</SourceText>
          </li>
        ))}
      </ul>
      <TableFrame label={texts.judged} heads={columns.map((key) => say(texts[key]))}>
        {rows.map((row) => (
          <Rows key={`${row.model} ${row.set}`} row={row} />
        ))}
      </TableFrame>
      <Agreement evaluation={evaluation.id} />
    </Section>
  );
}

/** How far the judges agree on the same replies; asked for where there is more than one. */
function Agreement({ evaluation }: { evaluation: string }) {
  const { say } = useLocale();
  const query = useApi<EvaluationJudges>(`/v1/evaluations/${evaluation}/judges`);
  return (
    <Loaded query={query} missing="noSuchEvaluation">
      {({ sets }) => (
        <>
          <Text size="xs" c="dimmed" mt="xs">
            {say(texts.judgesAgreeNote)}
          </Text>
          <FigureTable
            label={texts.judgesAgree}
            first={texts.judgesAgree}
            figures={sets.flatMap(({ target, set, figures }) =>
              figures.map((figure) => ({ ...figure, name: `${target} · ${set}` })),
            )}
          />
        </>
      )}
    </Loaded>
  );
}

function Rows({ row: { model, set, judged } }: { row: Row }) {
  const { say, number } = useLocale();
  const head = (
    <>
      <Table.Th scope="row" fw={500}>
        <SourceText>{model}</SourceText>
      </Table.Th>
      <Table.Td>
        <SourceText>{set}</SourceText>
      </Table.Td>
    </>
  );
  return (
    <>
      {judged.judges.map((judge) => (
        <Table.Tr key={judge.judge}>
          {head}
          <Table.Td>
            <SourceText>{judge.judge}</SourceText>
          </Table.Td>
          <Table.Td>{say(texts.allReplies)}</Table.Td>
          <Table.Td className="number">{judge.mean === null ? '–' : fixed(judge.mean)}</Table.Td>
          <Table.Td className="number">
            {judge.ci95 === null ? '–' : `${fixed(judge.ci95[0])} – ${fixed(judge.ci95[1])}`}
          </Table.Td>
          <ShareCells share={judge.share} undecided={judge.undecided} />
        </Table.Tr>
      ))}
      {judged.groups.map(({ group, judge, share }) => (
        <Table.Tr key={`${group} ${judge}`}>
          {head}
          <Table.Td>
            <SourceText>{judge}</SourceText>
          </Table.Td>
          <Table.Td>
            <SourceText>{group}</SourceText>
          </Table.Td>
          <Table.Td colSpan={2} />
          <ShareCells share={share} undecided={share?.undecided ?? 0} />
        </Table.Tr>
      ))}
      <Table.Tr>
        {head}
        <Table.Td colSpan={2}>
          <strong>{say(texts.overJudges)}</strong>
        </Table.Td>
        <Table.Td className="number">
          <strong>{judged.mean === null ? '–' : fixed(judged.mean)}</strong>
        </Table.Td>
        <Table.Td colSpan={5}>
          <Text size="xs" c="dimmed">
            × {number(judged.judges.length)}
          </Text>
        </Table.Td>
      </Table.Tr>
    </>
  );
}

function ShareCells({ share, undecided }: { share: Share; undecided: number }) {
  const { number } = useLocale();
  const { rate, range } = useFigures();
  return (
    <>
      <Table.Td className="number">{share === null ? '–' : rate(share)}</Table.Td>
      <Table.Td className="number">{range(share?.ci95, share?.n ?? 0)}</Table.Td>
      <Table.Td>{number(undecided)}</Table.Td>
      <Table.Td className="number">{range(share?.bounds, share?.n ?? 0)}</Table.Td>
    </>
  );
}
