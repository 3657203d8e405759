import { dot } from '../../../statistics/vector.ts';
import { minimise } from './minimise.ts';

/** A linear model of the log-odds: bias + weights · features. */
export type LogisticModel = { weights: Float64Array; bias: number };

/** `target` is the probability that the example is positive: 1 or 0 for a label, between them for a smoothed one. */
export type Example = { features: Float64Array; target: number };

export type FitOptions = {
  /** Strength of the penalty ½ λ |weights|²; the bias is free. */
  lambda: number;
  /** Gives both classes the same total weight. */
  balanced: boolean;
};

export function logit({ weights, bias }: LogisticModel, features: Float64Array): number {
  return bias + dot(weights, features);
}

/** 1 / (1 + e^−z). */
export function sigmoid(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

/** −[t ln p + (1 − t) ln(1 − p)] at p = sigmoid(z), without overflow. */
export function logLoss(z: number, target: number): number {
  return Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
}

/** L2-regularised logistic regression: the minimum of Σ weight · log-loss + ½ λ |weights|². Same examples, same model. */
export function fitLogistic(examples: readonly Example[], { lambda, balanced }: FitOptions): LogisticModel {
  const size = examples[0]?.features.length ?? 0;
  const importance = balanced ? classWeights(examples) : examples.map(() => 1);
  const rows = examples.map(({ features, target }, i) => ({ ...filled(features), target, weight: importance[i] ?? 1 }));
  const objective = (point: Float64Array, gradient: Float64Array): number => {
    const weights = point.subarray(0, size);
    let value = (lambda / 2) * dot(weights, weights);
    for (let j = 0; j < size; j++) gradient[j] = lambda * (weights[j] ?? 0);
    gradient[size] = 0;
    for (const { places, values, target, weight } of rows) {
      let z = point[size] ?? 0;
      for (let k = 0; k < places.length; k++) z += (point[places[k] ?? 0] ?? 0) * (values[k] ?? 0);
      value += weight * logLoss(z, target);
      const slope = weight * (sigmoid(z) - target);
      for (let k = 0; k < places.length; k++) {
        const place = places[k] ?? 0;
        gradient[place] = (gradient[place] ?? 0) + slope * (values[k] ?? 0);
      }
      gradient[size] = (gradient[size] ?? 0) + slope;
    }
    return value;
  };
  const found = minimise(objective, new Float64Array(size + 1));
  return { weights: found.slice(0, size), bias: found[size] ?? 0 };
}

/** The places that are not zero: most hashed n-grams are, and skipping them makes training several times faster. */
function filled(features: Float64Array): { places: Uint32Array; values: Float64Array } {
  const places = Uint32Array.from(features.keys().filter((j) => features[j] !== 0));
  return { places, values: Float64Array.from(places, (j) => features[j] ?? 0) };
}

/** n / (2 n₊) for positives and n / (2 n₋) for negatives, so that each class counts for half. */
function classWeights(examples: readonly Example[]): number[] {
  const positives = examples.reduce((sum, { target }) => sum + target, 0);
  const negatives = examples.length - positives;
  return examples.map(
    ({ target }) =>
      (examples.length / 2) *
      ((positives === 0 ? 0 : target / positives) + (negatives === 0 ? 0 : (1 - target) / negatives)),
  );
}
