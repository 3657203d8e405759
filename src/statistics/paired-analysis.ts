import { AppError } from '../core/error.ts';
import { friedman, nemenyi } from './friedman.ts';
import { holm } from './holm.ts';
import { pairedCounts, pairedPassResults } from './paired-pass.ts';
import { type PartialResult, pairedScoreResults } from './paired-scores.ts';
import { pairedDifferences } from './ranks.ts';
import type { StatisticResult } from './result.ts';
import { at } from './vector.ts';

/** One arm's values, one per item in the same order; null is a missing value. */
export type Arm = { name: string; values: readonly (number | null)[] };

export type PairedOptions = {
  seed: number;
  /** Bootstrap replicates where the exact distribution cannot be had; 10,000 by default. */
  replicates?: number;
  /** Non-inferiority and equivalence margin of the mean score. */
  margin?: number;
  /** A score of at least this passes; values that are all 0 or 1 are pass marks without it. */
  passThreshold?: number;
  /** Non-inferiority margin of the pass rate. */
  passMargin?: number;
};

export type PairComparison = { a: string; b: string; n: number; missing: number; results: StatisticResult[] };

export type PairedReport = {
  items: number;
  arms: { name: string; n: number; missing: number; mean: number | null }[];
  seed: number;
  replicates: number;
  pairs: PairComparison[];
  /** Over all arms: Friedman, Kendall's W, Iman–Davenport, Nemenyi; empty for two arms. */
  overall: StatisticResult[];
  notes: string[];
};

/**
 * Paired comparison of two or more arms on the same items: every pair under every applicable test, adjusted by Holm over the
 * pairs within each test, and the tests over all arms. Differences are first minus second arm.
 * @throws AppError invalid_input for fewer than two arms, repeated names or arms of different length.
 */
export function pairedAnalysis(arms: readonly Arm[], options: PairedOptions): PairedReport {
  const items = checkArms(arms);
  const replicates = options.replicates ?? 10_000;
  const pairs = arms.flatMap((a, i) => arms.slice(i + 1).map((b) => comparePair(a, b, { ...options, replicates })));
  return {
    items,
    arms: arms.map(({ name, values }) => {
      const present = values.filter((value) => value !== null);
      const total = present.reduce((sum, value) => sum + value, 0);
      return {
        name,
        n: present.length,
        missing: items - present.length,
        mean: present.length === 0 ? null : total / present.length,
      };
    }),
    seed: options.seed,
    replicates,
    pairs: adjustByHolm(pairs),
    overall: arms.length > 2 ? overallResults(arms) : [],
    notes: [
      'Several tests and intervals of the same question are listed. Fix one of each in advance; the others are no second chance.',
    ],
  };
}

function checkArms(arms: readonly Arm[]): number {
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
  return items;
}

function comparePair(a: Arm, b: Arm, options: PairedOptions & { replicates: number }): PairComparison {
  const x: number[] = [];
  const y: number[] = [];
  for (const [index, first] of a.values.entries()) {
    const second = b.values[index] ?? null;
    if (first === null || second === null) continue;
    x.push(first);
    y.push(second);
  }
  const binary = [...x, ...y].every((value) => value === 0 || value === 1);
  const threshold = options.passThreshold ?? (binary ? 1 : null);
  const differences = pairedDifferences(x, y);
  const { seed, replicates, margin } = options;
  const scores = binary
    ? []
    : pairedScoreResults(differences, { seed, replicates, ...(margin === undefined ? {} : { margin }) });
  const passes =
    threshold === null
      ? []
      : pairedPassResults(
          pairedCounts(
            x.map((value) => value >= threshold),
            y.map((value) => value >= threshold),
          ),
          options.passMargin,
        );
  const complete = (result: PartialResult): StatisticResult => ({ ...result, n: x.length, pair: [a.name, b.name] });
  return {
    a: a.name,
    b: b.name,
    n: x.length,
    missing: a.values.length - x.length,
    results: [...scores, ...passes].map(complete),
  };
}

/** One-sided and two-sided tests of the same hypothesis family that Holm's adjustment runs over. */
const adjusted = /^(wilcoxon|mcnemar)\./;

function adjustByHolm(pairs: PairComparison[]): PairComparison[] {
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

function overallResults(arms: readonly Arm[]): StatisticResult[] {
  const first = arms[0]?.values ?? [];
  const blocks = first
    .map((_, item) => arms.flatMap((arm) => arm.values[item] ?? []))
    .filter((block) => block.length === arms.length);
  const n = blocks.length;
  const test = friedman(blocks);
  const label = { statistic: 'friedman', method: "Friedman's test, ties corrected" };
  if (test.value === null) return [{ ...label, ...test, n }];
  const { f, df1, df2, p } = test.imanDavenport;
  const iman = { statistic: 'imanDavenport', method: `Iman–Davenport F on ${df1} and ${df2} degrees of freedom`, n };
  return [
    {
      ...label,
      value: test.value,
      p: test.p,
      n,
      notes: [`rank sums ${arms.map((arm, i) => `${arm.name} ${at(test.rankSums, i)}`).join(', ')}`],
    },
    { statistic: 'kendallW', method: "Kendall's coefficient of concordance W", value: test.kendallW, n },
    f === null
      ? { ...iman, value: null, reason: 'F is infinite: all blocks rank the arms alike' }
      : { ...iman, value: f, p },
    ...arms.flatMap((a, i) =>
      arms.slice(i + 1).map((b, offset): StatisticResult => {
        const comparison = nemenyi(test, i, i + 1 + offset);
        const nemenyiLabel = {
          statistic: 'nemenyi',
          method: "Nemenyi's comparison after Friedman's test",
          n,
          pair: [a.name, b.name] as const,
        };
        return comparison.value === null
          ? { ...nemenyiLabel, ...comparison }
          : { ...nemenyiLabel, value: comparison.value, p: comparison.p };
      }),
    ),
  ];
}
