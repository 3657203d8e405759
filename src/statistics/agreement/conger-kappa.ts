import { undefinedBecause } from '../result.ts';
import { at, rowAt, sum } from '../vector.ts';
import { type AgreementEstimate, chanceCorrected } from './chance-corrected.ts';
import { observeAgreement } from './observed-agreement.ts';
import { countsOf, type RatingTable } from './ratings.ts';
import type { WeightMatrix } from './weights.ts';

/** One rater: how many units were rated and the share of each category among them. */
type RaterMargin = { column: number; rated: number; shares: number[] };

/**
 * Conger's kappa: chance agreement is the mean over ordered pairs of different raters of Σ w_kl p_gk p_hl, which equals
 * Σ w_kl (p̄_k p̄_l − s²_kl/r). The standard error linearises the ratios p_gk unit by unit (Gwet 2014, chapter 5).
 * Raters without a single rating are left out.
 */
export function congerKappa(table: RatingTable, weights: WeightMatrix): AgreementEstimate {
  const rows = table.rows.filter((row) => row.some((rating) => rating !== null));
  const margins = raterMargins(rows, table.raters, weights.length);
  const r = margins.length;
  if (r < 2) return undefinedBecause('fewer than two raters');
  const observed = observeAgreement(
    rows.map((row) => countsOf(row, weights.length)),
    weights,
  );
  const meanShares = weights.map((_, k) => sum(margins.map((margin) => at(margin.shares, k))) / r);
  const pull = margins.map((margin) => pairedWeights(weights, meanShares, margin, r));
  let pe = 0;
  for (const [g, margin] of margins.entries()) {
    for (const [k, share] of margin.shares.entries()) pe += (share * at(rowAt(pull, g), k)) / 2 / r;
  }
  return chanceCorrected(observed, pe, (_, index) => {
    const row = rowAt(rows, index);
    let chance = 0;
    for (const [g, margin] of margins.entries()) {
      const rating = row[margin.column] ?? null;
      for (const [k, share] of margin.shares.entries()) {
        const present = rating === null ? 0 : 1;
        const hit = rating === k ? 1 : 0;
        const influence = (rows.length / margin.rated) * (hit - (present - margin.rated / rows.length) * share);
        chance += (influence * at(rowAt(pull, g), k)) / 2 / r;
      }
    }
    return chance;
  });
}

function raterMargins(rows: RatingTable['rows'], raters: number, q: number): RaterMargin[] {
  const margins: RaterMargin[] = [];
  for (let column = 0; column < raters; column++) {
    const counts = countsOf(
      rows.map((row) => row[column] ?? null),
      q,
    );
    const rated = sum(counts);
    if (rated > 0) margins.push({ column, rated, shares: counts.map((count) => count / rated) });
  }
  return margins;
}

/** For each category k: Σ_l (w_kl + w_lk) times the mean share of l among the other r − 1 raters. */
function pairedWeights(weights: WeightMatrix, meanShares: number[], margin: RaterMargin, r: number): number[] {
  const others = meanShares.map((share, l) => (r * share - at(margin.shares, l)) / (r - 1));
  return weights.map((row, k) => {
    let total = 0;
    for (const [l, weight] of row.entries()) total += (weight + at(weights[l] ?? [], k)) * at(others, l);
    return total;
  });
}
