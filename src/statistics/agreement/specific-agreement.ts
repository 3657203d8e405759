import { wilsonInterval } from '../intervals/proportion.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { at, sum } from '../vector.ts';
import type { CountTable } from './ratings.ts';

export type SpecificAgreement = Estimate<{ pairs: number; ci95: Interval | null }>;

/**
 * Specific agreement on one category (Dice; positive agreement when the category is "yes"; equal to the F1 of one rater
 * against the other): given that one rating of a random pair is this category, the chance that the other one is too.
 * The Wilson interval is given for two raters only, where pairs are units.
 */
export function specificAgreement(counts: CountTable, category: number): SpecificAgreement {
  let agreeing = 0;
  let touching = 0;
  let units = 0;
  let twoRaters = true;
  for (const row of counts) {
    const ratings = sum(row);
    if (ratings < 2) continue;
    if (ratings > 2) twoRaters = false;
    const own = at(row, category);
    agreeing += (own * (own - 1)) / (ratings - 1);
    touching += own;
    if (own > 0) units += 1;
  }
  if (touching === 0) return undefinedBecause('the category was never used');
  return { value: agreeing / touching, pairs: units, ci95: twoRaters ? diceInterval(agreeing / 2, units) : null };
}

/** Wilson limits of the share of touching units on which both agree, mapped by J → 2J/(1 + J) (Jaccard to Dice). */
function diceInterval(both: number, touchingUnits: number): Interval | null {
  const limits = wilsonInterval(both, touchingUnits);
  return limits === null ? null : [(2 * limits[0]) / (1 + limits[0]), (2 * limits[1]) / (1 + limits[1])];
}
