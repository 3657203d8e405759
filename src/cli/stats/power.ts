import { Argument, type Command } from 'commander';
import { AppError } from '../../core/error.ts';
import {
  mcnemarPower,
  meanEquivalencePower,
  meanNonInferiorityPower,
  pairedTPower,
  wilcoxonPower,
} from '../../statistics/power/paired-power.ts';
import { sampleSizeFor } from '../../statistics/power/sample-size.ts';
import { nonInferiorityPower } from '../../statistics/power/tango-power.ts';
import { bisect } from '../../statistics/solve.ts';
import { invocation } from '../command.ts';

type Options = {
  n?: number;
  target: number;
  difference?: number;
  sd: number;
  discordance?: number;
  margin?: number;
  alpha?: number;
};

type Plan = { difference: number; sd: number; discordance: number; margin: number; alpha: number };
type Design = {
  method: string;
  /** The level when none is given. */
  alpha: number;
  needs: 'difference' | 'margin';
  rates: boolean;
  power(n: number, plan: Plan): number;
};

const scaled = ({ difference, sd, margin, alpha }: Plan) => ({ effect: difference / sd, margin: margin / sd, alpha });

const designs: Record<string, Design> = {
  mcnemar: {
    method: 'McNemar, exact, two-sided; power summed over all outcomes',
    alpha: 0.05,
    needs: 'difference',
    rates: true,
    power: mcnemarPower,
  },
  'tango-noninferiority': {
    method: 'non-inferiority of the pass rate, Tango score Z, one-sided; power summed over all outcomes',
    alpha: 0.025,
    needs: 'margin',
    rates: true,
    power: nonInferiorityPower,
  },
  t: {
    method: 'paired t, two-sided; noncentral t',
    alpha: 0.05,
    needs: 'difference',
    rates: false,
    power: (n, plan) => pairedTPower(n, scaled(plan)),
  },
  wilcoxon: {
    method: 'Wilcoxon signed rank, two-sided; approximated by the t test with 3/π of the pairs, normal differences',
    alpha: 0.05,
    needs: 'difference',
    rates: false,
    power: (n, plan) => wilcoxonPower(n, scaled(plan)),
  },
  't-noninferiority': {
    method: 'non-inferiority of the mean, paired t, one-sided; noncentral t',
    alpha: 0.025,
    needs: 'margin',
    rates: false,
    power: (n, plan) => meanNonInferiorityPower(n, scaled(plan)),
  },
  't-equivalence': {
    method: 'equivalence of the mean, two one-sided paired t tests, alpha each',
    alpha: 0.05,
    needs: 'margin',
    rates: false,
    power: (n, plan) => meanEquivalencePower(n, scaled(plan)),
  },
};

const largest = 20_000;
const largestOfRates = 2000;

export function powerCommand(stats: Command): void {
  stats
    .command('power')
    .addArgument(new Argument('<test>', 'the planned test').choices(Object.keys(designs)))
    .option('--n <pairs>', 'number of pairs (default: found for the target power)', Number)
    .option('--target <power>', 'power to reach', Number, 0.8)
    .option('--difference <d>', 'true difference: of means, or of pass rates', Number)
    .option('--sd <s>', 'standard deviation of the paired differences', Number, 1)
    .option('--discordance <share>', 'share of pairs in which only one arm passes', Number)
    .option('--margin <m>', 'margin of non-inferiority or equivalence', Number)
    .option('--alpha <level>', 'level (default: .05; .025 for non-inferiority)', Number)
    .description('power, sample size or smallest detectable difference of a paired test')
    .action((test: string, options: Options, command: Command) => {
      const { terminal } = invocation(command);
      const design = designs[test];
      if (design === undefined) throw new AppError('invalid_input', `There is no test “${test}”.`);
      const result = planned(design, options);
      terminal.result({ test, method: design.method, ...result }, [design.method, sentence(result)]);
    });
}

type Planned = { alpha: number; target: number; n: number | null; power: number | null; difference: number | null };

function planned(design: Design, options: Options): Planned {
  const plan = planOf(design, options);
  const { target, n } = options;
  const base = { ...plan, target };
  const limit = design.rates ? largestOfRates : largest;
  if (n !== undefined) {
    if (!Number.isInteger(n) || n < 1 || n > limit)
      throw new AppError('invalid_input', `--n needs a whole number of pairs from 1 to ${limit}.`);
    if (options.difference !== undefined || design.needs === 'margin')
      return { ...base, n, power: design.power(n, plan) };
    return { ...base, n, ...detectable(design, n, { plan, target }) };
  }
  const found = sampleSizeFor(target, (pairs) => design.power(pairs, plan), limit);
  return { ...base, n: found, power: found === null ? null : design.power(found, plan) };
}

function planOf(design: Design, options: Options): Plan {
  const wrong = (message: string): never => {
    throw new AppError('invalid_input', message);
  };
  const { target, sd, discordance, margin } = options;
  const alpha = options.alpha ?? design.alpha;
  if (!(alpha > 0 && alpha < 0.5)) wrong('--alpha needs a level between 0 and 0.5.');
  if (!(target > alpha && target < 1)) wrong('--target needs a power above alpha and below 1.');
  if (!(sd > 0)) wrong('--sd needs a number above 0.');
  if (design.needs === 'margin' && !(margin !== undefined && margin > 0)) wrong('This test needs --margin, above 0.');
  if (design.needs === 'difference' && options.n === undefined && !options.difference)
    wrong('Without --n this test needs --difference, other than 0.');
  if (design.rates && !(discordance !== undefined && discordance > 0 && discordance <= 1))
    wrong('A test of pass rates needs --discordance, the share of pairs in which only one arm passes.');
  return { difference: options.difference ?? 0, sd, discordance: discordance ?? 0, margin: margin ?? 0, alpha };
}

/** The smallest difference that n pairs detect with the target power, or null where none can. */
function detectable(
  design: Design,
  n: number,
  { plan, target }: { plan: Plan; target: number },
): { power: number | null; difference: number | null } {
  const high = design.rates ? plan.discordance : 100 * plan.sd;
  const at = (difference: number): number => design.power(n, { ...plan, difference });
  if (at(high) < target) return { power: null, difference: null };
  const difference = bisect((d) => at(d) - target, 0, high);
  return { power: at(difference), difference };
}

function sentence({ n, power, difference, target }: Planned): string {
  if (n === null) return `No sample size up to the limit reaches a power of ${target}.`;
  if (difference === null) return `${n} pairs reach a power of ${target} for no difference.`;
  const shown = Number(difference.toPrecision(3));
  return `${n} pairs, true difference ${shown}: power ${power === null ? 'undefined' : power.toFixed(2)}.`;
}
