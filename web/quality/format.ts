/** A figure with as many decimals as shown everywhere; what rounds to nothing has no sign. */
export function fixed(value: number, digits = 2): string {
  return value.toFixed(digits).replace(/^-(0(\.0+)?)$/, '$1');
}

/** A share as a number of per cent, without the sign for it. */
export function percent(share: number, digits = 0): string {
  return fixed(100 * share, digits);
}

/** Probabilities down to one in ten thousand; smaller ones are told as such. */
export function probability(value: number): string {
  return value > 0 && value < 0.0001 ? '< 0.0001' : fixed(value, 4);
}
