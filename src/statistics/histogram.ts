/** How often each value occurs. */
export type Histogram = readonly { value: number; count: number }[];

/** The smallest value whose cumulative share reaches p; null for an empty histogram. */
export function histogramQuantile(histogram: Histogram, p: number): number | null {
  const sorted = [...histogram].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { value, count } of sorted) {
    seen += count;
    if (count > 0 && seen >= p * total - 1e-9) return value;
  }
  return null;
}
