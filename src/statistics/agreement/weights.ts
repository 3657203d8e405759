import { AppError } from '../../core/error.ts';
import { at } from '../vector.ts';

/** Square matrix of agreement weights in [0, 1]; 1 on the diagonal. */
export type WeightMatrix = readonly (readonly number[])[];

export type WeightName = 'identity' | 'linear' | 'quadratic' | 'gwetOrdinal' | 'ratio';

/**
 * Agreement weights for categories at the given scores (their numbers on the scale; 0, 1, 2 … for ordered names).
 * identity 1[k = l]; linear 1 − |x−y|/range; quadratic 1 − (x−y)²/range²; gwetOrdinal 1 − C(|k−l|+1, 2)/C(q, 2) on ranks;
 * ratio 1 − ((x−y)/(x+y))² / ((max−min)/(max+min))². On an evenly spaced scale linear and quadratic are those on ranks.
 * @throws AppError invalid_input for ratio weights on scores that are not all positive.
 */
export function agreementWeights(name: WeightName, scores: readonly number[]): WeightMatrix {
  const low = Math.min(...scores);
  const high = Math.max(...scores);
  const range = high - low || 1;
  if (name === 'ratio' && low <= 0) {
    throw new AppError(
      'invalid_input',
      `Ratio weights need scores above 0; the lowest is ${low}. Use another level of measurement.`,
    );
  }
  const q = scores.length;
  const pairs = (q * (q - 1)) / 2 || 1;
  const ratioRange = ((high - low) / (high + low)) ** 2 || 1;
  const weight: Record<WeightName, (x: number, y: number, gap: number) => number> = {
    identity: () => 0,
    linear: (x, y) => 1 - Math.abs(x - y) / range,
    quadratic: (x, y) => 1 - ((x - y) / range) ** 2,
    gwetOrdinal: (_x, _y, gap) => 1 - (gap * (gap + 1)) / 2 / pairs,
    ratio: (x, y) => 1 - ((x - y) / (x + y)) ** 2 / ratioRange,
  };
  return scores.map((x, k) => scores.map((y, l) => (k === l ? 1 : weight[name](x, y, Math.abs(k - l)))));
}

/** Full agreement for categories at most `steps` apart on the scale, none beyond: the weights of "per cent within 1". */
export function withinWeights(steps: number, scores: readonly number[]): WeightMatrix {
  return scores.map((x) => scores.map((y) => (Math.abs(x - y) <= steps ? 1 : 0)));
}

/** Σ_kl w_kl, written T_w in Gwet's formulas. */
export function weightTotal(weights: WeightMatrix): number {
  let total = 0;
  for (const row of weights) for (const weight of row) total += weight;
  return total;
}

/** w̄_k = ½ Σ_l (w_kl + w_lk) π_l for each category. */
export function weightedMarginal(weights: WeightMatrix, shares: readonly number[]): number[] {
  return weights.map((row, k) => {
    let total = 0;
    for (const [l, weight] of row.entries()) total += ((weight + at(weights[l] ?? [], k)) / 2) * at(shares, l);
    return total;
  });
}

/** Agreement weights 1 − v/max(v) for a matrix of disagreement weights v (0 = agreement), as Cohen (1968) gives them. */
export function weightsFromDisagreement(disagreement: readonly (readonly number[])[]): WeightMatrix {
  const largest = Math.max(...disagreement.flat()) || 1;
  return disagreement.map((row) => row.map((v) => 1 - v / largest));
}
