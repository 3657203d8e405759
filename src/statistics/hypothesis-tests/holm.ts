import { at } from '../vector.ts';

/** Holm's (1979) step-down adjusted p-values, in input order: monotone in the raw order and at most 1. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => at(pValues, a) - at(pValues, b));
  const adjusted = new Array<number>(pValues.length).fill(0);
  let largest = 0;
  for (const [position, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - position) * at(pValues, index)));
    adjusted[index] = largest;
  }
  return adjusted;
}
