/**
 * Smallest number of pairs found by doubling and bisection at which the power reaches the target, or null when `largest`
 * pairs do not. Power of exact tests is slightly saw-toothed in n, so a few smaller n may reach the target too.
 */
export function sampleSizeFor(target: number, powerAt: (n: number) => number, largest: number): number | null {
  let high = Math.min(8, largest);
  while (powerAt(high) < target) {
    if (high >= largest) return null;
    high = Math.min(largest, high * 2);
  }
  let low = high <= 8 ? 1 : Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (powerAt(middle) >= target) high = middle;
    else low = middle;
  }
  return high;
}
