type Interval = readonly [number, number] | null | undefined;

/** A share as people read it: `12/80 = 15 % [9, 24]`, with no more digits than n supports. */
export function rateText(figure: { k: number; n: number; rate: number | null; ci95: Interval }): string {
  if (figure.rate === null) return `${figure.k}/${figure.n} (no rate)`;
  const digits = figure.n >= 1000 ? 1 : 0;
  const percent = (value: number): string => (100 * value).toFixed(digits);
  const interval = figure.ci95 == null ? '' : ` [${percent(figure.ci95[0])}, ${percent(figure.ci95[1])}]`;
  return `${figure.k}/${figure.n} = ${percent(figure.rate)} %${interval}`;
}

/** A p-value as reports print it. */
export function pText(p: number | null, reason?: string): string {
  if (p === null) return reason ?? 'undefined';
  return p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3)}`;
}
