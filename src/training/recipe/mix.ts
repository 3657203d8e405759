import { seededRandom, shuffled } from '../../core/random.ts';

/**
 * Prompts in batches that each hold benign ones and others, where there are both; the last batch is whole as well. Their
 * share in a batch is their share of the prompts, but at least one and never all: what is too rare for every batch comes
 * again. Each kind is gone through in an order of the seed before any of its prompts comes again. `batch` is 2 or more.
 * The same rules as in trainer/safemed_trainer/order.py.
 */
export function mixedKinds<T extends { readonly benign: boolean }>(
  prompts: readonly T[],
  batch: number,
  seed: number,
): T[] {
  const random = seededRandom(seed);
  const benign = prompts.filter((one) => one.benign);
  const others = prompts.filter((one) => !one.benign);
  if (benign.length === 0 || others.length === 0) return shuffled(prompts, random);
  const next = { benign: again(benign, random), others: again(others, random) };
  const order: T[] = [];
  let drawn = 0;
  for (let number = 1; number <= Math.ceil(prompts.length / batch); number++) {
    const wanted = Math.round((benign.length / prompts.length) * batch * number) - drawn;
    const count = Math.min(Math.max(wanted, 1), batch - 1);
    drawn += count;
    const rows = Array.from({ length: batch }, (_, index) => (index < count ? next.benign() : next.others()));
    order.push(...shuffled(rows, random));
  }
  return order;
}

function again<T>(rows: readonly T[], random: () => number): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = shuffled(rows, random);
    return left.pop() as T; // never empty here
  };
}
