import type { MeanDeclaration } from './declaration.ts';
import type { Finding, RuleResult, Tally } from './finding.ts';
import type { Printed } from './printed.ts';
import type { Row, Table } from './table.ts';

/** Rounding of sums in binary must not decide. */
const tolerance = 1e-9;

/** Printed means that the printed parts do not give, whichever way each of them was rounded. */
export function checkMeans(table: Table): RuleResult {
  const results = table.declaration.means.map((mean) => checkMean(table, mean));
  return {
    findings: results.flatMap((result) => result.findings),
    tallies: results.flatMap((result) => result.tallies),
  };
}

function checkMean({ rows, declaration }: Table, mean: MeanDeclaration): RuleResult {
  const rule = mean.kind === 'macro' ? 'macro-average' : 'mean-of-parts';
  const tally: Tally = {
    rule,
    what: `${mean.equals} = mean of ${mean.of.join(', ')}`,
    checked: 0,
    passed: 0,
    skipped: 0,
  };
  const findings: Finding[] = [];
  for (const row of rows) {
    const total = row.cells.get(mean.equals);
    const parts = mean.of.flatMap((column) => row.cells.get(column) ?? []);
    if (total === undefined || parts.length < mean.of.length) {
      tally.skipped += 1;
      continue;
    }
    tally.checked += 1;
    const shares = sharesOf(mean);
    const recomputed = weighted(parts, shares, (part) => part.value);
    // Unrounded parts may lie half a digit away, and so may the total.
    const allowed = weighted(parts, shares, (part) => part.half) + total.half;
    if (Math.abs(recomputed - total.value) <= allowed + tolerance) {
      tally.passed += 1;
      continue;
    }
    const cells = [
      { row: row.name, column: mean.equals, printed: total.text },
      ...mean.of.map((column, i) => ({ row: row.name, column, printed: parts[i]?.text ?? '' })),
    ];
    const fits = repairs(row, { mean, shares, recomputed }, declaration.columns);
    findings.push({
      rule,
      severity: 'finding',
      cells,
      message: `${row.name}: ${mean.equals} is printed ${total.text}, but ${mean.of.join(', ')} (${parts.map((part) => part.text).join(', ')}) give ${recomputed.toFixed(total.decimals)}; it would fit ${fits.join(', or ')}`,
    });
  }
  return { findings, tallies: [tally] };
}

function sharesOf({ of, weights }: MeanDeclaration): number[] {
  const given = weights ?? of.map(() => 1);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  return given.map((weight) => weight / total);
}

function weighted(parts: readonly Printed[], shares: readonly number[], of: (part: Printed) => number): number {
  return parts.reduce((sum, part, i) => sum + of(part) * (shares[i] ?? 0), 0);
}

/** The values of single cells that would make the row add up; those off the scale are left out. */
function repairs(
  row: Row,
  { mean, shares, recomputed }: { mean: MeanDeclaration; shares: readonly number[]; recomputed: number },
  columns: Table['declaration']['columns'],
): string[] {
  const total = row.cells.get(mean.equals);
  const shift = (total?.value ?? 0) - recomputed;
  const candidates = [
    { column: mean.equals, value: recomputed },
    ...mean.of.map((column, i) => ({
      column,
      value: (row.cells.get(column)?.value ?? 0) + shift / (shares[i] ?? 1),
    })),
  ];
  return candidates
    .filter(({ column, value }) => {
      const scale = columns[column]?.scale;
      return scale === undefined || (value >= scale[0] - tolerance && value <= scale[1] + tolerance);
    })
    .map(({ column, value }) => `${column} ${value.toFixed(row.cells.get(column)?.decimals ?? 2)}`);
}
