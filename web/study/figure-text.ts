import { intervalText, roundedText, supportedDecimals } from '../../src/statistics/digits.ts';
import type { StudyFigure } from '../../src/study/report-schema.ts';

/** The interval of a figure, whatever its level. */
export function endsOf({ ci95, ci }: StudyFigure): readonly [number, number] | undefined {
  return ci95 ?? ci;
}

/** A figure with no more digits than its interval supports; without an interval with three. */
export function valueText(figure: StudyFigure): string {
  const { value } = figure;
  if (value === null) return '–';
  const ends = endsOf(figure);
  return ends === undefined ? String(Number(value.toPrecision(3))) : roundedText(value, supportedDecimals(ends));
}

/** Its interval at the digits that it supports. */
export function endsText(figure: StudyFigure): string {
  const ends = endsOf(figure);
  return ends === undefined ? '–' : intervalText(ends);
}
