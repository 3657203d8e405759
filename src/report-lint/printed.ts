/** A number as a report prints it. `half` is half a unit of its last digit: what rounding may hide. */
export type Printed = { text: string; value: number; decimals: number; half: number; bold: boolean };

export type Cell = Printed | 'missing' | 'unreadable';

const missing = /^(?:|[-–—]+|n\/?a|nan|nr|\.{2,3}|…)$/i;

/**
 * Reads a printed cell: emphasis, footnote marks, a percent sign, a thousands comma and a real minus sign are no part of the
 * number. `decimals` overrides those that the text shows, for formats that drop trailing zeros.
 */
export function readPrinted(cell: string, decimals?: number): Cell {
  const bold = /\*\*|__|<b>|<strong>/i.test(cell);
  const text = cell
    .normalize('NFKC')
    .replace(/<[^>]*>/g, '')
    .replace(/\\(?=[*_])/g, '')
    .replace(/[*_†‡§¶]/g, '')
    .trim();
  if (missing.test(text)) return 'missing';
  const plain = text
    .replace(/^[−–]/, '-')
    .replace(/\s*%$/, '')
    .replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '');
  if (!/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(plain)) return 'unreadable';
  const shown = decimals ?? plain.split('.')[1]?.length ?? 0;
  return { text, value: Number(plain), decimals: shown, half: 0.5 * 10 ** -shown, bold };
}
