import type { ColumnDeclaration } from './declaration.ts';
import type { Finding, RuleResult } from './finding.ts';
import type { Printed } from './printed.ts';
import type { Table } from './table.ts';

/**
 * GRIM (Brown and Heathers 2017): a mean of n whole numbers, or a share of n, can only take some values. Cells that no whole
 * count gives are findings where the report states n, notices where n is known from elsewhere. Cells printed so coarsely
 * that any value fits are not counted.
 */
export function checkGranularity({ rows, declaration }: Table): RuleResult {
  const findings: Finding[] = [];
  const tally = {
    rule: 'granularity' as const,
    what: 'values that their n can give',
    checked: 0,
    passed: 0,
    skipped: 0,
  };
  for (const [column, declared] of Object.entries(declaration.columns)) {
    const n = declared.n ?? declared.assumedN;
    if (n === undefined || declared.unit === undefined) continue;
    for (const row of rows) {
      const cell = row.cells.get(column);
      if (cell === undefined) continue;
      const step = stepOf(declared, n);
      if (step <= 2 * cell.half) {
        tally.skipped += 1;
        continue;
      }
      tally.checked += 1;
      if (fits(cell, step)) {
        tally.passed += 1;
        continue;
      }
      const below = Math.floor(cell.value / step);
      const near = [below, below + 1].map((k) => `${k} (${(k * step).toFixed(cell.decimals)})`);
      findings.push({
        rule: 'granularity',
        severity: declared.n === undefined ? 'notice' : 'finding',
        cells: [{ row: row.name, column, printed: cell.text }],
        message: `${row.name}, ${column}: ${cell.text} is no ${declared.unit} of whole numbers over ${declared.n === undefined ? 'an assumed ' : ''}n = ${n}; the nearest sums are ${near.join(' and ')}`,
      });
    }
  }
  return { findings, tallies: tally.checked + tally.skipped === 0 ? [] : [tally] };
}

/** The distance between neighbouring values that n allows. */
function stepOf({ unit, items = 1 }: ColumnDeclaration, n: number): number {
  return (unit === 'percent' ? 100 : 1) / (n * (unit === 'mean' ? items : 1));
}

function fits(cell: Printed, step: number): boolean {
  const nearest = Math.round(cell.value / step) * step;
  return Math.abs(nearest - cell.value) <= cell.half + 1e-9;
}
