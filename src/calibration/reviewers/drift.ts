import { ewmaChart } from '../../statistics/ewma.ts';
import { mean, sampleVariance } from '../../statistics/vector.ts';
import { minimumUnits } from '../schema.ts';
import type { Drift } from './schema.ts';

export const driftSettings = { lambda: 0.2, sigmas: 3, window: 30, before: 200 };

const method = 'EWMA control chart of the difference from the mean of the round’s other reviewers';

export type Residual = { at: string; value: number };

/**
 * The control chart of a reviewer's last rounds against the rounds before them; where there are too few of those, against
 * 0 with the spread of all reviewers. Undefined where the last rounds are too few or nothing ever varied.
 */
export function driftOf(residuals: Residual[], pooledSigma: number | null): Drift | undefined {
  const { lambda, sigmas, window } = driftSettings;
  const recent = residuals.slice(-window);
  const before = residuals.slice(0, -window).map((one) => one.value);
  const own = before.length >= minimumUnits;
  const sigma = own ? Math.sqrt(sampleVariance(before)) : pooledSigma;
  if (recent.length < minimumUnits || sigma === null || sigma <= 0) return undefined;
  const centre = own ? mean(before) : 0;
  const chart = ewmaChart(
    recent.map((one) => one.value),
    { lambda, sigmas, centre, sigma },
  );
  const points = chart.map((point, index) => ({ at: recent[index]?.at ?? '', ...point }));
  const outside = points.filter((point) => point.outside).length;
  return { method, lambda, sigmas, centre, sigma, basis: own ? 'own' : 'peers', points, outside };
}
