import { type Command, Option } from 'commander';
import { AppError } from '../core/error.ts';
import { agreementTable, type Level } from '../statistics/agreement-table.ts';
import { proportionIntervals } from '../statistics/proportion.ts';
import type { StatisticResult } from '../statistics/result.ts';
import { invocation } from './command.ts';
import { readRatings } from './ratings-file.ts';

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
    .option('--no-header', 'the first row holds ratings, though it looks like names')
    .option('--seed <n>', 'seed of the bootstrap', Number, 1)
    .description('every agreement statistic that applies')
    .action((file: string, options: AgreementOptions, command: Command) => {
      const { terminal } = invocation(command);
      const { ratings, raterNames, unrated } = readRatings(file, options.level, options.header);
      const table = agreementTable(ratings, options.level, {
        seed: options.seed,
        ...(options.scale === undefined
          ? {}
          : { scale: options.scale.map((value) => (Number.isNaN(Number(value)) ? value : Number(value))) }),
        ...(raterNames === undefined ? {} : { raterNames }),
      });
      const empty = `${unrated} empty lines between rows count as units that nobody rated.`;
      const report = unrated === 0 ? table : { ...table, notes: [...table.notes, empty] };
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

function resultLine(result: StatisticResult): string {
  const figure = result.value === null ? `undefined (${result.reason ?? 'no reason'})` : shown(result.value);
  const interval = result.ci95 === undefined ? '' : ` [${shown(result.ci95[0])}, ${shown(result.ci95[1])}]`;
  return `${result.method}\t${figure}${interval}\tn = ${result.n}`;
}

/** Four decimals; what rounds to nothing has no sign. */
function shown(value: number): string {
  return value.toFixed(4).replace(/^-(0\.0+)$/, '$1');
}
