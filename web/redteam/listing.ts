import type { FindingStatus } from '../../src/redteam/finding-schema.ts';

/** What is compared; it stands in the address, so that it can be linked to. */
export type CompareListing = { a?: string; b?: string; at?: string; bt?: string };

/** Reads what is compared from an address; what makes no sense is left out. */
export function readCompareListing(search: Record<string, unknown>): CompareListing {
  const text = (key: string): string | undefined => {
    const value = search[key];
    return typeof value === 'string' && /^[\w.-]{1,63}$/.test(value) ? value : undefined;
  };
  const found: CompareListing = {};
  for (const key of ['a', 'b', 'at', 'bt'] as const) {
    const value = text(key);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** The route that compares, or undefined while something is not chosen. */
export function comparePath({ a, b, at, bt }: CompareListing): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a === b && (at === undefined || bt === undefined)) return undefined;
  const targets = at === undefined || bt === undefined ? {} : { targets: `${at}:${bt}` };
  return `/v1/redteam/compare?${new URLSearchParams({ a, b, ...targets })}`;
}

export const findingStatuses: FindingStatus[] = ['open', 'triaged', 'fixed', 'accepted', 'false-positive'];
/** Which findings are shown. */
export type FindingListing = { status?: FindingStatus; campaign?: string };

/** Reads which findings are shown from an address; what makes no sense is left out. */
export function readFindingListing({ status, campaign }: Record<string, unknown>): FindingListing {
  const found = findingStatuses.find((one) => one === status);
  const known = typeof campaign === 'string' && /^[\da-f-]{36}$/.test(campaign);
  return { ...(found === undefined ? {} : { status: found }), ...(known ? { campaign } : {}) };
}
