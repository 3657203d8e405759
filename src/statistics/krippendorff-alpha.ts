import { AppError } from '../core/error.ts';
import { noPairs, noVariation } from './chance-corrected.ts';
import type { CountTable } from './ratings.ts';
import { type Estimate, undefinedBecause } from './result.ts';
import { at, sum } from './vector.ts';

export type AlphaMetric = 'nominal' | 'ordinal' | 'interval' | 'ratio';

export type KrippendorffAlpha = Estimate<{ pairableValues: number; pairableUnits: number }>;

/** One unit as the few categories that it uses; units that look alike are kept once, with their multiplicity outside. */
type SparseUnit = { categories: number[]; counts: number[]; ratings: number };

/**
 * Krippendorff's alpha prepared for repeated evaluation: `alpha(weights)` is the coefficient when unit i occurs weights[i]
 * times (all once when absent). Scores are the numbers of the categories; nominal and ordinal alpha do not use them.
 */
export type AlphaEvaluator = { units: number; alpha: (weights?: ArrayLike<number>) => KrippendorffAlpha };

/**
 * Classical alpha 1 − D_o/D_e (Krippendorff 2011) over units with two or more ratings. The ordinal difference depends on
 * the marginals; it is the squared distance of category mid-ranks, so ordinal and interval alpha need only sums of squares.
 * @throws AppError invalid_input for ratio alpha with negative scores.
 */
export function alphaEvaluator(table: CountTable, metric: AlphaMetric, scores: readonly number[]): AlphaEvaluator {
  if (metric === 'ratio' && scores.some((score) => score < 0)) {
    throw new AppError(
      'invalid_input',
      'Ratio alpha needs scores of 0 or more; use the interval level for data with negative values.',
    );
  }
  const units = table.map(sparseUnit);
  const ratioGaps = metric === 'ratio' ? ratioDifferences(scores) : null;
  return {
    units: units.length,
    alpha(weights) {
      const totals = new Float64Array(scores.length);
      let pairableUnits = 0;
      for (const [u, unit] of units.entries()) {
        const weight = weights === undefined ? 1 : at(weights, u);
        if (weight === 0 || unit.ratings < 2) continue;
        pairableUnits += weight;
        for (const [i, category] of unit.categories.entries())
          totals[category] = at(totals, category) + weight * at(unit.counts, i);
      }
      const n = sum(totals);
      if (n === 0) return undefinedBecause(noPairs);
      const difference = differenceOf(metric, totals, scores, ratioGaps);
      const expected = difference.ofMargin(totals, n);
      if (expected <= 0) return undefinedBecause(noVariation);
      let observed = 0;
      for (const [u, unit] of units.entries()) {
        const weight = weights === undefined ? 1 : at(weights, u);
        if (weight > 0 && unit.ratings >= 2) observed += (weight * difference.ofUnit(unit)) / (unit.ratings - 1);
      }
      return { value: 1 - ((n - 1) * observed) / expected, pairableValues: n, pairableUnits };
    },
  };
}

/** Classical alpha of a table once; see `alphaEvaluator`. */
export function krippendorffAlpha(
  table: CountTable,
  metric: AlphaMetric,
  scores: readonly number[],
): KrippendorffAlpha {
  return alphaEvaluator(table, metric, scores).alpha();
}

function sparseUnit(row: readonly number[]): SparseUnit {
  const categories = row.flatMap((count, category) => (count > 0 ? [category] : []));
  return { categories, counts: categories.map((category) => at(row, category)), ratings: sum(row) };
}

type Difference = {
  /** Σ over ordered pairs of ratings in the unit of δ. */
  ofUnit: (unit: SparseUnit) => number;
  /** Σ over categories c, k of n_c n_k δ_ck. */
  ofMargin: (totals: Float64Array, n: number) => number;
};

function differenceOf(
  metric: AlphaMetric,
  totals: Float64Array,
  scores: readonly number[],
  ratio: number[][] | null,
): Difference {
  if (metric === 'nominal') {
    return {
      ofUnit: (unit) => unit.ratings ** 2 - sum(unit.counts.map((count) => count * count)),
      ofMargin: (margin, n) => n * n - sum(margin.map((count) => count * count)),
    };
  }
  if (ratio !== null) {
    return {
      ofUnit: (unit) => pairSum(unit.categories, unit.counts, ratio),
      ofMargin: (margin) => pairSum([...margin.keys()], margin, ratio),
    };
  }
  const position = metric === 'ordinal' ? midRanks(totals) : centred(scores, totals);
  return {
    ofUnit: (unit) => {
      let first = 0;
      let second = 0;
      for (const [i, category] of unit.categories.entries()) {
        const x = at(position, category);
        first += at(unit.counts, i) * x;
        second += at(unit.counts, i) * x * x;
      }
      return Math.max(0, 2 * (unit.ratings * second - first * first));
    },
    ofMargin: (margin, n) => {
      let first = 0;
      let second = 0;
      for (const [c, count] of margin.entries()) {
        first += count * at(position, c);
        second += count * at(position, c) ** 2;
      }
      // With one value used, sums of squares leave only rounding noise, which must read as no variation.
      return margin.filter((count) => count > 0).length < 2 ? 0 : 2 * (n * second - first * first);
    },
  };
}

/** Position of each category: ratings below it plus half of its own; differences are Krippendorff's ordinal differences. */
function midRanks(totals: Float64Array): Float64Array {
  let below = 0;
  return totals.map((count) => {
    const position = below + count / 2;
    below += count;
    return position;
  });
}

/** Scores measured from their mean, so that sums of squares keep their digits. */
function centred(scores: readonly number[], totals: Float64Array): Float64Array {
  let total = 0;
  for (const [c, count] of totals.entries()) total += count * at(scores, c);
  const centre = total / sum(totals);
  return Float64Array.from(scores, (score) => score - centre);
}

function ratioDifferences(scores: readonly number[]): number[][] {
  return scores.map((x) => scores.map((y) => (x === y ? 0 : ((x - y) / (x + y)) ** 2)));
}

function pairSum(categories: readonly number[], counts: ArrayLike<number>, gaps: number[][]): number {
  let total = 0;
  for (const [i, c] of categories.entries()) {
    const row = gaps[c] ?? [];
    const count = at(counts, i);
    if (count === 0) continue;
    for (const [j, k] of categories.entries()) total += count * at(counts, j) * at(row, k);
  }
  return total;
}
