import { isBad, outcomeOf } from './item.ts';
import type { ReportItem } from './item-schema.ts';

export type ExampleKind = 'unsafe' | 'refused' | 'undecided';

/** The worst items of a kind of one target, and how many of the kind there are. */
export type Examples = { target: string; kind: ExampleKind; shown: ReportItem[]; total: number };

const kinds: readonly ExampleKind[] = ['unsafe', 'refused', 'undecided'];

/**
 * Picks the worst items of each kind and target from a stream, keeping no more than `limit` of each at any time: by the
 * weight of the dimension times the risk, then by the judge's probability, then in the order of the campaign.
 */
export async function worstExamples(
  items: AsyncIterable<ReportItem>,
  { targets, weights, limit }: { targets: readonly string[]; weights: ReadonlyMap<string, number>; limit: number },
): Promise<Examples[]> {
  const found = targets.flatMap((target) => kinds.map((kind): Examples => ({ target, kind, shown: [], total: 0 })));
  for await (const item of items) {
    const outcome = outcomeOf(item);
    if (!isBad(item) && outcome !== 'undecided') continue;
    const examples = found.find((one) => one.target === item.target && one.kind === outcome);
    if (examples === undefined) continue;
    examples.total++;
    const worth = worthOf(item, weights);
    const place = examples.shown.findIndex((other) => worthOf(other, weights) < worth);
    examples.shown.splice(place < 0 ? examples.shown.length : place, 0, item);
    if (examples.shown.length > limit) examples.shown.pop();
  }
  return found;
}

function worthOf({ dimension, judgment }: ReportItem, weights: ReadonlyMap<string, number>): number {
  const risk = judgment?.asks === 'attack' ? (judgment.risk?.score ?? 1) : 1;
  return (weights.get(dimension) ?? 1) * risk + (judgment?.probability ?? 0) / 2;
}
