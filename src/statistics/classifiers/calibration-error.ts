import { type BootstrapResult, bootstrapItems } from '../resampling/bootstrap.ts';
import { at } from '../vector.ts';

/** A forecast probability and what came true. */
export type Forecast = { probability: number; positive: boolean };

export type Bin = { from: number; to: number; n: number; positives: number; meanPredicted: number | null };

/** Forecasts in bins of equal width from 0 to 1; the last bin holds 1 too. */
export function reliabilityBins(forecasts: readonly Forecast[], bins: number): Bin[] {
  return binned(forecasts, bins, () => 1).map(({ n, positives, predicted }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    n,
    positives,
    meanPredicted: n === 0 ? null : predicted / n,
  }));
}

/**
 * Expected calibration error with bins of equal width (Naeini et al. 2015; Guo et al. 2017): Σ over bins of the bin's share
 * times |share of positives − mean forecast|; null for no forecast. Depends on the number of bins, and is above 0 even for
 * a perfectly calibrated forecaster where bins are small.
 */
export function calibrationError(forecasts: readonly Forecast[], bins: number): number | null {
  return errorOf(binned(forecasts, bins, () => 1));
}

/** The same with a percentile interval from resampling forecasts. */
export function calibrationErrorBootstrap(
  forecasts: readonly Forecast[],
  bins: number,
  options: { seed: number; replicates: number },
): BootstrapResult {
  return bootstrapItems(forecasts.length, (weights) => errorOf(binned(forecasts, bins, (i) => at(weights, i))), {
    ...options,
    interval: 'percentile',
  });
}

type Filled = { n: number; positives: number; predicted: number };

function binned(forecasts: readonly Forecast[], bins: number, weight: (i: number) => number): Filled[] {
  const filled = Array.from({ length: bins }, (): Filled => ({ n: 0, positives: 0, predicted: 0 }));
  for (const [i, { probability, positive }] of forecasts.entries()) {
    // The product is rounded so that 0.6 of five bins, 3.0000000000000004 or 2.9999999999999996, is 3.
    const bin = filled[Math.min(bins - 1, Math.floor(Math.round(probability * bins * 1e9) / 1e9))];
    if (bin === undefined) continue;
    bin.n += weight(i);
    bin.positives += positive ? weight(i) : 0;
    bin.predicted += probability * weight(i);
  }
  return filled;
}

function errorOf(bins: readonly Filled[]): number | null {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return n === 0 ? null : bins.reduce((sum, bin) => sum + Math.abs(bin.positives - bin.predicted), 0) / n;
}
