import * as Plot from '@observablehq/plot';

/** One figure of a forest plot: an estimate with its interval, in a labelled row of a labelled panel. */
export type ForestRow = { panel: string; label: string; value: number; lower: number; upper: number };

export type ForestOptions = {
  rows: ForestRow[];
  /** What the horizontal axis shows, for example "share of replies". */
  axis: string;
  width?: number;
  /** Ends of the axis in the unit of the rows; 0 and 1 without it. */
  domain?: readonly [number, number];
  /** Shares are shown in per cent, which is the default; other figures in their own unit. */
  percent?: boolean;
  /** Where lines stand across the plot: no difference, a margin. */
  lines?: readonly number[];
};

const rowHeight = 26;

/**
 * A forest plot, one panel under another: the interval as a line, the estimate as a dot; of shares in 0..1 unless the options
 * say otherwise. The caller gives the document to draw in; equal rows give equal SVG. The numbers belong beside it as a
 * table as well.
 */
export function forestPlot(options: ForestOptions, document: Document): SVGSVGElement {
  const { rows, axis, width = 680, domain = [0, 1], percent = true, lines = [] } = options;
  const labels = [...new Set(rows.map((row) => row.label))];
  const panels = [...new Set(rows.map((row) => row.panel))];
  const plot = Plot.plot({
    document,
    width,
    height: 50 + panels.length * (labels.length * rowHeight + 18),
    marginLeft: roomFor(labels),
    marginRight: roomFor(panels),
    // Plot takes a domain in the unit of the axis, whatever the unit of the values
    x: {
      domain: domain.map((end) => (percent ? 100 * end : end)),
      percent,
      label: percent ? `${axis} (%)` : axis,
      grid: true,
    },
    y: { domain: labels, label: null },
    fy: { domain: panels, label: null },
    marks: [
      ...(lines.length === 0 ? [] : [Plot.ruleX(lines, { stroke: 'currentColor', strokeDasharray: '4 3' })]),
      Plot.ruleY(rows, { x1: 'lower', x2: 'upper', y: 'label', fy: 'panel', strokeWidth: 2 }),
      Plot.dot(rows, { x: 'value', y: 'label', fy: 'panel', fill: 'currentColor', r: 4 }),
    ],
  });
  return asSvg(plot);
}

/** Pixels that the longest of some texts needs beside the frame; Chinese characters are twice as wide. */
function roomFor(texts: readonly string[]): number {
  const widths = texts.map((text) => [...text].reduce((sum, one) => sum + (one > '\u2e7f' ? 11 : 6), 0));
  return Math.min(260, Math.max(20, ...widths) + 16);
}

/** Plot's element as a document of its own: without legend and figure options Plot returns the bare SVG. */
export function asSvg(plot: Element): SVGSVGElement {
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return plot as SVGSVGElement; // see above
}
