import { normalTwoSided, normalUpperTail } from '../distributions/normal.ts';
import { midRanks } from '../ranks.ts';
import { type Estimate, undefinedBecause } from '../result.ts';
import { at, sum } from '../vector.ts';

/** What happens to zero differences: dropped before ranking, or ranked with the rest and their ranks then dropped (Pratt 1959). */
export type ZeroRule = 'drop' | 'pratt';
export type Alternative = 'two-sided' | 'greater' | 'less';

export type SignedRanks = {
  /** Ranks of the nonzero |differences|, with the sign of the difference. */
  signed: Float64Array;
  wPlus: number;
  wMinus: number;
  zeros: number;
  nonzero: number;
  tieTerm: number;
};

/** Signed ranks of differences that were rounded before (see `pairedDifferences`). */
export function signedRanks(differences: readonly number[], zeroRule: ZeroRule = 'drop'): SignedRanks {
  const kept = zeroRule === 'drop' ? differences.filter((d) => d !== 0) : differences;
  const { ranks, tieTerm } = midRanks(kept.map(Math.abs));
  const signed = Float64Array.from(kept.flatMap((d, i) => (d === 0 ? [] : [Math.sign(d) * at(ranks, i)])));
  const wPlus = sum(signed.filter((rank) => rank > 0));
  const zeros = differences.length - signed.length;
  return { signed, wPlus, wMinus: wPlus - sum(signed), zeros, nonzero: signed.length, tieTerm };
}

/** `value` is W+, the sum of the ranks of positive differences. */
export type WilcoxonTest = Estimate<{ p: number; z?: number; nonzero: number; zeros: number }>;

const noNonzero = 'all differences are zero';

/** The exact distribution is computed up to this many nonzero differences; above it the normal approximation has to do. */
export const exactLimit = 500;

/**
 * Exact Wilcoxon signed-rank test: the permutation distribution of W+ over all 2^n sign changes of the given ranks, which
 * holds with ties and under both zero rules. Two-sided p = P(|W − mean| ≥ |w − mean|).
 */
export function wilcoxonExact(ranks: SignedRanks, alternative: Alternative = 'two-sided'): WilcoxonTest {
  const { wPlus: value, nonzero, zeros } = ranks;
  if (nonzero === 0) return undefinedBecause(noNonzero);
  if (nonzero > exactLimit)
    return undefinedBecause(`more than ${exactLimit} nonzero differences; use the normal approximation`);
  // Mid-ranks are multiples of a half, so doubled ranks are whole numbers.
  const masses = signedSumDistribution(Array.from(ranks.signed, (rank) => Math.round(2 * Math.abs(rank))));
  const total = masses.length - 1;
  const observed = Math.round(2 * value);
  const upper = sum(masses.subarray(observed));
  const lower = sum(masses.subarray(0, observed + 1));
  if (alternative !== 'two-sided')
    return { value, p: Math.min(1, alternative === 'greater' ? upper : lower), nonzero, zeros };
  // The distribution is symmetric, so both tails are equal; at the centre they overlap and p is 1.
  const tail = 2 * observed === total ? 1 : 2 * Math.min(upper, lower);
  return { value, p: Math.min(1, tail), nonzero, zeros };
}

/** P(Σ of a random half of the steps = s) for s = 0 … Σ steps, each step in or out with chance ½. */
export function signedSumDistribution(steps: readonly number[]): Float64Array {
  const masses = new Float64Array(sum(steps) + 1);
  masses[0] = 1;
  let reached = 0;
  for (const step of steps) {
    reached += step;
    for (let s = reached; s >= 0; s--) {
      const without = at(masses, s);
      masses[s] = (without + (s >= step ? at(masses, s - step) : 0)) / 2;
    }
  }
  return masses;
}

/**
 * Normal approximation with zeros dropped and the tie correction of the variance; `continuity` subtracts ½ from |W+ − mean|.
 */
export function wilcoxonNormal(
  ranks: SignedRanks,
  continuity: boolean,
  alternative: Alternative = 'two-sided',
): WilcoxonTest {
  const { wPlus: value, nonzero: n, zeros, tieTerm } = ranks;
  if (n === 0) return undefinedBecause(noNonzero);
  const deviation = value - (n * (n + 1)) / 4;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const shift = continuity ? 0.5 : 0;
  if (alternative === 'two-sided') {
    const z = (Math.sign(deviation) * Math.max(0, Math.abs(deviation) - shift)) / Math.sqrt(variance);
    return { value, z, p: normalTwoSided(z), nonzero: n, zeros };
  }
  const z = (deviation + (alternative === 'greater' ? -shift : shift)) / Math.sqrt(variance);
  return { value, z, p: alternative === 'greater' ? normalUpperTail(z) : normalUpperTail(-z), nonzero: n, zeros };
}

/** Pratt's normal approximation, Z = (W+ − ½Σr)/√(¼Σr²) over the nonzero differences ranked together with the zeros. */
export function wilcoxonPratt(differences: readonly number[], alternative: Alternative = 'two-sided'): WilcoxonTest {
  const ranks = signedRanks(differences, 'pratt');
  if (ranks.nonzero === 0) return undefinedBecause(noNonzero);
  const half = (ranks.wPlus + ranks.wMinus) / 2;
  const z = (ranks.wPlus - half) / Math.sqrt(sum(ranks.signed.map((rank) => rank * rank)) / 4);
  const p = alternative === 'two-sided' ? normalTwoSided(z) : normalUpperTail(alternative === 'greater' ? z : -z);
  return { value: ranks.wPlus, z, p, nonzero: ranks.nonzero, zeros: ranks.zeros };
}

/** Matched-pairs rank-biserial correlation (W+ − W−)/(W+ + W−) (Kerby 2014), zeros dropped. */
export function rankBiserial(ranks: SignedRanks): Estimate {
  if (ranks.nonzero === 0) return undefinedBecause(noNonzero);
  return { value: (ranks.wPlus - ranks.wMinus) / (ranks.wPlus + ranks.wMinus) };
}
