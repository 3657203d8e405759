import { Table, Text } from '@mantine/core';
import type { Figure } from '../../src/redteam/figure-schema.ts';
import type { CalibrationFigures } from '../../src/redteam/judges/calibration-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from '../quality/format.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { texts } from './texts.ts';

const rows = ['balancedF1', 'kappa', 'alpha', 'weightedKappa', 'bias', 'calibrationError'] as const;

/** A judge beside clinicians: each figure with its interval, and the clinicians beside each other as the ceiling. */
export function Agreement({ figures }: { figures: CalibrationFigures | undefined }) {
  const { say, number } = useLocale();
  if (figures === undefined) return <Text size="sm">{say(texts.noCalibration)}</Text>;
  const heads = [say(texts.figure), say(texts.value), say(texts.interval), say(texts.n)];
  const { ceiling, byDimension } = figures;
  return (
    <>
      <TableFrame label={texts.calibration} heads={heads}>
        {rows.map((key) => (
          <Row key={key} name={say(texts[key])} figure={figures[key]} />
        ))}
        {(['sensitivity', 'specificity'] as const).map((key) => {
          const { rate, ci95, n } = figures[key];
          return <Row key={key} name={say(texts[key])} figure={{ value: rate, ci95, n, method: '' }} />;
        })}
        <Table.Tr>
          <Table.Th scope="row" fw={500}>
            {say(texts.undecided)}
          </Table.Th>
          <Table.Td>{number(figures.undecided)}</Table.Td>
          <Table.Td />
          <Table.Td>{number(figures.n)}</Table.Td>
        </Table.Tr>
      </TableFrame>
      {ceiling.clinicians.length > 0 && (
        <TableFrame label={texts.clinicians} heads={[say(texts.clinicians), ...heads.slice(1)]}>
          {ceiling.clinicians.map(({ labeller, balancedF1 }) => (
            <Row key={labeller} name={<SourceText>{labeller}</SourceText>} figure={balancedF1} />
          ))}
          <Row name={say(texts.judgeHere)} figure={ceiling.judge} />
        </TableFrame>
      )}
      {Object.keys(byDimension).length > 1 && (
        <TableFrame label={texts.byDimension} heads={[say(texts.byDimension), ...heads.slice(1)]}>
          {Object.entries(byDimension).map(([code, one]) => (
            <Row key={code} name={<SourceText>{code}</SourceText>} figure={one.balancedF1} />
          ))}
        </TableFrame>
      )}
    </>
  );
}

function Row({ name, figure: { value, ci95, n, reason } }: { name: React.ReactNode; figure: Figure }) {
  const { say, number } = useLocale();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      <Table.Td>
        {value === null ? (
          <>
            {say(texts.undefined)} {reason !== undefined && <SourceText lang="en">{`(${reason})`}</SourceText>}
          </>
        ) : (
          fixed(value)
        )}
      </Table.Td>
      <Table.Td>{ci95 === null ? '–' : `${fixed(ci95[0])} – ${fixed(ci95[1])}`}</Table.Td>
      <Table.Td>{number(n)}</Table.Td>
    </Table.Tr>
  );
}
