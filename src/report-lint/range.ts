import type { Finding, RuleResult } from './finding.ts';
import type { Table } from './table.ts';

/** Values outside their declared scale. */
export function checkRange({ rows, declaration }: Table): RuleResult {
  const findings: Finding[] = [];
  let checked = 0;
  for (const [column, { scale }] of Object.entries(declaration.columns)) {
    if (scale === undefined) continue;
    for (const row of rows) {
      const cell = row.cells.get(column);
      if (cell === undefined) continue;
      checked += 1;
      if (cell.value >= scale[0] && cell.value <= scale[1]) continue;
      findings.push({
        rule: 'range',
        severity: 'finding',
        cells: [{ row: row.name, column, printed: cell.text }],
        message: `${row.name}, ${column}: ${cell.text} is outside the scale ${scale[0]} to ${scale[1]}`,
      });
    }
  }
  const passed = checked - findings.length;
  return {
    findings,
    tallies: checked === 0 ? [] : [{ rule: 'range', what: 'values on their scale', checked, passed, skipped: 0 }],
  };
}
