import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { AppError, messageOf } from '../core/error.ts';
import type { Declaration } from '../report-lint/declaration.ts';
import { type LintReport, lintTables, type TableReport } from '../report-lint/lint.ts';
import { readDeclarations, readReport } from '../report-lint/read-file.ts';
import { invocation } from './command.ts';

export function lintReportCommands(program: Command): void {
  program
    .command('lint-report')
    .argument('<file>', 'a table as CSV, Markdown or JSON')
    .option('--declare <file>', 'what the columns hold (default: in the file, else FILE.lint.yaml beside it)')
    .description('recompute a printed table: ranges, means, granularity, ranks, rounding')
    .action((file: string, options: { declare?: string }, command: Command) => {
      const { terminal } = invocation(command);
      const report = lintFile(file, options.declare);
      terminal.result(report, report.tables.flatMap(tableLines).concat(endLines(report)));
      if (!report.clean) process.exitCode = 1;
    });
}

function lintFile(file: string, declared: string | undefined): LintReport {
  const { tables, declarations } = readReport(file, readText(file));
  return lintTables(tables, declarationsFor(file, declared) ?? declarations ?? none(file));
}

/** Declarations that stand in a file of their own: the one named, else the one beside the table. */
function declarationsFor(file: string, declared: string | undefined): Declaration[] | undefined {
  if (declared !== undefined) return readDeclarations(declared, readText(declared));
  const beside = [`${file}.lint.yaml`, file.replace(/\.[^./]+$/, '.lint.yaml')].find((path) => existsSync(path));
  return beside === undefined ? undefined : readDeclarations(beside, readText(beside));
}

function none(file: string): never {
  const beside = file.replace(/\.[^./]+$/, '.lint.yaml');
  throw new AppError(
    'invalid_input',
    `${file} has no declaration of what its columns hold. Write one as ${beside}, in the front matter of a Markdown file, or name one with --declare.`,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

function tableLines(table: TableReport): string[] {
  return [
    `${table.title ?? table.at}: ${table.rows} rows${table.missing > 0 ? `, ${table.missing} empty cells` : ''}${table.source === undefined ? '' : ` (${table.source})`}`,
    ...table.tallies.map(
      ({ rule, what, checked, passed, skipped }) =>
        `  ${rule}\t${passed} of ${checked}\t${what}${skipped > 0 ? ` (${skipped} not checked: a part is missing, or every value would fit)` : ''}`,
    ),
    ...table.errors.flatMap((error, i) => [
      `  error ${i + 1}\t${error.rules.join(', ')}`,
      ...error.messages.map((message) => `    ${message}`),
    ]),
    ...table.notices.map(({ rule, message }) => `  notice\t${rule}\t${message}`),
    ...(table.unchecked.length === 0 ? [] : [`  not declared, not checked: ${table.unchecked.join(', ')}`]),
  ];
}

function endLines({ errors, undeclared }: LintReport): string[] {
  return [
    ...undeclared.map((at) => `${at}: a table without a declaration, not checked`),
    errors === 0 ? 'No contradiction found.' : `${errors} printed ${errors === 1 ? 'error' : 'errors'} found.`,
  ];
}
