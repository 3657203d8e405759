import { Table, Text } from '@mantine/core';
import type { ModelLineage } from '../../src/governance/lineage-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from '../quality/format.ts';
import { NodeState } from './lineage-table.tsx';
import { Section } from './section.tsx';
import { texts } from './texts.ts';

/** The training runs behind a model, with their figures under the engine's own names. */
export function Runs({ runs }: { runs: ModelLineage['runs'] }) {
  const { say, number } = useLocale();
  return (
    <Section id="runs" title={texts.runs}>
      {runs.length === 0 ? (
        <Text size="sm">{say(texts.noRuns)}</Text>
      ) : (
        <div className="figures">
          <Table verticalSpacing={4} horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                {(['run', 'stage', 'state', 'release', 'rows', 'steps', 'time', 'figures'] as const).map((key) => (
                  <Table.Th key={key}>{say(texts[key])}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {runs.map((run) => (
                <Table.Tr key={run.name}>
                  <Table.Td translate="no">{run.name}</Table.Td>
                  <Table.Td translate="no">{run.stage}</Table.Td>
                  <Table.Td>
                    <NodeState state={run.state} />
                  </Table.Td>
                  <Table.Td translate="no">{run.release}</Table.Td>
                  <Table.Td>{run.rows === undefined ? '' : number(run.rows)}</Table.Td>
                  <Table.Td>{run.steps === undefined ? '' : number(run.steps)}</Table.Td>
                  <Table.Td>{run.seconds === undefined ? '' : fixed(run.seconds / 60, 1)}</Table.Td>
                  <Table.Td translate="no">
                    <Text size="xs">{figuresText(run.metrics)}</Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Section>
  );
}

function figuresText(metrics: Record<string, number | null>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${value === null ? '–' : Number(value.toPrecision(4))}`)
    .join(', ');
}
