import { intervalText, roundedText, supportedDecimals } from '../../src/statistics/digits.ts';
import type { StatisticResult } from '../../src/statistics/result.ts';

/** The interval of a figure, whatever its level. */
export function endsOf({ ci95, ci }: StatisticResult): readonly [number, number] | undefined {
  return ci95 ?? ci;
}

/** A figure with no more digits than its interval supports; without an interval with three. */
export function valueText(figure: StatisticResult): string {
  const { value } = figure;
  if (value === null) return '–';
  const ends = endsOf(figure);
  return ends === undefined ? String(Number(value.toPrecision(3))) : roundedText(value, supportedDecimals(ends));
}

/** Its interval at the digits that it supports. */
export function endsText(figure: StatisticResult): string {
  const ends = endsOf(figure);
  return ends === undefined ? '–' : intervalText(ends);
}
