import type { LineageEdge, LineageNode } from '../../src/governance/lineage-schema.ts';

/** A node with its column (the longest way to it from a source) and its row within the column. */
export type Placed = { node: LineageNode; column: number; row: number };

/**
 * Columns and rows of a graph without circles, so that every edge runs to a later column. Within a column nodes keep the
 * order in which they came, which is that of the pipeline.
 */
export function placed(nodes: readonly LineageNode[], edges: readonly LineageEdge[]): Placed[] {
  const columns = new Map(nodes.map((node) => [node.id, 0]));
  // A graph without circles is at rest after as many passes as it has nodes; one with a circle is cut off there.
  for (let pass = 0; pass < nodes.length; pass++)
    for (const { from, to } of edges) {
      const least = (columns.get(from) ?? 0) + 1;
      if ((columns.get(to) ?? least) < least) columns.set(to, least);
    }
  const rows = new Map<number, number>();
  return nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { node, column, row };
  });
}
