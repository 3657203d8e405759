import * as Plot from '@observablehq/plot';

/** One figure of a forest plot: a share with its interval, in a labelled row of a labelled panel. */
export type ForestRow = { panel: string; label: string; value: number; lower: number; upper: number };

export type ForestOptions = {
  rows: ForestRow[];
  /** What the horizontal axis shows, for example "share of replies". */
  axis: string;
  width?: number;
};

const rowHeight = 26;

/**
 * A forest plot of shares in 0..1, one panel under another: the interval as a line, the estimate as a dot. The caller
 * gives the document to draw in; equal rows give equal SVG. The numbers belong beside it as a table as well.
 */
export function forestPlot({ rows, axis, width = 680 }: ForestOptions, document: Document): SVGSVGElement {
  const labels = [...new Set(rows.map((row) => row.label))];
  const panels = [...new Set(rows.map((row) => row.panel))];
  const plot = Plot.plot({
    document,
    width,
    height: 50 + panels.length * (labels.length * rowHeight + 18),
    marginLeft: 150,
    marginRight: 150,
    x: { domain: [0, 1], percent: true, label: `${axis} (%)`, grid: true },
    y: { domain: labels, label: null },
    fy: { domain: panels, label: null },
    marks: [
      Plot.ruleY(rows, { x1: 'lower', x2: 'upper', y: 'label', fy: 'panel', strokeWidth: 2 }),
      Plot.dot(rows, { x: 'value', y: 'label', fy: 'panel', fill: 'currentColor', r: 4 }),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return plot as SVGSVGElement; // without legend and figure options Plot returns the bare SVG
}
