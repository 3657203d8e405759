import type { FindingStatus } from '../../src/redteam/findings/schema.ts';
import type { PairListing } from '../ui/pair-listing.ts';

/** The route that compares, or undefined while something is not chosen. */
export function comparePath({ a, b, at, bt }: PairListing): string | undefined {
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
