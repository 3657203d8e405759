/**
 * The point in [low, high] where a monotone function crosses zero, by bisection until two neighbouring doubles remain.
 * Without a change of sign it returns the end at which the function is nearer to zero.
 */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  let a = low;
  let b = high;
  const atLow = f(a);
  const atHigh = f(b);
  if (atLow === 0) return a;
  if (atHigh === 0) return b;
  if (Math.sign(atLow) === Math.sign(atHigh)) return Math.abs(atLow) < Math.abs(atHigh) ? a : b;
  for (let i = 0; i < 2000; i++) {
    const middle = a + (b - a) / 2;
    if (middle <= a || middle >= b) break;
    const value = f(middle);
    if (value === 0) return middle;
    if (Math.sign(value) === Math.sign(atLow)) a = middle;
    else b = middle;
  }
  return a + (b - a) / 2;
}
