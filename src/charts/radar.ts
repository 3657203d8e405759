import * as Plot from '@observablehq/plot';
import { asSvg } from './forest.ts';
import { radarColours, radarDashes } from './radar-style.ts';

/** One share on one axis of a radar chart, of one of the series that are drawn over each other. */
export type RadarPoint = { series: string; axis: string; value: number };

export type RadarOptions = { points: RadarPoint[]; width?: number };

/** So many degrees stand for a share of 1: the chart is drawn around the pole of a map that keeps distances. */
const reach = 1;
const rings = [0.25, 0.5, 0.75, 1];

/**
 * A radar chart of shares in 0..1, a spoke for each axis and a closed line for each series. The area of such a shape depends
 * on the order of its axes and means nothing: it belongs beside a table that holds the numbers with their intervals.
 */
export function radarPlot({ points, width = 420 }: RadarOptions, document: Document): SVGSVGElement {
  const axes = [...new Set(points.map((point) => point.axis))];
  const series = [...new Set(points.map((point) => point.series))];
  const longitude = (axis: string): number => (360 * axes.indexOf(axis)) / axes.length;
  const at = (share: number): number => 90 - share * reach;
  const circle = (share: number): { lon: number; lat: number; ring: number }[] =>
    Array.from({ length: 73 }, (_, step) => ({ lon: step * 5, lat: at(share), ring: share }));
  const frame = circle(1.35).map(({ lon, lat }) => [lon, lat]);
  const plot = Plot.plot({
    document,
    width,
    height: width,
    margin: 4,
    projection: {
      type: 'azimuthal-equidistant',
      rotate: [0, -90],
      domain: { type: 'MultiPoint', coordinates: frame },
    },
    color: { domain: series, range: radarColours },
    marks: [
      Plot.line(rings.flatMap(circle), { x: 'lon', y: 'lat', z: 'ring', stroke: 'currentColor', strokeOpacity: 0.25 }),
      Plot.link(axes, {
        x1: longitude,
        y1: at(0),
        x2: longitude,
        y2: at(1),
        stroke: 'currentColor',
        strokeOpacity: 0.35,
      }),
      Plot.text(rings, { x: 180 / axes.length, y: at, text: (ring: number) => `${100 * ring} %`, fontSize: 10 }),
      Plot.text(axes, { x: longitude, y: at(1.15), text: (axis: string) => axis, lineWidth: 9, fontSize: 12 }),
      ...series.map((name, index) => {
        const own = axes.flatMap((axis) => points.filter((point) => point.series === name && point.axis === axis));
        return Plot.line(own, {
          x: (point: RadarPoint) => longitude(point.axis),
          y: (point: RadarPoint) => at(point.value),
          stroke: 'series',
          strokeWidth: 2,
          curve: 'linear-closed',
          strokeDasharray: radarDashes[index % radarDashes.length] ?? 'none',
        });
      }),
      Plot.dot(points, {
        x: (point: RadarPoint) => longitude(point.axis),
        y: (point: RadarPoint) => at(point.value),
        fill: 'series',
        r: 3.5,
      }),
    ],
  });
  return asSvg(plot);
}
