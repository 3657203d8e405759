import type { WeightMatrix } from './agreement-weights.ts';
import type { CountTable } from './ratings.ts';
import { dot, sum } from './vector.ts';

/** One rated unit: counts, number of ratings r, and Σ_k r_k (r*_k − 1), the weighted agreeing ordered pairs. */
export type RatedUnit = { counts: readonly number[]; ratings: number; agreeing: number };

export type ObservedAgreement = {
  /** Units with at least one rating. */
  units: RatedUnit[];
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

/** What all chance-corrected coefficients share: per-unit agreement, percent agreement and category shares. */
export function observeAgreement(table: CountTable, weights: WeightMatrix): ObservedAgreement {
  const units: RatedUnit[] = [];
  for (const counts of table) {
    const ratings = sum(counts);
    if (ratings === 0) continue;
    let agreeing = 0;
    for (const [k, count] of counts.entries()) {
      if (count > 0) agreeing += count * (dot(weights[k] ?? [], counts) - 1);
    }
    units.push({ counts, ratings, agreeing });
  }
  const pairable = units.filter((unit) => unit.ratings >= 2).length;
  const agreement = pairable === 0 ? 0 : sum(units.map(unitAgreement)) / pairable;
  const shares = weights.map(
    (_, k) => sum(units.map((unit) => (unit.counts[k] ?? 0) / unit.ratings)) / (units.length || 1),
  );
  return { units, pairable, agreement, shares };
}
