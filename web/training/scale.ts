export const plot = { width: 320, height: 110, left: 4, right: 4, top: 6, bottom: 6 };

export type Scale = { x: (step: number) => number; y: (value: number) => number; low: number; high: number };

/** Where steps and values stand in a chart: all steps from first to last, and all values with a little room around. */
export function scaleOf(steps: { first: number; last: number }, values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.05;
  const [low, high] = [least - room, most + room];
  const { width, height, left, right, top, bottom } = plot;
  const span = Math.max(1, steps.last - steps.first);
  return {
    low,
    high,
    x: (step) => left + ((step - steps.first) / span) * (width - left - right),
    y: (value) => height - bottom - ((value - low) / (high - low)) * (height - top - bottom),
  };
}

/** The points of lines through what was measured; a step without a figure parts one line from the next. */
export function segments(
  points: readonly { step: number; value: number | undefined }[],
  scale: Scale,
): { x: number; y: number }[][] {
  const lines: { x: number; y: number }[][] = [];
  let open: { x: number; y: number }[] | undefined;
  for (const { step, value } of points) {
    if (value === undefined) open = undefined;
    else {
      if (open === undefined) {
        open = [];
        lines.push(open);
      }
      open.push({ x: round(scale.x(step)), y: round(scale.y(value)) });
    }
  }
  return lines;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The index of the point that stands nearest to a place across a chart, as a share of its width. */
export function nearest(points: readonly { from: number }[], scale: Scale, share: number): number {
  const x = share * plot.width;
  let best = 0;
  for (const [index, { from }] of points.entries())
    if (Math.abs(scale.x(from) - x) < Math.abs(scale.x(points[best]?.from ?? 0) - x)) best = index;
  return best;
}
