import type { Finding, RuleResult, Tally } from './finding.ts';
import type { Printed } from './printed.ts';
import type { Table } from './table.ts';

type Better = 'higher' | 'lower';
type Entry = { row: string; cell: Printed };

function entries({ rows }: Table, column: string): Entry[] {
  return rows.flatMap(({ name, cells }) => {
    const cell = cells.get(column);
    return cell === undefined ? [] : [{ row: name, cell }];
  });
}

function isBetter(a: number, b: number, better: Better): boolean {
  return better === 'higher' ? a > b : a < b;
}

/** Printed ranks against the printed values they rank. Equal printed values may stand in either order. */
export function checkRanks(table: Table): RuleResult {
  const findings: Finding[] = [];
  const tallies: Tally[] = [];
  for (const { column, by, better } of table.declaration.ranks) {
    const values = entries(table, by);
    const tally: Tally = { rule: 'rank', what: `${column} ranks ${by}`, checked: 0, passed: 0, skipped: 0 };
    for (const { row, cell: rank } of entries(table, column)) {
      const own = values.find((entry) => entry.row === row)?.cell;
      if (own === undefined) {
        tally.skipped += 1;
        continue;
      }
      tally.checked += 1;
      const ahead = values.filter(({ cell }) => isBetter(cell.value, own.value, better)).length;
      const equal = values.filter(({ cell }) => cell.value === own.value).length;
      if (rank.value >= ahead + 1 && rank.value <= ahead + equal) {
        tally.passed += 1;
        continue;
      }
      const place = equal === 1 ? `${ahead + 1}` : `${ahead + 1} to ${ahead + equal}`;
      findings.push({
        rule: 'rank',
        severity: 'finding',
        cells: [
          { row, column, printed: rank.text },
          { row, column: by, printed: own.text },
        ],
        message: `${row}: ${column} is printed ${rank.text}, but ${by} ${own.text} is ${place} of ${values.length}`,
      });
    }
    tallies.push(tally);
  }
  return { findings, tallies };
}

/** Bold cells that are not the best of their column. Of equal printed values any may be bold: more digits may tell them apart. */
export function checkBest(table: Table): RuleResult {
  const findings: Finding[] = [];
  const tally: Tally = {
    rule: 'best',
    what: 'bold cells are the best of their column',
    checked: 0,
    passed: 0,
    skipped: 0,
  };
  for (const [column, { better }] of Object.entries(table.declaration.columns)) {
    if (better === undefined) continue;
    const values = entries(table, column);
    const bold = values.filter(({ cell }) => cell.bold);
    const [first] = values;
    if (bold.length === 0 || first === undefined) {
      tally.skipped += 1;
      continue;
    }
    tally.checked += 1;
    const best = values.reduce((a, b) => (isBetter(b.cell.value, a.cell.value, better) ? b : a), first);
    const wrong = bold.filter(({ cell }) => cell.value !== best.cell.value);
    if (wrong.length === 0) tally.passed += 1;
    for (const { row, cell } of wrong)
      findings.push({
        rule: 'best',
        severity: 'finding',
        cells: [{ row, column, printed: cell.text }],
        message: `${row}, ${column}: ${cell.text} is bold as the best, but ${best.row} has ${best.cell.text}`,
      });
  }
  return { findings, tallies: tally.checked === 0 ? [] : [tally] };
}
