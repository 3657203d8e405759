import { type Command, Option } from 'commander';
import { AppError } from '../../core/error.ts';
import {
  type PairComparison,
  type PairedOptions,
  type PairedReport,
  pairedAnalysis,
} from '../../statistics/comparisons/analysis.ts';
import type { Alternative, ZeroRule } from '../../statistics/hypothesis-tests/wilcoxon.ts';
import type { TieRule } from '../../statistics/resampling/bootstrap.ts';
import { invocation } from '../command.ts';
import { pText } from '../figures.ts';
import { armsOfCounts, readPaired } from './paired-file.ts';
import { figureLine, percentText } from './text.ts';

type Options = {
  id?: string;
  cluster?: string;
  arms?: string[];
  header?: boolean;
  counts?: string;
  alpha: number;
  margin?: number;
  passThreshold?: number;
  passMargin?: number;
  zeros: ZeroRule;
  tieRule: TieRule;
  alternative: Alternative;
  seed: number;
  replicates: number;
};

export function pairedCommand(stats: Command): void {
  stats
    .command('paired')
    .argument('[file]', 'CSV: one row per item, one column per arm (scores, or pass marks 0/1), blank = missing')
    .option('--counts <a,b,c,d>', 'a table instead of a file: both passed, only the first, only the second, neither')
    .option('--arms <column...>', 'the columns to compare (default: all but those of items and clusters)')
    .option('--id <column>', 'the column that names the items')
    .option('--cluster <column>', 'the column of clusters: items that hang together, such as variants of one vignette')
    .option('--header', 'the first row names the columns, though it looks like values')
    .option('--no-header', 'the first row holds values')
    .option(
      '--margin <m>',
      'margin of non-inferiority and equivalence: of mean scores, or of rates of pass marks',
      Number,
    )
    .option('--pass-threshold <score>', 'a score of at least this passes', Number)
    .option('--pass-margin <m>', 'margin of the pass rate where scores have a pass threshold', Number)
    .option('--alpha <level>', 'two-sided level; intervals have 1 − alpha', Number, 0.05)
    .addOption(
      new Option('--zeros <rule>', 'zero differences in the primary test').choices(['drop', 'pratt']).default('drop'),
    )
    .addOption(
      new Option('--tie-rule <rule>', 'ties in BCa: counted half or not').choices(['mid', 'strict']).default('mid'),
    )
    .addOption(
      new Option('--alternative <side>', 'side of the tests')
        .choices(['two-sided', 'greater', 'less'])
        .default('two-sided'),
    )
    .option('--seed <n>', 'seed of the bootstrap', Number, 1)
    .option('--replicates <n>', 'bootstrap replicates', Number, 10_000)
    .description('paired comparison of arms on the same items')
    .action((file: string | undefined, options: Options, command: Command) => {
      const { terminal } = invocation(command);
      const report = reportOf(file, options);
      terminal.result(report, reportLines(report));
    });
}

function reportOf(file: string | undefined, options: Options): PairedReport {
  checkNumbers(options);
  const { alpha, tieRule, alternative, seed, replicates, margin, passThreshold, passMargin } = options;
  const settings: PairedOptions = {
    alpha,
    tieRule,
    alternative,
    seed,
    replicates,
    zeroRule: options.zeros,
    ...(margin === undefined ? {} : { margin }),
    ...(passThreshold === undefined ? {} : { passThreshold }),
    ...(passMargin === undefined ? {} : { passMargin }),
  };
  if ((file === undefined) === (options.counts === undefined))
    throw new AppError('invalid_input', 'stats paired needs a FILE or --counts a,b,c,d, and not both.');
  if (file === undefined) return pairedAnalysis(armsOfCounts(options.counts ?? ''), settings);
  const { arms, clusters, notes } = readPaired(file, options);
  const report = pairedAnalysis(arms, { ...settings, ...(clusters === undefined ? {} : { clusters }) });
  return { ...report, notes: [...report.notes, ...notes] };
}

function checkNumbers({ alpha, margin, passMargin, passThreshold, seed, replicates }: Options): void {
  const wrong = (what: string, needs: string): never => {
    throw new AppError('invalid_input', `${what} needs ${needs}.`);
  };
  if (!(alpha > 0 && alpha < 0.5)) wrong('--alpha', 'a level between 0 and 0.5');
  if (margin !== undefined && !(margin > 0)) wrong('--margin', 'a number above 0');
  if (passMargin !== undefined && !(passMargin > 0 && passMargin < 1))
    wrong('--pass-margin', 'a share between 0 and 1');
  if (passThreshold !== undefined && !Number.isFinite(passThreshold)) wrong('--pass-threshold', 'a score');
  if (!Number.isInteger(seed) || seed < 0) wrong('--seed', 'a whole number from 0');
  if (!Number.isInteger(replicates) || replicates < 100 || replicates > 10_000_000)
    wrong('--replicates', 'a whole number from 100 to 10,000,000');
}

function reportLines(report: PairedReport): string[] {
  const clusters = report.clusters === undefined ? '' : ` in ${report.clusters} clusters`;
  return [
    `${report.items} items${clusters}, ${report.arms.length} arms; alpha ${report.alpha}, intervals ${percentText(1 - report.alpha)}, ${report.alternative}, zeros ${report.zeroRule === 'drop' ? 'dropped' : 'by Pratt'}, ties in BCa ${report.tieRule}, seed ${report.seed}`,
    ...report.arms.map((arm) => {
      const mean = arm.mean === null ? 'no values' : `mean ${Number(arm.mean.toPrecision(3))}`;
      return `  ${arm.name}\tn = ${arm.n}${arm.missing > 0 ? `, ${arm.missing} missing` : ''}\t${mean}`;
    }),
    ...report.pairs.flatMap(pairLines),
    ...(report.overall.length === 0 ? [] : ['', 'All arms', ...report.overall.map(overallLine)]),
    '',
    ...report.notes.map((note) => `note: ${note}`),
  ];
}

function pairLines(pair: PairComparison): string[] {
  const words = {
    'first higher': `${pair.a} is higher`,
    'second higher': `${pair.b} is higher`,
    'not distinguishable': 'not distinguishable',
  };
  const { finding, test, interval, reason } = pair.conclusion;
  const counts = pair.results.find((result) => result.notes !== undefined)?.notes?.[0];
  return [
    '',
    `${pair.a} − ${pair.b}: ${words[finding]} (${reason}; by ${test} and ${interval}; n = ${pair.n}${pair.missing > 0 ? `, ${pair.missing} pairs incomplete` : ''})`,
    ...pair.margins.map(
      (one) =>
        `  ${one.claim} ${one.shown ? 'shown' : 'not shown'} within ${one.margin} (${one.statistic}, ${pText(one.p)} against ${one.level})`,
    ),
    ...(counts === undefined ? [] : [`  ${counts}`]),
    ...pair.results.map(figureLine),
  ];
}

function overallLine(result: PairedReport['overall'][number]): string {
  const line = figureLine(result);
  return result.pair === undefined ? line : `${line}\t${result.pair.join(' − ')}`;
}
