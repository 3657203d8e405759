import { roundedText, supportedDecimals } from '../statistics/digits.ts';
import { wilsonInterval } from '../statistics/intervals/proportion.ts';
import type { Finding, RuleResult } from './finding.ts';
import type { Table } from './table.ts';

/**
 * Columns whose cells have different numbers of decimals (a lost zero, or another rounding), and rates printed with more
 * decimals than their n supports. Both are notices.
 */
export function checkRounding({ rows, declaration }: Table): RuleResult {
  const findings: Finding[] = [];
  let checked = 0;
  const noticed = new Set<string>();
  for (const [column, { unit, n, assumedN, decimals }] of Object.entries(declaration.columns)) {
    const cells = rows.flatMap((row) => {
      const cell = row.cells.get(column);
      return cell === undefined ? [] : [{ row: row.name, cell }];
    });
    const [first] = cells;
    if (first === undefined) continue;
    checked += 1;
    const most = Math.max(...cells.map(({ cell }) => cell.decimals));
    const fewer = cells.filter(({ cell }) => cell.decimals < most);
    if (decimals === undefined && fewer.length > 0) {
      noticed.add(column);
      findings.push({
        rule: 'rounding',
        severity: 'notice',
        cells: fewer.map(({ row, cell }) => ({ row, column, printed: cell.text })),
        message: `${column}: ${fewer.map(({ row, cell }) => `${row} ${cell.text}`).join(', ')} has fewer decimals than the other rows (${most})`,
      });
    }
    const size = n ?? assumedN;
    if (size === undefined || unit === undefined || unit === 'mean') continue;
    const scale = unit === 'percent' ? 100 : 1;
    const interval = wilsonInterval((first.cell.value / scale) * size, size);
    if (interval === null || first.cell.value < 0 || first.cell.value > scale) continue;
    const shown = [interval[0] * scale, interval[1] * scale] as const;
    const supported = supportedDecimals(shown);
    if (most <= supported) continue;
    noticed.add(column);
    const text = (value: number): string => roundedText(value, supported);
    findings.push({
      rule: 'rounding',
      severity: 'notice',
      cells: [],
      message: `${column}: ${most} decimals are printed, n = ${size} supports ${supported}; for example ${first.row} ${text(first.cell.value)} [${text(shown[0])}, ${text(shown[1])}]`,
    });
  }
  const passed = checked - noticed.size;
  return {
    findings,
    tallies: [{ rule: 'rounding', what: 'columns printed with fitting decimals', checked, passed, skipped: 0 }],
  };
}
