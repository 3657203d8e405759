import { erasureType } from '../../ledger/event-types.ts';
import { readTombstone, type Tombstone } from '../files/tombstone.ts';
import type { Line } from '../lines.ts';
import type { ChainEvent } from '../replay/history.ts';

/**
 * V14 for a record whose row is a tombstone: the log tells of its erasure where the tombstone says, and its pairs are
 * tombstones too. Nothing else can be said of its contents. Returns the event of the erasure.
 */
export function checkErased(
  pairs: readonly Line[],
  { erased }: Tombstone,
  events: readonly ChainEvent[],
  fail: (problem: string) => void,
): ChainEvent | undefined {
  const event = events.at(-1);
  if (event?.type !== erasureType || event.index !== erased) {
    fail(`a tombstone stands for it, and leaf ${erased} does not tell of its erasure`);
    return undefined;
  }
  for (const pair of pairs)
    if (readTombstone(pair.bytes)?.erased !== erased)
      fail(`its contents were erased by leaf ${erased}, and line ${pair.number} of the pairs still shows some`);
  return event;
}
