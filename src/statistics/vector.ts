import { AppError } from '../core/error.ts';

/** The entry at an index that must exist; an index outside is a fault of this engine, not of the data. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) {
    throw new AppError(
      'internal',
      `statistics: index ${index} is outside an array of ${values.length} numbers; report this as a defect`,
    );
  }
  return value;
}

/** The row at an index that must exist. */
export function rowAt<T>(rows: readonly T[], index: number): T {
  const row = rows[index];
  if (row === undefined) {
    throw new AppError(
      'internal',
      `statistics: row ${index} is outside a table of ${rows.length} rows; report this as a defect`,
    );
  }
  return row;
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Arithmetic mean; the caller makes sure that there is at least one value. */
export function mean(values: ArrayLike<number> & Iterable<number>): number {
  return sum(values) / values.length;
}

/** Sample variance with n − 1 in the denominator; the caller makes sure that there are at least two values. */
export function sampleVariance(values: ArrayLike<number> & Iterable<number>): number {
  const centre = mean(values);
  let total = 0;
  for (const value of values) total += (value - centre) ** 2;
  return total / (values.length - 1);
}

/** Median: the middle value, or the mean of the two middle values. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(sorted, half) : (at(sorted, half - 1) + at(sorted, half)) / 2;
}

/** Inner product of two arrays of the same length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += at(a, i) * at(b, i);
  return total;
}

/** Largest value; −Infinity when there is none. Spreading a long array into Math.max would overflow the stack. */
export function largest(values: Iterable<number>): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > best) best = value;
  return best;
}

/** Smallest value; Infinity when there is none. */
export function smallest(values: Iterable<number>): number {
  let best = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < best) best = value;
  return best;
}
