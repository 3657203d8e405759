import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { forestPlot } from './forest.ts';
import { radarPlot } from './radar.ts';
import { trendPlot } from './trend.ts';

function page(): Document {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return document as unknown as Document; // linkedom's document is the part of DOM that Plot needs
}

const numbers = (svg: Element, selector: string, name: string): number[] =>
  [...svg.querySelectorAll(selector)].map((one) => Number(one.getAttribute(name)));

test('a forest plot shows every estimate within its frame, in the order of the values', () => {
  const row = (label: string, value: number) => ({ panel: 'p', label, value, lower: value - 0.1, upper: value + 0.1 });
  const svg = forestPlot({ rows: [row('low', 0.2), row('middle', 0.5), row('high', 0.8)], axis: 'share' }, page());
  const [low, middle, high] = numbers(svg, 'circle', 'cx');
  if (low === undefined || middle === undefined || high === undefined) throw new Error('a dot is missing');
  expect(low).toBeGreaterThan(60);
  expect(high).toBeLessThan(680 - 30);
  expect(middle - low).toBeCloseTo(high - middle, 6);
  expect(svg.textContent).toContain('100');
});

test('differences are drawn around a line at 0, in their own unit where they are no shares', () => {
  const rows = [{ panel: '', label: 'a', value: -0.5, lower: -1, upper: 0 }];
  const svg = forestPlot({ rows, axis: 'points', domain: [-2, 2], percent: false, lines: [0] }, page());
  const [dot] = numbers(svg, 'circle', 'cx');
  const zero = [...svg.querySelectorAll('[stroke-dasharray] line, line[stroke-dasharray]')][0];
  expect(dot).toBeLessThan(Number(zero?.getAttribute('x1')));
  expect(svg.textContent).not.toContain('(%)');
});

test('a trend shows every run within its frame', () => {
  const point = (label: string, value: number) => ({ label, value, lower: value - 0.05, upper: value + 0.05 });
  const svg = trendPlot({ points: [point('one', 0.1), point('two', 0.9)], axis: 'share' }, page());
  const [first, second] = numbers(svg, 'circle', 'cy');
  expect(first).toBeGreaterThan(second ?? Number.POSITIVE_INFINITY);
  for (const y of [first, second]) expect(y).toBeGreaterThan(10);
  for (const y of [first, second]) expect(y).toBeLessThan(170);
});

test('a radar chart puts a share at its distance from the middle', () => {
  const points = ['a', 'b', 'c'].map((axis, index) => ({ series: 's', axis, value: [0, 0.5, 1][index] ?? 0 }));
  const svg = radarPlot({ points, width: 400 }, page());
  const at = [...svg.querySelectorAll('circle')].map((one) => [
    Number(one.getAttribute('cx')) - 200,
    Number(one.getAttribute('cy')) - 200,
  ]);
  const [none, half, whole] = at.map(([x, y]) => Math.hypot(x ?? 0, y ?? 0));
  expect(none).toBeCloseTo(0, 3);
  expect(whole).toBeGreaterThan(80);
  expect(half).toBeCloseTo((whole ?? 0) / 2, 3);
});
