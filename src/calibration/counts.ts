import type { Tx } from '../db/database.ts';
import type { RatingCounts, ReviewerCounts } from './counts-schema.ts';
import {
  beforeAll,
  dimensionCounts,
  nextRange,
  type Range,
  residualSums,
  reviewerPatterns,
  scoreCounts,
  stepCounts,
} from './store.ts';

/** Instances counted in one statement: others get their turn in between, and no statement holds much. */
const partSize = 10_000;

/**
 * Counts all first, independent reviews of every round, part by part. What a reviewer said after seeing others (an edit
 * confirmed, a panel's vote) is no review and is not counted, nor are answers to gold items.
 */
export async function countRatings(tx: Tx, tracksWithDimensions: string[]): Promise<RatingCounts> {
  const scores = new Summed<RatingCounts['scores'][number]>(['units'], ['example']);
  const raters = new Summed<RatingCounts['raters'][number]>([]);
  const dimensions = new Summed<RatingCounts['dimensions'][number]>(['units']);
  const judged = new Summed<RatingCounts['judged'][number]>(['units']);
  const steps = new Summed<RatingCounts['steps'][number]>(['instances']);
  let stepsMarkedOnce = 0;
  for await (const range of ranges(tx)) {
    const scored = await scoreCounts(tx, range);
    scores.add(scored.scores);
    raters.add(scored.raters);
    const found = await dimensionCounts(tx, range, tracksWithDimensions);
    dimensions.add(found.dimensions);
    judged.add(found.judged);
    const marked = await stepCounts(tx, range);
    steps.add(marked.steps);
    stepsMarkedOnce += marked.stepsMarkedOnce;
  }
  return {
    scores: scores.rows(),
    raters: raters.rows(),
    dimensions: dimensions.rows(),
    judged: judged.rows(),
    steps: steps.rows(),
    stepsMarkedOnce,
  };
}

/** Counts the same reviews by who made them. */
export async function countReviewers(tx: Tx): Promise<ReviewerCounts> {
  const patterns = new Summed<ReviewerCounts['patterns'][number]>(['units']);
  const residuals = new Summed<ReviewerCounts['residuals'][number]>(['n', 'sum', 'squares']);
  for await (const range of ranges(tx)) {
    patterns.add(await reviewerPatterns(tx, range));
    residuals.add(await residualSums(tx, range));
  }
  return { patterns: patterns.rows(), residuals: residuals.rows() };
}

async function* ranges(tx: Tx): AsyncGenerator<Range> {
  for (let range = await nextRange(tx, beforeAll, partSize); range !== undefined; ) {
    yield range;
    range = await nextRange(tx, range.upTo, partSize);
  }
}

/** Rows that are alike but for their counts, added up. */
class Summed<T extends Record<string, string | number | null>> {
  readonly #rows = new Map<string, T>();
  readonly #added: (keyof T & string)[];
  readonly #ignored: Set<string>;

  /** `added` are summed, `kept` taken from the first of the rows that are alike. */
  constructor(added: (keyof T & string)[], kept: (keyof T & string)[] = []) {
    this.#added = added;
    this.#ignored = new Set<string>([...added, ...kept]);
  }

  add(rows: T[]): void {
    for (const row of rows) {
      const key = JSON.stringify(
        Object.keys(row)
          .filter((name) => !this.#ignored.has(name))
          .sort()
          .map((name) => row[name]),
      );
      const known = this.#rows.get(key);
      if (known === undefined) this.#rows.set(key, { ...row });
      else
        for (const name of this.#added)
          Object.assign(known, { [name]: Number(known[name] ?? 0) + Number(row[name] ?? 0) });
    }
  }

  rows(): T[] {
    return [...this.#rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}
