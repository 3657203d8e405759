import { useEffect, useRef } from 'react';
import type { ForestOptions } from '../../src/charts/forest.ts';
import type { RadarOptions } from '../../src/charts/radar.ts';
import type { TrendOptions } from '../../src/charts/trend.ts';
import './chart.css';

/** A chart by its kind; the library that draws is fetched when the first one is shown. */
export type Drawing =
  | ({ kind: 'forest' } & ForestOptions)
  | ({ kind: 'radar' } & RadarOptions)
  | ({ kind: 'trend' } & TrendOptions);

async function draw(drawing: Drawing): Promise<SVGSVGElement> {
  switch (drawing.kind) {
    case 'forest':
      return (await import('../../src/charts/forest.ts')).forestPlot(drawing, document);
    case 'radar':
      return (await import('../../src/charts/radar.ts')).radarPlot(drawing, document);
    case 'trend':
      return (await import('../../src/charts/trend.ts')).trendPlot(drawing, document);
  }
}

/**
 * A chart as the evidence has it, drawn in the browser: one picture with a name for screen readers, whose numbers stand in a
 * table beside it.
 */
export function Chart({ drawing, label }: { drawing: Drawing; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const key = JSON.stringify(drawing);
  useEffect(() => {
    let current = true;
    place.current?.setAttribute('data-busy', 'true');
    // the text of a drawing made above
    void draw(JSON.parse(key) as Drawing).then((svg) => {
      if (!current) return;
      prepare(svg, label);
      place.current?.replaceChildren(svg);
      place.current?.removeAttribute('data-busy');
    });
    return () => {
      current = false;
    };
  }, [key, label]);
  return <div className="chart" ref={place} />;
}

/** Gives the picture its name, takes away those of its parts, and lets the page's rules allow the library's few styles. */
function prepare(svg: SVGSVGElement, label: string): void {
  for (const part of svg.querySelectorAll('[aria-label]')) {
    // names of models, sets and parts
    if (/tick label|^text$/.test(part.getAttribute('aria-label') ?? '')) part.setAttribute('translate', 'no');
    part.removeAttribute('aria-label');
  }
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  for (const style of svg.querySelectorAll('style')) style.nonce = nonce;
}
