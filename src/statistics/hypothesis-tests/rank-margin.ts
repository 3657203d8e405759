import { pairedDifferences } from '../ranks.ts';
import type { Estimate } from '../result.ts';
import { exactLimit, signedRanks, wilcoxonExact, wilcoxonNormal } from './wilcoxon.ts';

/** One-sided rank test; `value` is W+ of the shifted differences. */
export type RankMarginTest = Estimate<{ p: number; margin: number }>;

/**
 * Non-inferiority by ranks: one-sided signed-rank test that the differences are centred above −margin, on the differences
 * shifted by the margin (zeros dropped; exact up to its limit of pairs, the normal approximation above it). It agrees with
 * the interval of Hodges and Lehmann as a t test agrees with its t interval.
 */
export function rankNonInferiority(differences: readonly number[], margin: number): RankMarginTest {
  const shifted = pairedDifferences(
    differences,
    differences.map(() => -margin),
  );
  const ranks = signedRanks(shifted);
  const test = ranks.nonzero > exactLimit ? wilcoxonNormal(ranks, true, 'greater') : wilcoxonExact(ranks, 'greater');
  return test.value === null ? test : { value: test.value, p: test.p, margin };
}

/** Equivalence within ±margin by two one-sided signed-rank tests; the weaker side's W and p. */
export function rankEquivalence(differences: readonly number[], margin: number): RankMarginTest {
  const above = rankNonInferiority(differences, margin);
  const below = rankNonInferiority(
    differences.map((d) => 0 - d),
    margin,
  );
  if (above.value === null) return above;
  if (below.value === null) return below;
  return above.p >= below.p ? above : below;
}
