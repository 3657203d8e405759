import { type Interval, type PartialResult, withInterval } from '../result.ts';
import { at, dot, sum } from '../vector.ts';
import { type BootstrapResult, bootstrapItems, jackknife, jackknifeStandardError, type TieRule } from './bootstrap.ts';
import { exactBootstrapMean } from './exact-mean.ts';

export type BootstrapSettings = { seed: number; replicates: number; level: number; tieRule: TieRule };

const maxBootstrapPairs = 2000;
const tieWords = { mid: 'ties counted half', strict: 'ties not counted' } as const;

/** Bootstrap intervals of the mean difference: exact where the scores lie on a grid, else seeded Monte Carlo. */
export function bootstrapMeanResults(differences: readonly number[], settings: BootstrapSettings): PartialResult[] {
  const { level, tieRule } = settings;
  const exact = exactBootstrapMean(differences, tieRule, level);
  if (exact.value !== null) {
    const base = { method: 'Mean difference, exact bootstrap distribution', value: exact.value };
    const { z0, acceleration } = exact;
    return [
      shown({ statistic: `bootstrapMean.exact.percentile${percent(level)}`, ...base }, exact.percentile, {
        level,
        method: 'exact bootstrap, percentile',
      }),
      shown(
        { statistic: bcaName('bootstrapMean.exact', settings), ...base, details: { z0, acceleration } },
        exact.bca,
        {
          level,
          method: `exact bootstrap, BCa, ${tieWords[tieRule]}`,
        },
      ),
    ];
  }
  if (differences.length > maxBootstrapPairs) {
    const reason = `not computed above ${maxBootstrapPairs} pairs, where the t interval serves`;
    return [
      {
        statistic: `bootstrapMean.percentile${percent(level)}`,
        method: 'Mean difference, bootstrap of pairs',
        value: null,
        reason,
      },
    ];
  }
  const statistic = (times: ArrayLike<number>): number => dot(times, differences) / sum(Array.from(times));
  return bootstrapRun('bootstrapMean', 'Mean difference, bootstrap of pairs', {
    items: differences.length,
    statistic,
    ...settings,
  });
}

export type BootstrapRun = BootstrapSettings & {
  items: number;
  statistic: (times: Uint32Array) => number | null;
};

/** Percentile and BCa interval of any statistic of items, from the same seeded replicates, with jackknife error and acceleration. */
export function bootstrapRun(name: string, method: string, run: BootstrapRun): PartialResult[] {
  const { items, statistic, level, tieRule, seed, replicates } = run;
  const result = bootstrapItems(items, statistic, { seed, replicates, interval: 'bca', tieRule, level });
  const percentile = { statistic: `${name}.percentile${percent(level)}`, method };
  if (result.value === null) return [{ ...percentile, ...result }];
  const se = jackknifeStandardError(jackknife(items, statistic));
  const seeded = { value: result.value, se, seed, replicates, undefinedReplicates: result.undefinedReplicates };
  return [
    shown({ ...percentile, ...seeded }, result.percentile, { level, method: 'percentile bootstrap' }),
    shown({ statistic: bcaName(name, run), method, ...seeded, ...bcaDetails(result) }, result.interval, {
      level,
      method: `BCa bootstrap, ${tieWords[tieRule]}`,
    }),
  ];
}

function bcaDetails(result: BootstrapResult): Pick<PartialResult, 'details'> {
  return result.value === null || result.bca === undefined ? {} : { details: result.bca };
}

function bcaName(name: string, { level, tieRule }: Pick<BootstrapSettings, 'level' | 'tieRule'>): string {
  return `${name}.bca${percent(level)}.${tieRule}Ties`;
}

/** 95 for .95, 97.5 for .975: the level as it stands in a figure's name. */
function percent(level: number): string {
  return String(Number((100 * level).toFixed(4)));
}

function shown(
  result: PartialResult,
  interval: Interval | null,
  how: { level: number; method: string },
): PartialResult {
  return interval === null
    ? { ...result, notes: ['no interval: the bootstrap distribution does not allow one'] }
    : withInterval(result, interval, how);
}

/** Pearson's correlation of the arms' scores with bootstrap intervals of pairs. */
export function correlationResults(
  x: readonly number[],
  y: readonly number[],
  settings: BootstrapSettings,
): PartialResult[] {
  const name = 'correlation';
  const method = "Pearson's correlation of the two arms, bootstrap of pairs";
  if (x.length > maxBootstrapPairs)
    return [{ statistic: name, method, value: null, reason: `not computed above ${maxBootstrapPairs} pairs` }];
  return bootstrapRun(name, method, { items: x.length, statistic: (times) => correlation(x, y, times), ...settings });
}

function correlation(x: readonly number[], y: readonly number[], times: Uint32Array): number | null {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  // Centred on the first pair, so that large scores do not lose their digits.
  const [x0, y0] = x.length === 0 ? [0, 0] : [at(x, 0), at(y, 0)];
  for (let i = 0; i < x.length; i++) {
    const w = at(times, i);
    if (w === 0) continue;
    const [dx, dy] = [at(x, i) - x0, at(y, i) - y0];
    n += w;
    sx += w * dx;
    sy += w * dy;
    sxx += w * dx * dx;
    syy += w * dy * dy;
    sxy += w * dx * dy;
  }
  if (n < 2) return null;
  const [vx, vy] = [sxx - (sx * sx) / n, syy - (sy * sy) / n];
  return vx > 1e-12 && vy > 1e-12 ? (sxy - (sx * sy) / n) / Math.sqrt(vx * vy) : null;
}
