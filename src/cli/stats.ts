import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import { AppError, messageOf } from '../core/error.ts';
import { agreementTable, type Level } from '../statistics/agreement-table.ts';
import { proportionIntervals } from '../statistics/proportion.ts';
import type { StatisticResult } from '../statistics/result.ts';
import { invocation } from './command.ts';

type AgreementOptions = { level: Level; seed: number; scale?: string[]; header?: boolean };

export function statsCommands(program: Command): void {
  const stats = program.command('stats').description('statistics on files, without a workspace');
  stats
    .command('agreement')
    .argument('<file>', 'CSV: one row per unit, one column per rater, blank = missing')
    .addOption(
      new Option('--level <level>', 'level of measurement')
        .choices(['nominal', 'ordinal', 'interval', 'ratio'])
        .default('nominal'),
    )
    .option('--scale <value...>', 'all categories of the scale in order (default: those observed)')
    .option('--header', 'the first row names the raters')
    .option('--seed <n>', 'seed of the bootstrap', Number, 1)
    .description('every agreement statistic that applies')
    .action((file: string, options: AgreementOptions, command: Command) => {
      const { terminal } = invocation(command);
      const [first, ...rest] = readTable(file);
      if (first === undefined) throw new AppError('invalid_input', `${file} is empty: it needs one row per unit.`);
      const rows = options.header === true ? rest : [first, ...rest];
      const report = agreementTable(
        rows.map((row) => row.map((cell) => (cell.trim() === '' ? null : cell.trim()))),
        options.level,
        {
          seed: options.seed,
          ...(options.scale === undefined
            ? {}
            : { scale: options.scale.map((value) => (Number.isNaN(Number(value)) ? value : Number(value))) }),
          ...(options.header === true ? { raterNames: first } : {}),
        },
      );
      terminal.result(report, [
        `${report.units} units, ${report.raters} raters, ${report.ratings} ratings, ${report.missing} missing`,
        ...report.results.map(resultLine),
        ...report.notes.map((note) => `note: ${note}`),
      ]);
    });
  stats
    .command('intervals')
    .argument('<k>', 'successes', Number)
    .argument('<n>', 'trials', Number)
    .description('intervals of a share')
    .action((k: number, n: number, _: unknown, command: Command) => {
      const { terminal } = invocation(command);
      if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || n < k)
        throw new AppError('invalid_input', `k and n must be whole numbers with 0 ≤ k ≤ n; got ${k} and ${n}.`);
      const results = proportionIntervals(k, n);
      terminal.result({ results }, results.map(resultLine));
    });
}

function readTable(file: string): string[][] {
  try {
    return parse(readFileSync(file), { skip_empty_lines: true, relax_column_count: true, bom: true });
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read as CSV: ${messageOf(error)}.`, { cause: error });
  }
}

function resultLine(result: StatisticResult): string {
  const figure = result.value === null ? `undefined (${result.reason ?? 'no reason'})` : result.value.toFixed(4);
  const interval = result.ci95 === undefined ? '' : ` [${result.ci95[0].toFixed(4)}, ${result.ci95[1].toFixed(4)}]`;
  return `${result.method}\t${figure}${interval}\tn = ${result.n}`;
}
