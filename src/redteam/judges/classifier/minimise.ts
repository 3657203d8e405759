import { dot } from '../../../statistics/vector.ts';

/** Returns the value at a point and writes the gradient there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

type Pair = { step: Float64Array; change: Float64Array; rho: number };

const memory = 10;
const mostIterations = 500;

/**
 * Minimum of a smooth convex function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed.,
 * algorithm 7.5) with backtracking to sufficient decrease. Stops when no component of the gradient exceeds 1e-6, when no
 * step gains any more, or after 500 iterations. Deterministic.
 */
export function minimise(objective: Objective, start: Float64Array): Float64Array {
  let point: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(point.length);
  let value = objective(point, gradient);
  const pairs: Pair[] = [];
  for (let iteration = 0; iteration < mostIterations && largest(gradient) > 1e-6; iteration++) {
    const direction = descent(gradient, pairs);
    const slope = dot(direction, gradient);
    const next = lineSearch(objective, { point, value, direction, slope, first: iteration === 0 });
    if (next === undefined) break;
    remember(pairs, difference(next.point, point), difference(next.gradient, gradient));
    ({ point, gradient, value } = next);
  }
  return point;
}

/** −H · gradient, with the inverse Hessian H estimated from the last steps. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const out = gradient.map((one) => -one);
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * dot(step, out);
    alphas.push(alpha);
    addScaled(out, change, -alpha);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) * scale;
  }
  for (const { step, change, rho } of pairs) addScaled(out, step, (alphas.pop() ?? 0) - rho * dot(change, out));
  return out;
}

type Search = { point: Float64Array; value: number; direction: Float64Array; slope: number; first: boolean };
type Found = { point: Float64Array; gradient: Float64Array; value: number };

function lineSearch(objective: Objective, from: Search): Found | undefined {
  let length = from.first ? 1 / Math.max(1, Math.sqrt(dot(from.direction, from.direction))) : 1;
  const gradient = new Float64Array(from.point.length);
  for (let halvings = 0; halvings < 40; halvings++, length /= 2) {
    const point = from.point.slice();
    addScaled(point, from.direction, length);
    const value = objective(point, gradient);
    if (value < from.value && value <= from.value + 1e-4 * length * from.slope) return { point, gradient, value };
  }
  return undefined;
}

function remember(pairs: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (curvature <= 1e-12 * dot(change, change)) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? 0));
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + scale * (source[i] ?? 0);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
