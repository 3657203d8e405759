import { AppError } from '../../core/error.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import { at, dot, rowAt, sum } from '../vector.ts';
import { noPairs, noVariation } from './chance-corrected.ts';
import type { SparseUnit } from './ratings.ts';

export type AlphaMetric = 'nominal' | 'ordinal' | 'interval' | 'ratio';

export type KrippendorffAlpha = Estimate<{ pairableValues: number; pairableUnits: number }>;

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
export function alphaEvaluator(
  units: readonly SparseUnit[],
  metric: AlphaMetric,
  scores: readonly number[],
): AlphaEvaluator {
  if (metric === 'ratio' && scores.some((score) => score < 0)) {
    throw new AppError(
      'invalid_input',
      'Ratio alpha needs scores of 0 or more; use the interval level for data with negative values.',
    );
  }
  const ratioGaps = metric === 'ratio' ? ratioDifferences(scores) : null;
  const pairable = units.filter((unit) => unit.ratings >= 2);
  const positions = units.flatMap((unit, index) => (unit.ratings >= 2 ? [index] : []));
  return {
    units: units.length,
    alpha(weights) {
      const weightOf = (i: number): number => (weights === undefined ? 1 : at(weights, at(positions, i)));
      const { totals, pairableUnits } = margin(pairable, weightOf, scores.length);
      const n = sum(totals);
      if (n === 0) return undefinedBecause(noPairs);
      const difference = differenceOf(metric, totals, scores, ratioGaps);
      const expected = difference.ofMargin(totals, n);
      if (expected <= 0) return undefinedBecause(noVariation);
      let observed = 0;
      for (let i = 0; i < pairable.length; i++) {
        const unit = rowAt(pairable, i);
        const weight = weightOf(i);
        if (weight > 0) observed += (weight * difference.ofUnit(unit)) / (unit.ratings - 1);
      }
      return { value: 1 - ((n - 1) * observed) / expected, pairableValues: n, pairableUnits };
    },
  };
}

/** How often each category was used in units that count, each unit as often as its weight says. */
function margin(
  units: readonly SparseUnit[],
  weightOf: (i: number) => number,
  categories: number,
): { totals: Float64Array; pairableUnits: number } {
  const totals = new Float64Array(categories);
  let pairableUnits = 0;
  for (let u = 0; u < units.length; u++) {
    const weight = weightOf(u);
    if (weight === 0) continue;
    const unit = rowAt(units, u);
    pairableUnits += weight;
    for (let i = 0; i < unit.categories.length; i++) {
      const category = at(unit.categories, i);
      totals[category] = at(totals, category) + weight * at(unit.counts, i);
    }
  }
  return { totals, pairableUnits };
}

/** Classical alpha of the units once; see `alphaEvaluator`. */
export function krippendorffAlpha(
  units: readonly SparseUnit[],
  metric: AlphaMetric,
  scores: readonly number[],
): KrippendorffAlpha {
  return alphaEvaluator(units, metric, scores).alpha();
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
      ofUnit: (unit) => unit.ratings ** 2 - dot(unit.counts, unit.counts),
      ofMargin: (margin, n) => n * n - dot(margin, margin),
    };
  }
  if (ratio !== null) {
    return {
      ofUnit: (unit) => pairSum(unit.categories, unit.counts, ratio),
      ofMargin: (margin) => pairSum([...margin.keys()], margin, ratio),
    };
  }
  const position = metric === 'ordinal' ? midRanks(totals) : centred(scores, totals);
  const square = (categories: readonly number[] | null, counts: ArrayLike<number>, n: number): number => {
    let first = 0;
    let second = 0;
    for (let i = 0; i < counts.length; i++) {
      const x = at(position, categories === null ? i : at(categories, i));
      const weighted = at(counts, i) * x;
      first += weighted;
      second += weighted * x;
    }
    return Math.max(0, 2 * (n * second - first * first));
  };
  return {
    ofUnit: (unit) => (unit.categories.length < 2 ? 0 : square(unit.categories, unit.counts, unit.ratings)),
    // With one value used, sums of squares leave only rounding noise, which must read as no variation.
    ofMargin: (margin, n) => (usedCategories(margin) < 2 ? 0 : square(null, margin, n)),
  };
}

function usedCategories(totals: Float64Array): number {
  let used = 0;
  for (let c = 0; c < totals.length; c++) if (at(totals, c) > 0) used += 1;
  return used;
}

/** Position of each category: ratings below it plus half of its own; differences are Krippendorff's ordinal differences. */
function midRanks(totals: Float64Array): Float64Array {
  const positions = new Float64Array(totals.length);
  let below = 0;
  for (let c = 0; c < totals.length; c++) {
    positions[c] = below + at(totals, c) / 2;
    below += at(totals, c);
  }
  return positions;
}

/** Scores measured from their mean, so that sums of squares keep their digits. */
function centred(scores: readonly number[], totals: Float64Array): Float64Array {
  const centre = dot(scores, totals) / sum(totals);
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
