import { intervalText, roundedText, supportedDecimals } from '../statistics/digits.ts';
import type { Interval } from '../statistics/result.ts';
import type { StudyFigure } from './report-schema.ts';

/** A figure with its interval at the digits that the interval supports; without one, at four significant digits. */
export function valueText(figure: StudyFigure): string {
  if (figure.value === null) return `undefined (${figure.reason ?? 'no reason'})`;
  const ends = figure.ci95 ?? figure.ci;
  if (ends === undefined) return String(Number(figure.value.toPrecision(4)));
  return intervalValueText(figure.value, ends);
}

/** A value with its interval at the digits that the interval supports. */
export function intervalValueText(value: number, ends: Interval): string {
  return `${roundedText(value, supportedDecimals(ends))} ${intervalText(ends)}`;
}

/** p and, where it belongs to a family, p after Holm; empty where the figure has none. */
export function probabilityText({ p, pHolm }: StudyFigure): string {
  const said = (value: number): string => (value < 0.001 ? '< .001' : `= ${value.toFixed(3)}`);
  if (p === undefined) return '';
  return pHolm === undefined ? `p ${said(p)}` : `p ${said(p)}, Holm ${said(pHolm)}`;
}
