/** Two runs (a, b) and one side of each (at, bt); they stand in the address, so that a comparison can be linked to. */
export type PairListing = { a?: string; at?: string; b?: string; bt?: string };

const forms = { a: /^[\da-f-]{36}$/, at: /^[\w.-]{1,63}$/, b: /^[\da-f-]{36}$/, bt: /^[\w.-]{1,63}$/ };

/** Reads what is compared from an address; what makes no sense is left out. */
export function readPairListing(search: Record<string, unknown>): PairListing {
  const found: PairListing = {};
  for (const key of ['a', 'at', 'b', 'bt'] as const) {
    const value = search[key];
    if (typeof value === 'string' && forms[key].test(value)) found[key] = value;
  }
  return found;
}
