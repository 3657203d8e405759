import type { Fault } from './chain.ts';
import type { RecordResult } from './record-check.ts';

/** What the verdict on a release needs to know of a record's check: little enough to pass between threads. */
export type RecordFacts = {
  readonly faults: readonly Fault[];
  readonly unopened: boolean;
  readonly erased: boolean;
  readonly demo: boolean;
  /** Leaf of its first review, where it passed. */
  readonly firstReview?: number;
  /** What must not stand on both sides of the split, where its row could be read. */
  readonly apart?: { readonly group: string; readonly identity: string };
};

export function factsOf({ faults, unopened, erased, accepted, row }: RecordResult): RecordFacts {
  const { group, identity } = row ?? {};
  const first = accepted?.history.reviews[0]?.index;
  return {
    faults,
    unopened: unopened > 0,
    erased: erased !== undefined,
    demo: accepted?.demo === true,
    ...(first === undefined ? {} : { firstReview: first }),
    ...(typeof group === 'string' && typeof identity === 'string' ? { apart: { group, identity } } : {}),
  };
}
