import { intervalText, roundedText, supportedDecimals } from '../../statistics/digits.ts';
import { intervalOf, type StatisticResult } from '../../statistics/result.ts';
import { pText } from '../figures.ts';

/** One figure as a line: method, value with interval at the digits that the interval supports, p, n and seed. */
export function figureLine(result: StatisticResult): string {
  const interval = intervalOf(result);
  const parts = [`  ${result.method}`, figureText(result)];
  if (interval !== undefined && result.ciMethod !== undefined)
    parts.push(result.ciLevel === undefined ? result.ciMethod : `${percentText(result.ciLevel)} ${result.ciMethod}`);
  if (result.p !== undefined) parts.push(pText(result.p));
  if (result.pHolm !== undefined) parts.push(`Holm ${pText(result.pHolm)}`);
  parts.push(`n = ${result.n}`);
  if (result.seed !== undefined) parts.push(`seed ${result.seed}, ${result.replicates} replicates`);
  return parts.join('\t');
}

/** The value with its interval, rounded to what the interval supports; a value without one to four significant digits. */
export function figureText(result: StatisticResult): string {
  if (result.value === null) return `undefined (${result.reason ?? 'no reason'})`;
  const interval = intervalOf(result);
  if (interval === undefined) return String(Number(result.value.toPrecision(4)));
  return `${roundedText(result.value, supportedDecimals(interval))} ${intervalText(interval)}`;
}

/** A level as people read it: 95 %. */
export function percentText(level: number): string {
  return `${Number((100 * level).toFixed(4))} %`;
}
