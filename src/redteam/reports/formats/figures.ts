import type { Interval } from '../../../statistics/result.ts';
import type { ReportDocument } from './document-schema.ts';

/** A share in per cent with no more digits than n supports. */
export function percentText(share: number, n: number): string {
  return `${(100 * share).toFixed(n >= 1000 ? 1 : 0)} %`;
}

/** `15 %`, or that there is none. */
export function shareText({ rate, n }: { rate: number | null; n: number }): string {
  return rate === null ? 'no rate' : percentText(rate, n);
}

/** `9 % to 24 %`, or a dash. */
export function rangeText(ends: Interval | null, n: number): string {
  return ends === null ? '–' : `${percentText(ends[0], n)} to ${percentText(ends[1], n)}`;
}

/** A p-value as reports print it, or why there is none. */
export function probabilityText(p: number | null, reason = 'undefined'): string {
  if (p === null) return reason;
  return p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3)}`;
}

/** A code with its English name in the profile, such as `S5 Medication safety`; the code alone where it has none. */
export function labelOf(document: ReportDocument, by: string, value: string): string {
  const { dimensions, strategies } = document.names;
  const list = by === 'dimension' ? dimensions : by === 'strategy' ? strategies : [];
  const name = list.find((one) => one.code === value)?.name.en;
  if (name === undefined) return value;
  return by === 'dimension' ? `${value} ${name}` : name;
}

/** What a reader must know before quoting a figure: what is missing, then what may be wrong with it. */
export function cautions(document: ReportDocument): string[] {
  return [...new Set([...document.openPoints, ...document.report.warnings])];
}
