import { studentTQuantile, studentTTwoSided, studentTUpperTail } from '../distributions/student-t.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { mean, sampleVariance } from '../vector.ts';

/** `value` is the mean difference. */
export type PairedMean = Estimate<{ se: number; interval: Interval; t: number; df: number; p: number }>;

/** Mean of paired differences with the t interval and the two-sided t test of no difference. */
export function pairedMean(differences: readonly number[], level = 0.95): PairedMean {
  const n = differences.length;
  if (n < 2) return undefinedBecause('fewer than two pairs');
  const value = mean(differences);
  const se = Math.sqrt(sampleVariance(differences) / n);
  if (se === 0) return undefinedBecause('all differences are equal');
  const df = n - 1;
  const half = studentTQuantile(1 - (1 - level) / 2, df) * se;
  const t = value / se;
  return { value, se, interval: [value - half, value + half], t, df, p: studentTTwoSided(t, df) };
}

/** `value` is t. */
export type MeanNonInferiority = Estimate<{ p: number; margin: number; df: number }>;

/** One-sided t test that the mean difference exceeds −margin. */
export function meanNonInferiority(differences: readonly number[], margin: number): MeanNonInferiority {
  const difference = pairedMean(differences);
  if (difference.value === null) return difference;
  const value = (difference.value + margin) / difference.se;
  return { value, p: studentTUpperTail(value, difference.df), margin, df: difference.df };
}

/**
 * Equivalence within ±margin by two one-sided t tests (Schuirmann 1987); `value` is the t of the weaker side and p its
 * p-value.
 */
export function meanEquivalence(differences: readonly number[], margin: number): MeanNonInferiority {
  const above = meanNonInferiority(differences, margin);
  const below = meanNonInferiority(
    differences.map((d) => -d),
    margin,
  );
  if (above.value === null) return above;
  if (below.value === null) return below;
  return above.p >= below.p ? above : below;
}
