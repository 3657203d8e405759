import type { ModelLineage } from '../../src/governance/lineage-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { type Placed, placed } from './layout.ts';
import { nodeKinds } from './texts.ts';

const box = { width: 150, height: 46 };
const gap = { x: 46, y: 16 };
const mostLetters = 20;

/** The graph as a drawing for those who see it; screen readers have the table that says the same. */
export function LineageGraph({ lineage }: { lineage: ModelLineage }) {
  const all = placed(lineage.nodes, lineage.edges);
  const places = new Map(all.map((one) => [one.node.id, one]));
  const columns = Math.max(...all.map((one) => one.column)) + 1;
  const rows = Math.max(...all.map((one) => one.row)) + 1;
  const width = columns * (box.width + gap.x) - gap.x + 4;
  const height = rows * (box.height + gap.y) - gap.y + 4;
  return (
    <div className="lineage-graph" translate="no">
      <svg width={width} height={height} viewBox={`-2 -2 ${width} ${height}`} aria-hidden="true" focusable="false">
        {lineage.edges.map(({ from, to, relation }) => (
          <Edge key={`${from} ${to} ${relation}`} from={places.get(from)} to={places.get(to)} />
        ))}
        {all.map((one) => (
          <Box key={one.node.id} place={one} own={one.node.id === `model:${lineage.model}`} />
        ))}
      </svg>
    </div>
  );
}

const left = ({ column }: Placed): number => column * (box.width + gap.x);
const top = ({ row }: Placed): number => row * (box.height + gap.y);

function Edge({ from, to }: { from: Placed | undefined; to: Placed | undefined }) {
  if (from === undefined || to === undefined) return null;
  const [x1, y1] = [left(from) + box.width, top(from) + box.height / 2];
  const [x2, y2] = [left(to), top(to) + box.height / 2];
  const bend = Math.max(16, (x2 - x1) / 2);
  return (
    <>
      <path className="edge" d={`M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2 - 6} ${y2}`} />
      <path className="head" d={`M ${x2} ${y2} l -7 -4 l 0 8 z`} />
    </>
  );
}

function Box({ place, own }: { place: Placed; own: boolean }) {
  const { say } = useLocale();
  const { node } = place;
  const letters = [...node.name];
  const name = letters.length > mostLetters ? `${letters.slice(0, mostLetters - 1).join('')}…` : node.name;
  return (
    <g transform={`translate(${left(place)} ${top(place)})`} data-kind={node.kind} data-own={own}>
      <rect width={box.width} height={box.height} rx={node.kind === 'model' ? 10 : 3} />
      <text x={10} y={18} className="kind">
        {say(nodeKinds[node.kind])}
      </text>
      <text x={10} y={36}>
        {name}
      </text>
    </g>
  );
}
