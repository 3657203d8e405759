import { normalCdf, normalDensity, normalUpperTail } from './normal.ts';

/**
 * P(Q > q) for the studentised range of `groups` normal means with known variance (infinite degrees of freedom):
 * k ∫ φ(z) [Φ(z)^(k−1) − (Φ(z) − Φ(z−q))^(k−1)] dz (Tukey 1953). The difference of powers is expanded, so that small
 * tails keep their digits; the trapezoidal rule converges exponentially for this integrand.
 */
export function studentizedRangeUpperTail(q: number, groups: number): number {
  if (q <= 0) return 1;
  const step = 1 / 64;
  let total = 0;
  for (let z = -9; z <= 9 + q; z += step) {
    const below = normalCdf(z);
    const far = normalUpperTail(q - z);
    const near = below - far;
    let powers = 0;
    for (let i = 0; i < groups - 1; i++) powers += below ** i * near ** (groups - 2 - i);
    total += normalDensity(z) * far * powers;
  }
  return Math.min(1, groups * total * step);
}
