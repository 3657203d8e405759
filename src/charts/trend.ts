import * as Plot from '@observablehq/plot';
import { asSvg } from './forest.ts';

/** One measurement of a series: a share with its interval, at a place in the order of the runs. */
export type TrendPoint = { label: string; value: number; lower: number; upper: number };

export type TrendOptions = {
  points: TrendPoint[];
  /** What the vertical axis shows. */
  axis: string;
  width?: number;
};

/**
 * Shares in 0..1 from run to run with their intervals, in the order given. Runs stand at equal distances: what matters is
 * their order. The caller gives the document to draw in, and the numbers belong beside it as a table.
 */
export function trendPlot({ points, axis, width = 640 }: TrendOptions, document: Document): SVGSVGElement {
  const placed = points.map((point, index) => ({ ...point, place: index }));
  const plot = Plot.plot({
    document,
    width,
    height: 200,
    marginLeft: 50,
    marginBottom: 40,
    x: {
      type: 'point',
      domain: placed.map((point) => point.place),
      tickFormat: (place: number) => placed[place]?.label ?? '',
      label: null,
    },
    y: { domain: [0, 100], percent: true, label: `${axis} (%)`, grid: true },
    marks: [
      Plot.line(placed, { x: 'place', y: 'value', stroke: 'currentColor', strokeOpacity: 0.5 }),
      Plot.ruleX(placed, { x: 'place', y1: 'lower', y2: 'upper', strokeWidth: 2 }),
      Plot.dot(placed, { x: 'place', y: 'value', fill: 'currentColor', r: 4 }),
    ],
  });
  return asSvg(plot);
}
