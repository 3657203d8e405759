import { AppError } from '../../core/error.ts';
import { binomialMass } from '../distributions/binomial.ts';
import { normalQuantile } from '../distributions/normal.ts';
import { tangoZ } from '../intervals/paired-proportions.ts';
import { sampleSizeFor } from './sample-size.ts';

/** A planned paired pass/fail study: margin, expected share of discordant pairs, true difference, one-sided level. */
export type NonInferiorityPlan = { margin: number; discordance: number; difference?: number; alpha?: number };

/**
 * Power of the non-inferiority test of Tango with n pairs: the exact chance that Z reaches its critical value, summed over
 * all outcomes (b, c).
 * @throws AppError invalid_input when the difference cannot occur with that discordance.
 */
export function nonInferiorityPower(n: number, plan: NonInferiorityPlan): number {
  const { margin, discordance, difference = 0, alpha = 0.025 } = plan;
  if (!(discordance >= 0 && discordance <= 1) || Math.abs(difference) > discordance) {
    throw new AppError(
      'invalid_input',
      `Power: a difference of ${difference} cannot occur with ${discordance} discordant pairs; give |difference| ≤ discordance ≤ 1.`,
    );
  }
  const critical = -normalQuantile(alpha);
  const favourable = discordance === 0 ? 0 : (discordance + difference) / (2 * discordance);
  let power = 0;
  for (let discordant = 0; discordant <= n; discordant++) {
    const chance = binomialMass(discordant, n, discordance);
    if (chance < 1e-14) continue;
    for (let b = 0; b <= discordant; b++) {
      if (tangoZ({ b, c: discordant - b, n }, -margin) >= critical)
        power += chance * binomialMass(b, discordant, favourable);
    }
  }
  return power;
}

/** Smallest number of pairs at which the power reaches the target, or null when `largest` pairs do not. */
export function nonInferioritySampleSize(target: number, plan: NonInferiorityPlan, largest = 2000): number | null {
  return sampleSizeFor(target, (n) => nonInferiorityPower(n, plan), largest);
}
