import { type Command, Option } from 'commander';
import { AppError } from '../../core/error.ts';
import {
  countIntervals,
  type IntervalOptions,
  type IntervalReport,
  proportionResults,
  valueIntervals,
} from '../../statistics/intervals/group-intervals.ts';
import type { PointStatistic } from '../../statistics/intervals/point-statistics.ts';
import type { TieRule } from '../../statistics/resampling/bootstrap.ts';
import type { StatisticResult } from '../../statistics/result.ts';
import { invocation } from '../command.ts';
import { type IntervalColumns, readIntervalFile } from './interval-file.ts';
import { figureLine, percentText } from './text.ts';

type Options = IntervalColumns & {
  alpha: number;
  statistic: PointStatistic;
  tieRule: TieRule;
  seed: number;
  replicates: number;
};

export function intervalsCommand(stats: Command): void {
  stats
    .command('intervals')
    .argument(
      '<what...>',
      'K N (successes, trials), or a CSV of counts (k, n, group) or values (value, group, cluster)',
    )
    .option('--value <column>', 'the column of values')
    .option('--group <column>', 'the column of groups, whose macro average is given too')
    .option('--cluster <column>', 'the column of clusters: observations that hang together')
    .option('--k <column>', 'the column of successes')
    .option('--n <column>', 'the column of trials')
    .option('--alpha <level>', 'intervals have level 1 − alpha', Number, 0.05)
    .addOption(
      new Option('--statistic <name>', 'of the values').choices(['mean', 'median', 'variance']).default('mean'),
    )
    .addOption(
      new Option('--tie-rule <rule>', 'ties in BCa: counted half or not').choices(['mid', 'strict']).default('mid'),
    )
    .option('--seed <n>', 'seed of the bootstrap', Number, 1)
    .option('--replicates <n>', 'bootstrap replicates', Number, 10_000)
    .description('intervals of a share, or of shares and means by group and cluster')
    .action((what: string[], options: Options, command: Command) => {
      const { terminal } = invocation(command);
      const settings = settingsOf(options);
      const [first = '', second] = what;
      if (what.length > 2 || (second === undefined && /^-?\d+(\.\d+)?$/.test(first)))
        throw new AppError('invalid_input', 'stats intervals needs K and N, or one FILE.');
      if (second === undefined) {
        const report = fileReport(first, options, settings);
        terminal.result(report, reportLines(report));
        return;
      }
      const results = shareResults(Number(first), Number(second), settings.level);
      terminal.result({ level: settings.level, results }, results.map(figureLine));
    });
}

function settingsOf({ alpha, statistic, tieRule, seed, replicates }: Options): IntervalOptions {
  if (!(alpha > 0 && alpha < 1)) throw new AppError('invalid_input', '--alpha needs a level between 0 and 1.');
  if (!Number.isInteger(seed) || seed < 0) throw new AppError('invalid_input', '--seed needs a whole number from 0.');
  if (!Number.isInteger(replicates) || replicates < 100 || replicates > 10_000_000)
    throw new AppError('invalid_input', '--replicates needs a whole number from 100 to 10,000,000.');
  return { level: 1 - alpha, statistic, tieRule, seed, replicates };
}

function shareResults(k: number, n: number, level: number): StatisticResult[] {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || n < k)
    throw new AppError('invalid_input', `k and n must be whole numbers with 0 ≤ k ≤ n; got ${k} and ${n}.`);
  return proportionResults(k, n, level).map((result) => ({ ...result, n }));
}

function fileReport(file: string, columns: IntervalColumns, settings: IntervalOptions): IntervalReport {
  const content = readIntervalFile(file, columns);
  const report =
    content.kind === 'counts' ? countIntervals(content.counts, settings) : valueIntervals(content.groups, settings);
  const missing =
    content.kind === 'counts' || content.missing === 0
      ? []
      : [`${content.missing} rows have no value and are left out`];
  return { ...report, notes: [...report.notes, ...missing, ...content.notes] };
}

function reportLines(report: IntervalReport): string[] {
  return [
    `intervals ${percentText(report.level)}, ties in BCa ${report.tieRule}, seed ${report.seed}`,
    ...report.groups.flatMap((group) => [
      `${group.name}: n = ${group.n}${group.clusters === undefined ? '' : ` in ${group.clusters} clusters`}`,
      ...group.results.flatMap((result) => [figureLine(result), ...detailLines(result)]),
    ]),
    ...(report.overall.length === 0 ? [] : ['all groups:', ...report.overall.map(figureLine)]),
    ...report.notes.map((note) => `note: ${note}`),
  ];
}

function detailLines({ details, notes }: StatisticResult): string[] {
  const shown = Object.entries(details ?? {}).filter(([name]) => /designEffect|effectiveN|intraclass/.test(name));
  return [
    ...(shown.length === 0
      ? []
      : [`    ${shown.map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`).join(', ')}`]),
    ...(notes ?? []).map((note) => `    ${note}`),
  ];
}
