import type { Fault } from '../chains/chain.ts';
import type { RecordResult } from './record-check.ts';

/** What the verdict on a release needs to know of a record's check: little enough to pass between threads. */
export type RecordFacts = {
  readonly faults: readonly Fault[];
  readonly unopened: boolean;
  readonly erased: boolean;
  /** Events before the seal that the export shows. */
  readonly shown: number;
  readonly demo: boolean;
  /** Leaf of its first review, where it passed. */
  readonly firstReview?: number;
  /** What must not stand on both sides of the split, where its row could be read. */
  readonly apart?: { readonly group: string; readonly identity: string };
};

export function factsOf(result: RecordResult, sealIndex: number): RecordFacts {
  const { faults, unopened, erased, accepted, row, openings } = result;
  const { group, identity } = row ?? {};
  const first = accepted?.history.reviews[0]?.index;
  return {
    faults,
    unopened: unopened > 0,
    erased: erased !== undefined,
    shown: openings.filter((one) => one.index < sealIndex).length,
    demo: accepted?.demo === true,
    ...(first === undefined ? {} : { firstReview: first }),
    ...(typeof group === 'string' && typeof identity === 'string' ? { apart: { group, identity } } : {}),
  };
}
