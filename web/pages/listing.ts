import type { InstanceState } from '../../src/generation/schema.ts';
import { instanceStates } from '../app/words.ts';

/** Which part of the instances is shown; it stands in the address, so that it can be linked to and gone back to. */
export type Listing = { state?: InstanceState; after?: string };

export const states = Object.keys(instanceStates) as InstanceState[]; // the table has exactly the states as keys

/** Reads the part from an address; what makes no sense is left out. */
export function readListing(search: Record<string, unknown>): Listing {
  const state = states.find((one) => one === search.state);
  return {
    ...(state === undefined ? {} : { state }),
    ...(typeof search.after === 'string' ? { after: search.after } : {}),
  };
}
