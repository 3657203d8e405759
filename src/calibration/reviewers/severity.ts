import { criticalZ } from '../../statistics/distributions/normal.ts';
import { studentTQuantile } from '../../statistics/distributions/student-t.ts';
import { pooledVariance, shrunkenMeans } from '../../statistics/shrinkage.ts';
import { sum } from '../../statistics/vector.ts';
import type { ResidualSums } from '../counts-schema.ts';
import { minimumUnits } from '../schema.ts';
import type { Severity } from './schema.ts';

const method =
  'Mean difference from the mean of the round’s other reviewers, t interval with the spread pooled over reviewers; shrunken by empirical Bayes (normal model)';

/** Severity of each reviewer with enough rounds, by id; the spread of single differences pooled over all of them. */
export function severities(residuals: ResidualSums[]): { sigma: number | null; by: Map<string, Severity> } {
  const variance = pooledVariance(residuals);
  const freedom = sum(residuals.map((one) => Math.max(0, one.n - 1)));
  const by = new Map<string, Severity>();
  if (variance === null || variance <= 0) return { sigma: null, by };
  const z = criticalZ(0.95);
  for (const [index, shrunk] of shrunkenMeans(residuals).entries()) {
    const one = residuals[index];
    if (shrunk === null || one === undefined || one.n < minimumUnits) continue;
    const half = studentTQuantile(0.975, freedom) * shrunk.se;
    by.set(one.reviewer, {
      method,
      n: one.n,
      mean: shrunk.mean,
      ci95: [shrunk.mean - half, shrunk.mean + half],
      shrunken: shrunk.shrunken,
      shrunkenCi95: [shrunk.shrunken - z * shrunk.shrunkenSe, shrunk.shrunken + z * shrunk.shrunkenSe],
    });
  }
  return { sigma: Math.sqrt(variance), by };
}
