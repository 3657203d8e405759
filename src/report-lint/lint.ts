import type { Declaration } from './declaration.ts';
import type { CellRef, Finding, Rule, Tally } from './finding.ts';
import { checkGranularity } from './granularity.ts';
import { checkMeans } from './means.ts';
import { checkBest, checkRanks } from './order.ts';
import { checkRange } from './range.ts';
import { checkRounding } from './rounding.ts';
import { matchTables, type Table, type TextTable } from './table.ts';

/** Findings of one row that share a cell: one slip of the pen that several rules may notice. */
export type PrintedError = { row: string; cells: CellRef[]; rules: Rule[]; messages: string[] };

export type TableReport = {
  at: string;
  title?: string;
  source?: string;
  rows: number;
  missing: number;
  errors: PrintedError[];
  findings: Finding[];
  notices: Finding[];
  tallies: Tally[];
  /** Columns that the declaration says nothing about. */
  unchecked: string[];
};

export type LintReport = { clean: boolean; errors: number; tables: TableReport[]; undeclared: string[] };

/**
 * Recomputes what declared tables allow to be recomputed. `clean` is true when nothing contradicts itself; notices do not
 * count, and what was not declared was not checked.
 */
export function lintTables(tables: readonly TextTable[], declarations: readonly Declaration[]): LintReport {
  const { matched, undeclared } = matchTables(tables, declarations);
  const reports = matched.map(lintTable);
  const errors = reports.reduce((sum, report) => sum + report.errors.length, 0);
  return { clean: errors === 0, errors, tables: reports, undeclared: undeclared.map((table) => table.at) };
}

const rules = [checkRange, checkMeans, checkGranularity, checkRanks, checkBest, checkRounding];

function lintTable(table: Table): TableReport {
  const results = rules.map((rule) => rule(table));
  const all = results.flatMap((result) => result.findings);
  const findings = all.filter((finding) => finding.severity === 'finding');
  const { title, source } = table.declaration;
  return {
    at: table.at,
    ...(title === undefined ? {} : { title }),
    ...(source === undefined ? {} : { source }),
    rows: table.rows.length,
    missing: table.missing,
    errors: printedErrors(findings),
    findings,
    notices: all.filter((finding) => finding.severity === 'notice'),
    tallies: results.flatMap((result) => result.tallies),
    unchecked: table.unchecked,
  };
}

function printedErrors(findings: readonly Finding[]): PrintedError[] {
  const errors: PrintedError[] = [];
  for (const { rule, cells, message } of findings) {
    const shares = (error: PrintedError): boolean =>
      error.cells.some((one) => cells.some((cell) => cell.row === one.row && cell.column === one.column));
    const merged = errors.filter(shares);
    for (const error of merged) errors.splice(errors.indexOf(error), 1);
    const known = merged.flatMap((error) => error.cells);
    const added = cells.filter((cell) => !known.some((one) => one.row === cell.row && one.column === cell.column));
    errors.push({
      row: cells[0]?.row ?? '',
      cells: [...known, ...added],
      rules: [...new Set([...merged.flatMap((error) => error.rules), rule])],
      messages: [...merged.flatMap((error) => error.messages), message],
    });
  }
  return errors;
}
