import { AppError } from '../../core/error.ts';
import { binomialMass } from '../distributions/binomial.ts';
import { logGamma } from '../distributions/gamma.ts';
import { normalCdf } from '../distributions/normal.ts';
import { studentTQuantile } from '../distributions/student-t.ts';
import { at } from '../vector.ts';

/** A planned paired pass/fail study: expected share of discordant pairs, true difference of the rates, two-sided level. */
export type McNemarPlan = { discordance: number; difference: number; alpha?: number };

/**
 * Power of McNemar's exact test with n pairs: the exact chance that its two-sided p is at most alpha, summed over the number
 * of discordant pairs and how they fall.
 * @throws AppError invalid_input when the difference cannot occur with that discordance.
 */
export function mcnemarPower(n: number, { discordance, difference, alpha = 0.05 }: McNemarPlan): number {
  if (!(discordance > 0 && discordance <= 1) || Math.abs(difference) > discordance)
    throw new AppError(
      'invalid_input',
      `Power: a difference of ${difference} cannot occur with a share of ${discordance} discordant pairs; give |difference| ≤ discordance ≤ 1.`,
    );
  const favourable = (discordance + difference) / (2 * discordance);
  let power = 0;
  for (let m = 1; m <= n; m++) {
    const chance = binomialMass(m, n, discordance);
    if (chance < 1e-14) continue;
    let tail = 0;
    for (let b = 0; 2 * b <= m; b++) {
      tail += binomialMass(b, m, 0.5);
      if (2 * tail > alpha) break;
      power += chance * (binomialMass(b, m, favourable) + binomialMass(m - b, m, favourable));
    }
  }
  return power;
}

/** A planned comparison of mean scores, in units of the standard deviation of the paired differences. */
export type MeanPlan = {
  /** True mean difference over that standard deviation. */
  effect: number;
  /** Margin over that standard deviation, for non-inferiority and equivalence. */
  margin?: number;
  alpha?: number;
};

/** Power of the two-sided paired t test at level alpha (default .05), by the noncentral t distribution. */
export function pairedTPower(n: number, { effect, alpha = 0.05 }: MeanPlan): number {
  if (n < 2) return 0;
  const shift = effect * Math.sqrt(n);
  const t = studentTQuantile(1 - alpha / 2, n - 1);
  return overSpread(n - 1, (s) => normalCdf(shift - t * s) + normalCdf(-shift - t * s));
}

/** Power of the one-sided t test that the mean difference exceeds −margin, at level alpha (default .025). */
export function meanNonInferiorityPower(n: number, { effect, margin = 0, alpha = 0.025 }: MeanPlan): number {
  if (n < 2) return 0;
  const t = studentTQuantile(1 - alpha, n - 1);
  return overSpread(n - 1, (s) => normalCdf((effect + margin) * Math.sqrt(n) - t * s));
}

/** Power of equivalence within ±margin by two one-sided t tests, each at level alpha (default .05) (Owen 1965). */
export function meanEquivalencePower(n: number, { effect, margin = 0, alpha = 0.05 }: MeanPlan): number {
  if (n < 2) return 0;
  const root = Math.sqrt(n);
  const t = studentTQuantile(1 - alpha, n - 1);
  return overSpread(n - 1, (s) => {
    const [low, high] = [-margin * root + t * s, margin * root - t * s];
    return high <= low ? 0 : normalCdf(high - effect * root) - normalCdf(low - effect * root);
  });
}

/** Efficiency of the signed-rank test against the t test when differences are normal, 3/π (Lehmann 1975). */
const rankEfficiency = 3 / Math.PI;

/** Approximate power of the two-sided Wilcoxon signed-rank test under normal differences: the t test with 3/π of the pairs. */
export function wilcoxonPower(n: number, plan: MeanPlan): number {
  return pairedTPower(Math.floor(n * rankEfficiency), plan);
}

/** E f(S) for S = √(χ²/df), by Simpson's rule over the density of S within 10 standard deviations. */
function overSpread(df: number, f: (s: number) => number): number {
  const spread = 10 / Math.sqrt(2 * df);
  const low = Math.max(0, 1 - spread);
  const high = 1 + Math.max(spread, 8 / Math.sqrt(df));
  const logScale = (df / 2) * Math.log(df) - (df / 2 - 1) * Math.LN2 - logGamma(df / 2);
  const density = (s: number): number =>
    s <= 0 ? (df === 1 ? Math.exp(logScale) : 0) : Math.exp(logScale + (df - 1) * Math.log(s) - (df * s * s) / 2);
  const steps = 2000;
  const width = (high - low) / steps;
  const terms = Float64Array.from({ length: steps + 1 }, (_, i) => {
    const s = low + i * width;
    return f(s) * density(s) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  });
  let total = 0;
  for (let i = 0; i <= steps; i++) total += at(terms, i);
  return Math.min(1, Math.max(0, (total * width) / 3));
}
