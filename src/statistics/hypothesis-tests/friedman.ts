import { chiSquaredUpperTail } from '../distributions/chi-squared.ts';
import { fUpperTail } from '../distributions/f-distribution.ts';
import { studentTTwoSided } from '../distributions/student-t.ts';
import { studentizedRangeUpperTail } from '../distributions/studentized-range.ts';
import { midRanks } from '../ranks.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import { at, sum } from '../vector.ts';

/** `value` is Friedman's chi-squared Q on k − 1 degrees of freedom. */
export type Friedman = Estimate<{
  p: number;
  blocks: number;
  treatments: number;
  rankSums: number[];
  /** Σ of all squared ranks, which Conover's comparison needs. */
  squaredRanks: number;
  kendallW: number;
  /** F of Iman and Davenport (1980); null when Q reaches its maximum and F is infinite (p is then 0). */
  imanDavenport: { f: number | null; df1: number; df2: number; p: number };
}>;

/** Friedman's test with ties within blocks, Kendall's W and the Iman–Davenport F, for blocks (rows) × treatments (columns). */
export function friedman(blocks: readonly (readonly number[])[]): Friedman {
  const n = blocks.length;
  const k = blocks[0]?.length ?? 0;
  if (n < 2 || k < 3) return undefinedBecause('needs at least two blocks and three treatments');
  const ranked = blocks.map((block) => midRanks(block));
  const rankSums = (blocks[0] ?? []).map((_, j) => sum(ranked.map((row) => at(row.ranks, j))));
  const ties = sum(ranked.map((row) => row.tieTerm));
  const denominator = n * k * (k + 1) - ties / (k - 1);
  if (denominator < 1e-9) return undefinedBecause('all treatments tie in every block');
  const value = (12 * sum(rankSums.map((total) => (total - (n * (k + 1)) / 2) ** 2))) / denominator;
  const remainder = n * (k - 1) - value;
  const f = remainder < 1e-9 ? null : ((n - 1) * value) / remainder;
  const [df1, df2] = [k - 1, (k - 1) * (n - 1)];
  return {
    value,
    p: chiSquaredUpperTail(value, k - 1),
    blocks: n,
    treatments: k,
    rankSums,
    squaredRanks: sum(ranked.map((row) => sum(row.ranks.map((rank) => rank * rank)))),
    kendallW: value / (n * (k - 1)),
    imanDavenport: { f, df1, df2, p: f === null ? 0 : fUpperTail(f, df1, df2) },
  };
}

/** Nemenyi's post-hoc comparison of two treatments after Friedman's test; `value` is q. */
export function nemenyi(test: Friedman, first: number, second: number): Estimate<{ p: number }> {
  if (test.value === null) return test;
  const { blocks: n, treatments: k, rankSums } = test;
  const gap = Math.abs(at(rankSums, first) - at(rankSums, second)) / n;
  const value = gap / Math.sqrt((k * (k + 1)) / (6 * n));
  return { value, p: studentizedRangeUpperTail(value * Math.SQRT2, k) };
}

/**
 * Conover's (1999, section 5.8) post-hoc comparison of two treatments; `value` is
 * t = |R_i − R_j| / √(2 (nA − ΣR²) / ((n − 1)(k − 1))) on (n − 1)(k − 1) degrees of freedom, A the sum of all squared ranks.
 * More powerful than Nemenyi's and not adjusted for the number of pairs: adjust its p, for example by Holm.
 */
export function conover(test: Friedman, first: number, second: number): Estimate<{ p: number; df: number }> {
  if (test.value === null) return test;
  const { blocks: n, treatments: k, rankSums, squaredRanks } = test;
  const df = (n - 1) * (k - 1);
  const spread = (2 * (n * squaredRanks - sum(rankSums.map((total) => total * total)))) / df;
  if (spread < 1e-9) return undefinedBecause('all blocks rank the arms alike, so t is infinite');
  const value = Math.abs(at(rankSums, first) - at(rankSums, second)) / Math.sqrt(spread);
  return { value, p: studentTTwoSided(value, df), df };
}
