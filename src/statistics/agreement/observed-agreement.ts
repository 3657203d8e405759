import { at, dot, sum } from '../vector.ts';
import type { CountTable } from './ratings.ts';
import type { WeightMatrix } from './weights.ts';

/**
 * One rated unit: counts, number of ratings r, Σ_k r_k (r*_k − 1), the weighted agreeing ordered pairs, and how many units
 * look like it.
 */
export type RatedUnit = { counts: readonly number[]; ratings: number; agreeing: number; times: number };

export type ObservedAgreement = {
  /** Units with at least one rating; alike ones may stand together. */
  units: RatedUnit[];
  /** How many units that are. */
  rated: number;
  /** How many of them have two or more. */
  pairable: number;
  /** Mean share of agreeing pairs over the pairable units; NaN-free: 0 when there is none, guarded by `pairable`. */
  agreement: number;
  /** Mean share of each category over all rated units, also those with one rating. */
  shares: number[];
};

/** Share of agreeing pairs in one unit, 0 where the unit has fewer than two ratings. */
export function unitAgreement(unit: RatedUnit): number {
  return unit.ratings >= 2 ? unit.agreeing / (unit.ratings * (unit.ratings - 1)) : 0;
}

/**
 * What all chance-corrected coefficients share: per-unit agreement, percent agreement and category shares. With `times`
 * each row stands for so many units that look alike.
 */
export function observeAgreement(
  table: CountTable,
  weights: WeightMatrix,
  times?: readonly number[],
): ObservedAgreement {
  const units: RatedUnit[] = [];
  for (const [index, counts] of table.entries()) {
    const ratings = sum(counts);
    const count = times === undefined ? 1 : at(times, index);
    if (ratings === 0 || count === 0) continue;
    let agreeing = 0;
    for (const [k, count] of counts.entries()) {
      if (count > 0) agreeing += count * (dot(weights[k] ?? [], counts) - 1);
    }
    units.push({ counts, ratings, agreeing, times: count });
  }
  const rated = sum(units.map((unit) => unit.times));
  const pairable = sum(units.map((unit) => (unit.ratings >= 2 ? unit.times : 0)));
  const agreement = pairable === 0 ? 0 : sum(units.map((unit) => unit.times * unitAgreement(unit))) / pairable;
  const shares = weights.map(
    (_, k) => sum(units.map((unit) => (unit.times * (unit.counts[k] ?? 0)) / unit.ratings)) / (rated || 1),
  );
  return { units, rated, pairable, agreement, shares };
}
