/** Where the scale of a mark begins, ends, and has its lines for orientation. */
export type Axis = { low: number; high: number; lines: number[] };

/** Shares from nothing to all, with lines at the quarters. */
export const shareAxis: Axis = { low: 0, high: 1, lines: [0.25, 0.5, 0.75] };

const width = 200;
const height = 20;

/**
 * An estimate with its interval on one line, drawn beside the numbers that say the same. It is decoration for those who
 * see it; screen readers have the cells of the table.
 */
export function IntervalMark({
  value,
  interval,
  axis,
}: {
  value: number;
  interval: readonly [number, number] | undefined;
  axis: Axis;
}) {
  const x = (at: number): number =>
    (width * (Math.min(axis.high, Math.max(axis.low, at)) - axis.low)) / (axis.high - axis.low);
  const middle = height / 2;
  return (
    <svg className="interval-mark" viewBox={`-4 0 ${width + 8} ${height}`} aria-hidden="true" focusable="false">
      <line className="axis" x1={0} x2={width} y1={middle} y2={middle} />
      {axis.lines.map((at) => (
        <line key={at} className="orientation" x1={x(at)} x2={x(at)} y1={0} y2={height} />
      ))}
      {interval !== undefined && (
        <line className="range" x1={x(interval[0])} x2={x(interval[1])} y1={middle} y2={middle} />
      )}
      <circle className="point" cx={x(value)} cy={middle} r={4} />
    </svg>
  );
}
