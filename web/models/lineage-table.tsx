import { Anchor, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { LineageNode, ModelLineage } from '../../src/governance/lineage-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { parts } from '../app/words.ts';
import { placed } from './layout.ts';
import { Named } from './named.tsx';
import { nodeKinds, relations, texts } from './texts.ts';

/** Every node of the graph with what it comes from, in the order of the pipeline. */
export function LineageTable({ lineage }: { lineage: ModelLineage }) {
  const { say } = useLocale();
  const names = new Map(lineage.nodes.map((node) => [node.id, node.name]));
  return (
    <div className="figures">
      <Table verticalSpacing={4} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(['what', 'name', 'state', 'comesFrom'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {inOrder(lineage).map((node) => (
            <Table.Tr key={node.id}>
              <Table.Td>{say(nodeKinds[node.kind])}</Table.Td>
              <Table.Td>
                <NodeName node={node} own={node.id === `model:${lineage.model}`} />
              </Table.Td>
              <Table.Td>
                <NodeState state={node.state} />
              </Table.Td>
              <Table.Td>
                {lineage.edges
                  .filter((edge) => edge.to === node.id)
                  .map((edge) => (
                    <div key={`${edge.from} ${edge.relation}`}>
                      <Named text={relations[edge.relation]} values={{ name: names.get(edge.from) ?? '?' }} />
                    </div>
                  ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** The nodes column by column, as they are drawn. */
function inOrder({ nodes, edges }: ModelLineage): LineageNode[] {
  return placed(nodes, edges)
    .sort((a, b) => a.column - b.column || a.row - b.row)
    .map((one) => one.node);
}

function NodeName({ node, own }: { node: LineageNode; own: boolean }) {
  const { say } = useLocale();
  if (own)
    return (
      <>
        <strong translate="no">{node.name}</strong> ({say(texts.thisModel)})
      </>
    );
  const { kind, name } = node;
  if (kind !== 'model' && !(kind === 'release' && node.state !== undefined)) return <span translate="no">{name}</span>;
  return (
    <Anchor
      size="sm"
      translate="no"
      renderRoot={(props) =>
        kind === 'model' ? (
          <Link to="/models/$name" params={{ name }} {...props} />
        ) : (
          <Link to="/releases/$name" params={{ name }} {...props} />
        )
      }
    >
      {name}
    </Anchor>
  );
}

/** The word of a state; a state of another version keeps its code. */
export function NodeState({ state }: { state: string | undefined }) {
  const { say } = useLocale();
  if (state === undefined) return null;
  const known = Object.entries(parts).find(([name]) => name === state);
  return known === undefined ? <code translate="no">{state}</code> : say(known[1]);
}
