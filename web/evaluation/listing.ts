import type { AnswerState } from '../../src/evaluation/schema.ts';
import type { PairListing } from '../ui/pair-listing.ts';

const uuid = /^[\da-f-]{36}$/;
const name = /^[a-z0-9][a-z0-9._-]{0,62}$/;

function matching(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** The keys whose values are there. */
function known<Key extends string>(found: Record<Key, string | undefined>): { [key in Key]?: string } {
  const result: { [key in Key]?: string } = {};
  for (const key of Object.keys(found) as Key[]) {
    const value = found[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** The route that compares, or undefined while something is not chosen or both sides are the same. */
export function comparePath({ a, at, b, bt }: PairListing): string | undefined {
  if (a === undefined || at === undefined || b === undefined || bt === undefined) return undefined;
  if (a === b && at === bt) return undefined;
  const search = new URLSearchParams({ a: at, b: bt, ...(a === b ? {} : { other: b }) });
  return `/v1/evaluations/${a}/compare?${search}`;
}

/** Whose questions a leaderboard has, and what orders it. */
export type BoardListing = { lead?: string; by?: string };

/** Reads what a leaderboard shows from an address; what makes no sense is left out. */
export function readBoardListing({ lead, by }: Record<string, unknown>): BoardListing {
  return known({ lead: matching(lead, uuid), by: matching(by, /^.{1,100}$/) });
}

export const states: AnswerState[] = [
  'answered-correct',
  'answered-wrong',
  'abstained',
  'unparsable',
  'out-of-range',
  'open',
];

/** Which replies of an evaluation are shown. */
export type ItemListing = { target?: string; set?: string; state?: string; by?: string; value?: string };

/** Reads which replies are shown from an address; what makes no sense is left out. */
export function readItemListing({ target, set, state, by, value }: Record<string, unknown>): ItemListing {
  const part = /^.{1,200}$/;
  const found = known({
    target: matching(target, name),
    set: matching(set, part),
    state: states.find((one) => one === state),
    by: matching(by, part),
    value: matching(value, part),
  });
  if (found.by !== undefined && found.value !== undefined) return found;
  const { by: _, value: __, ...whole } = found;
  return whole;
}
