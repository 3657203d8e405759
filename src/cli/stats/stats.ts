import { type Command, Option } from 'commander';
import { AppError } from '../../core/error.ts';
import { agreementTable, type Level } from '../../statistics/agreement/table.ts';
import { holm } from '../../statistics/hypothesis-tests/holm.ts';
import { invocation } from '../command.ts';
import { intervalsCommand } from './intervals.ts';
import { pairedCommand } from './paired.ts';
import { powerCommand } from './power.ts';
import { readRatings } from './ratings-file.ts';
import { figureLine } from './text.ts';

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
        ...report.results.map(figureLine),
        ...report.notes.map((note) => `note: ${note}`),
      ]);
    });
  pairedCommand(stats);
  intervalsCommand(stats);
  powerCommand(stats);
  stats
    .command('holm')
    .argument('<p...>', 'p-values of one family')
    .description("Holm's adjusted p-values, in the order given")
    .action((given: string[], _: unknown, command: Command) => {
      const { terminal } = invocation(command);
      const raw = given
        .flatMap((one) => one.split(','))
        .filter((one) => one !== '')
        .map(Number);
      const wrong = raw.find((p) => !(p >= 0 && p <= 1));
      if (wrong !== undefined) throw new AppError('invalid_input', `${wrong} is no p-value; give numbers from 0 to 1.`);
      const adjusted = holm(raw);
      terminal.result(
        { method: 'Holm 1979, step-down', raw, adjusted },
        raw.map((p, index) => `p ${p}\tadjusted ${Number((adjusted[index] ?? 1).toPrecision(4))}`),
      );
    });
}
