import { Table, Text } from '@mantine/core';
import type { Drift } from '../../src/calibration/reviewers/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from './format.ts';
import { texts } from './texts.ts';

const width = 600;
const height = 120;

/** The control chart of a reviewer's last rounds, with the same points as a table. */
export function DriftChart({ drift }: { drift: Drift | undefined }) {
  const { say, dateTime } = useLocale();
  if (drift === undefined)
    return (
      <Text size="sm" c="dimmed">
        {say(texts.driftNone)}
      </Text>
    );
  const { points, outside, basis } = drift;
  const title = say(texts.drift, { count: points.length });
  const verdict = outside === 0 ? say(texts.driftInside) : say(texts.driftOutside, { count: outside });
  return (
    <div>
      <Text size="sm" component="div">
        <strong>{title}</strong> {say(basis === 'own' ? texts.driftOwn : texts.driftPeers)} {verdict}
      </Text>
      <Plotted drift={drift} label={`${title} ${verdict}`} />
      <details>
        <summary>{say(texts.driftTable)}</summary>
        <Table verticalSpacing={2} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {(['round', 'difference', 'average', 'limits'] as const).map((key) => (
                <Table.Th key={key}>{say(texts[key])}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map((point, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two rounds may be of the same second; points never move
              <Table.Tr key={index}>
                <Table.Td>{dateTime(point.at)}</Table.Td>
                <Table.Td>{fixed(point.value)}</Table.Td>
                <Table.Td>{fixed(point.average)}</Table.Td>
                <Table.Td>{say(texts.from, { low: fixed(point.lower), high: fixed(point.upper) })}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </div>
  );
}

function Plotted({ drift: { points, centre }, label }: { drift: Drift; label: string }) {
  const reach = Math.max(
    0.1,
    ...points.map((point) => Math.max(Math.abs(point.average - centre), point.upper - centre)),
  );
  const x = (index: number): number => ((index + 0.5) * width) / points.length;
  const y = (value: number): number => height / 2 - ((value - centre) / reach) * (height / 2 - 6);
  const line = (values: number[]): string => values.map((value, index) => `${x(index)},${y(value)}`).join(' ');
  return (
    <svg className="drift-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <line className="centre" x1={0} x2={width} y1={y(centre)} y2={y(centre)} />
      <polyline className="limit" points={line(points.map((point) => point.upper))} />
      <polyline className="limit" points={line(points.map((point) => point.lower))} />
      <polyline className="average" points={line(points.map((point) => point.average))} />
      {points.map((point, index) =>
        point.outside ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: points never move
          <rect key={index} className="outside" x={x(index) - 5} y={y(point.average) - 5} width={10} height={10} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: points never move
          <circle key={index} className="inside" cx={x(index)} cy={y(point.average)} r={3} />
        ),
      )}
    </svg>
  );
}
