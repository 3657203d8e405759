import { AppError } from '../../core/error.ts';
import { holm } from '../hypothesis-tests/holm.ts';
import type { Alternative, ZeroRule } from '../hypothesis-tests/wilcoxon.ts';
import { pairedDifferences } from '../ranks.ts';
import type { TieRule } from '../resampling/bootstrap.ts';
import { correlationResults } from '../resampling/bootstrap-results.ts';
import type { PartialResult, StatisticResult } from '../result.ts';
import { at, mean } from '../vector.ts';
import { pairedClusterResults } from './clusters.ts';
import { type Finding, findingOf, type MarginFinding, marginFindings, type Primary } from './finding.ts';
import { overallResults } from './overall.ts';
import { pairedCounts, pairedPassResults } from './pass.ts';
import { pairedScoreResults } from './scores.ts';

/** One arm's values, one per item in the same order; null is a missing value. */
export type Arm = { name: string; values: readonly (number | null)[] };

export type PairedOptions = {
  seed: number;
  /** Bootstrap replicates where the exact distribution cannot be had; 10,000 by default. */
  replicates?: number;
  /** Two-sided level; intervals have level 1 − alpha. 0.05 by default. */
  alpha?: number;
  /** Non-inferiority and equivalence margin of the mean score; of the pass rate where all values are 0 or 1. */
  margin?: number;
  /** A score of at least this passes; values that are all 0 or 1 are pass marks without it. */
  passThreshold?: number;
  /** Non-inferiority and equivalence margin of the pass rate. */
  passMargin?: number;
  /** How the primary test treats zero differences; `drop` by default. */
  zeroRule?: ZeroRule;
  /** How BCa counts ties; `mid` by default. */
  tieRule?: TieRule;
  alternative?: Alternative;
  /** The cluster of each item, in the order of the items. */
  clusters?: readonly string[];
};

type Settings = Required<
  Pick<PairedOptions, 'seed' | 'replicates' | 'alpha' | 'zeroRule' | 'tieRule' | 'alternative'>
> &
  Pick<PairedOptions, 'margin' | 'passThreshold' | 'passMargin' | 'clusters'>;

export type PairComparison = {
  a: string;
  b: string;
  n: number;
  missing: number;
  conclusion: Finding;
  margins: MarginFinding[];
  results: StatisticResult[];
};

export type PairedReport = {
  items: number;
  clusters?: number;
  arms: { name: string; n: number; missing: number; mean: number | null }[];
  seed: number;
  replicates: number;
  alpha: number;
  zeroRule: ZeroRule;
  tieRule: TieRule;
  alternative: Alternative;
  pairs: PairComparison[];
  /** Over all arms: Friedman, Kendall's W, Iman–Davenport, Nemenyi, Conover; empty for two arms. */
  overall: StatisticResult[];
  notes: string[];
};

/**
 * Paired comparison of two or more arms on the same items: every pair under every applicable test, adjusted by Holm over the
 * pairs within each test, and the tests over all arms. Differences are first minus second arm. One test and one interval
 * are primary and decide the conclusion.
 * @throws AppError invalid_input for fewer than two arms, repeated names or arms of different length.
 */
export function pairedAnalysis(arms: readonly Arm[], options: PairedOptions): PairedReport {
  const items = checkArms(arms, options);
  const settings: Settings = {
    replicates: 10_000,
    alpha: 0.05,
    zeroRule: 'drop',
    tieRule: 'mid',
    alternative: 'two-sided',
    ...options,
  };
  const compared = arms.flatMap((a, i) => arms.slice(i + 1).map((b) => comparePair(a, b, settings)));
  const { seed, replicates, alpha, zeroRule, tieRule, alternative, clusters } = settings;
  return {
    items,
    ...(clusters === undefined ? {} : { clusters: new Set(clusters).size }),
    arms: arms.map(({ name, values }) => {
      const present = values.filter((value) => value !== null);
      return {
        name,
        n: present.length,
        missing: items - present.length,
        mean: present.length === 0 ? null : mean(present),
      };
    }),
    seed,
    replicates,
    alpha,
    zeroRule,
    tieRule,
    alternative,
    pairs: adjustByHolm(compared).map((pair) => concluded(pair, settings)),
    overall: arms.length > 2 && !isClustered(clusters) ? overallOf(arms) : [],
    notes: notesOf(settings),
  };
}

function checkArms(arms: readonly Arm[], { clusters }: PairedOptions): number {
  const items = arms[0]?.values.length ?? 0;
  if (arms.length < 2)
    throw new AppError('invalid_input', 'A paired analysis needs at least two arms; give one column per arm.');
  if (new Set(arms.map((arm) => arm.name)).size < arms.length)
    throw new AppError('invalid_input', 'Two arms have the same name; rename one.');
  const odd = arms.find((arm) => arm.values.length !== items);
  if (odd !== undefined)
    throw new AppError(
      'invalid_input',
      `Arm ${odd.name} has ${odd.values.length} values, the first arm ${items}; give every arm one value per item, empty where it is missing.`,
    );
  if (clusters !== undefined && clusters.length !== items)
    throw new AppError('invalid_input', `${clusters.length} clusters for ${items} items; give every item its cluster.`);
  return items;
}

function isClustered(clusters: readonly string[] | undefined): boolean {
  return clusters !== undefined && new Set(clusters).size < clusters.length;
}

function notesOf({ clusters, alternative }: Settings): string[] {
  const notes = [
    'Several tests and intervals of the same question are listed. Fix one of each in advance; the others are no second chance.',
  ];
  if (isClustered(clusters))
    notes.push(
      'Pairs of one cluster are not independent: tests of single pairs and tests over all arms are not given, whole clusters are resampled and permuted.',
    );
  if (alternative !== 'two-sided')
    notes.push('One-sided tests leave the intervals two-sided; tests by whole clusters stay two-sided.');
  return notes;
}

type Compared = Omit<PairComparison, 'conclusion' | 'margins'> & { primary: Primary; binary: boolean };

function comparePair(a: Arm, b: Arm, settings: Settings): Compared {
  const x: number[] = [];
  const y: number[] = [];
  const groups = new Map<string, number[]>();
  for (const [index, first] of a.values.entries()) {
    const second = b.values[index] ?? null;
    if (first === null || second === null) continue;
    const cluster = settings.clusters?.[index];
    if (cluster !== undefined) {
      const members = groups.get(cluster);
      if (members === undefined) groups.set(cluster, [x.length]);
      else members.push(x.length);
    }
    x.push(first);
    y.push(second);
  }
  const binary = [...x, ...y].every((value) => value === 0 || value === 1);
  const pairs = { x, y, binary, groups: [...groups.values()] };
  const { results, primary } = isClustered(settings.clusters)
    ? clusteredPair(pairs, settings)
    : independentPair(pairs, settings);
  return {
    a: a.name,
    b: b.name,
    n: x.length,
    missing: a.values.length - x.length,
    results: results.map((result): StatisticResult => ({ ...result, n: x.length, pair: [a.name, b.name] })),
    primary,
    binary,
  };
}

type Pairs = { x: number[]; y: number[]; binary: boolean; groups: number[][] };
type PairFigures = { results: PartialResult[]; primary: Primary };

function independentPair({ x, y, binary }: Pairs, settings: Settings): PairFigures {
  const level = 1 - settings.alpha;
  const differences = pairedDifferences(x, y);
  const shared = { ...settings, level };
  const threshold = settings.passThreshold ?? (binary ? 1 : null);
  const margin = binary ? (settings.passMargin ?? settings.margin) : settings.passMargin;
  const passes =
    threshold === null
      ? []
      : pairedPassResults(
          pairedCounts(
            x.map((value) => value >= threshold),
            y.map((value) => value >= threshold),
          ),
          { level, alternative: settings.alternative, ...(margin === undefined ? {} : { margin }) },
        );
  if (binary) return { results: passes, primary: { test: 'mcnemar.exact', interval: 'tango.difference' } };
  const scores = [...pairedScoreResults(differences, shared), ...correlationResults(x, y, shared)];
  const interval = scores.find(({ statistic }) => /^bootstrapMean.*\.bca/.test(statistic))?.statistic;
  const exact = scores.find(({ statistic }) => statistic === 'wilcoxon.exactPermutation.zerosDropped');
  const zeros = settings.zeroRule === 'drop' ? 'zerosDropped' : 'pratt';
  const normal = settings.zeroRule === 'drop' ? 'wilcoxon.normalCc' : 'wilcoxon.pratt';
  const tooMany = exact?.value === null && x.length > 0 && differences.some((d) => d !== 0);
  return {
    results: [...scores, ...passes],
    primary: {
      test: tooMany ? normal : `wilcoxon.exactPermutation.${zeros}`,
      interval: interval ?? 'meanDifference',
    },
  };
}

function clusteredPair({ x, y, binary, groups }: Pairs, settings: Settings): PairFigures {
  const level = 1 - settings.alpha;
  const byCluster = (differences: readonly number[]): number[][] =>
    groups.map((members) => members.map((index) => at(differences, index)));
  const pass = binary ? (settings.passMargin ?? settings.margin) : settings.passMargin;
  const passes = (threshold: number): PartialResult[] => {
    const marks = x.map((value, i) => Number(value >= threshold) - Number(at(y, i) >= threshold));
    return pairedClusterResults(
      byCluster(marks),
      { name: 'clusteredPass', what: 'Difference of pass rates' },
      {
        ...settings,
        level,
        margin: pass,
      },
    );
  };
  if (binary)
    return {
      results: passes(settings.passThreshold ?? 1),
      primary: { test: 'clusteredPass.permutation', interval: 'clusteredPass.meanDifference' },
    };
  const scores = pairedClusterResults(
    byCluster(pairedDifferences(x, y)),
    { name: 'clustered', what: 'Mean difference' },
    {
      ...settings,
      level,
      margin: settings.margin,
    },
  );
  return {
    results: [...scores, ...(settings.passThreshold === undefined ? [] : passes(settings.passThreshold))],
    primary: { test: 'clustered.permutation', interval: 'clustered.meanDifference' },
  };
}

/** Families of the same test over the pairs, that Holm's adjustment runs over. */
const adjusted = /^(wilcoxon|mcnemar)\.|^clustered(Pass)?\.permutation$/;

function adjustByHolm(pairs: Compared[]): Compared[] {
  if (pairs.length < 2) return pairs;
  const families = new Set(
    pairs.flatMap((pair) => pair.results.map((result) => result.statistic)).filter((name) => adjusted.test(name)),
  );
  const byFamily = new Map<string, number[]>();
  for (const family of families) {
    // A test without a p-value (no discordant pairs) can reject nothing but still counts as a member of the family.
    byFamily.set(family, holm(pairs.map((pair) => pair.results.find((result) => result.statistic === family)?.p ?? 1)));
  }
  return pairs.map((pair, index) => ({
    ...pair,
    results: pair.results.map((result) => {
      const values = byFamily.get(result.statistic);
      return values === undefined || result.p === undefined ? result : { ...result, pHolm: at(values, index) };
    }),
  }));
}

function concluded({ primary, binary, ...pair }: Compared, settings: Settings): PairComparison {
  const pass = settings.passMargin ?? (binary ? settings.margin : undefined);
  const margins = {
    ...(settings.margin === undefined ? {} : { mean: settings.margin }),
    ...(pass === undefined ? {} : { pass }),
  };
  return {
    ...pair,
    conclusion: findingOf(pair.results, primary, settings.alpha),
    margins: marginFindings(pair.results, margins, settings.alpha),
  };
}

function overallOf(arms: readonly Arm[]): StatisticResult[] {
  const first = arms[0]?.values ?? [];
  const blocks = first
    .map((_, item) => arms.flatMap((arm) => arm.values[item] ?? []))
    .filter((block) => block.length === arms.length);
  return overallResults(
    arms.map((arm) => arm.name),
    blocks,
  );
}
