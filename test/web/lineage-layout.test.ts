import { expect, test } from 'vitest';
import type { LineageEdge, LineageNode } from '../../src/governance/lineage-schema.ts';
import { placed } from '../../web/models/layout.ts';

const nodes = (...ids: string[]): LineageNode[] => ids.map((id) => ({ id, kind: 'model', name: id }));
const edges = (...pairs: string[]): LineageEdge[] =>
  pairs.map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1), relation: 'base' }));

test('every edge runs to a later column, however the nodes came, and no two nodes share a place', () => {
  const graph = edges('ab', 'bc', 'ac', 'dc', 'ce');
  for (const order of ['abcde', 'edcba', 'cadbe']) {
    const found = placed(nodes(...order), graph);
    const column = new Map(found.map((one) => [one.node.id, one.column]));
    for (const { from, to } of graph) expect(column.get(from)).toBeLessThan(column.get(to) ?? 0);
    expect(new Set(found.map((one) => `${one.column} ${one.row}`)).size).toBe(5);
    expect(Math.max(...found.map((one) => one.column))).toBe(3);
  }
});

test('a node alone stands at the beginning; an edge to nowhere and a circle do no harm', () => {
  expect(placed(nodes('a'), edges('xb'))).toMatchObject([{ column: 0, row: 0 }]);
  expect(placed(nodes('a', 'b'), edges('ab', 'ba'))).toHaveLength(2);
});
