import { type BootstrapResult, bootstrapItems, type ItemStatistic } from '../resampling/bootstrap.ts';
import { at } from '../vector.ts';
import { type AlphaMetric, alphaEvaluator } from './krippendorff-alpha.ts';
import type { SparseUnit } from './ratings.ts';

/**
 * Krippendorff's alpha with a percentile interval from resampling units that have two or more ratings. Units that look
 * alike are evaluated once with their multiplicity, which keeps large tables fast.
 */
export function alphaBootstrap(
  rated: readonly SparseUnit[],
  metric: AlphaMetric,
  scores: readonly number[],
  options: { seed: number; replicates: number },
): BootstrapResult {
  const units = rated.filter((unit) => unit.ratings >= 2);
  const statistic = alphaStatistic(units, metric, scores);
  return bootstrapItems(units.length, statistic, { ...options, interval: 'percentile' });
}

function alphaStatistic(units: readonly SparseUnit[], metric: AlphaMetric, scores: readonly number[]): ItemStatistic {
  const patterns = new Map<string, number>();
  const distinct: SparseUnit[] = [];
  const patternOf = units.map((unit) => {
    const key = `${unit.categories.join(' ')}/${unit.counts.join(' ')}`;
    const known = patterns.get(key);
    if (known !== undefined) return known;
    patterns.set(key, distinct.length);
    return distinct.push(unit) - 1;
  });
  const evaluator = alphaEvaluator(distinct, metric, scores);
  const weights = new Float64Array(distinct.length);
  return (multiplicity) => {
    weights.fill(0);
    for (let unit = 0; unit < patternOf.length; unit++) {
      const pattern = at(patternOf, unit);
      weights[pattern] = at(weights, pattern) + at(multiplicity, unit);
    }
    return evaluator.alpha(weights).value;
  };
}
