/** One point of a control chart: the moving average after an item and its limits there. */
export type EwmaPoint = { value: number; average: number; lower: number; upper: number; outside: boolean };

export type EwmaSettings = {
  /** Weight of the newest item, above 0 and at most 1. */
  lambda: number;
  /** Width of the limits in standard deviations of the average. */
  sigmas: number;
  centre: number;
  /** Standard deviation of single items around the centre. */
  sigma: number;
};

/**
 * The exponentially weighted moving average control chart (Roberts 1959), started at the centre, with the exact limits
 * centre ± L σ √(λ/(2 − λ) (1 − (1 − λ)^(2t))) after t items.
 */
export function ewmaChart(values: readonly number[], { lambda, sigmas, centre, sigma }: EwmaSettings): EwmaPoint[] {
  let average = centre;
  return values.map((value, index) => {
    average = lambda * value + (1 - lambda) * average;
    const half = sigmas * sigma * Math.sqrt((lambda / (2 - lambda)) * (1 - (1 - lambda) ** (2 * (index + 1))));
    return {
      value,
      average,
      lower: centre - half,
      upper: centre + half,
      outside: Math.abs(average - centre) > half,
    };
  });
}
