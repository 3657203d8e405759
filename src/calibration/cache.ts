import type { z } from 'zod';
import { type Context, reader } from '../context/context.ts';
import type { Tx } from '../db/database.ts';
import { readBasis, readCached, reviewsSince, writeCached } from './cache-store.ts';
import { countRatings, countReviewers } from './counts.ts';
import { RatingCounts, ReviewerCounts } from './counts-schema.ts';
import type { AsOf } from './schema.ts';

/** Figures that took longer than this are shown as they are, with the number of newer reviews, until asked for anew. */
const quickMilliseconds = 2_000;

export type Based<T> = { content: T; basis: string; asOf: AsOf };

/** Computations under way, so that several requests of one page wait for the same one. */
const underWay = new WeakMap<Context['db'], Map<string, Promise<unknown>>>();

/**
 * What was computed of the reviews under a name: the last computation where nothing is newer, or where computing takes
 * long and nobody asked for a fresh one; else computed now.
 */
export async function based<T extends z.ZodType>(
  ctx: Context,
  { name, fresh, schema }: { name: string; fresh: boolean; schema: T },
  compute: (tx: Tx) => Promise<z.input<T>>,
): Promise<Based<z.output<T>>> {
  const tx = reader(ctx);
  const { last, erasures } = await readBasis(tx);
  const basis = `${ctx.profile.digest}/${erasures}/${last}`;
  const known = await readCached(tx, name);
  // What another version of the program kept may have another form: then it counts as nothing.
  const content = schema.safeParse(known?.content);
  const usable = known?.basis === basis || (!fresh && (known?.milliseconds ?? 0) > quickMilliseconds);
  if (known !== undefined && content.success && usable) {
    const newer = known.basis === basis ? 0 : await reviewsSince(tx, lastOf(known.basis));
    const { computedAt, milliseconds } = known;
    const asOf = { computedAt: computedAt.toISOString(), newer, milliseconds };
    return { content: content.data, basis: known.basis, asOf };
  }
  return once(ctx, name, async () => {
    const began = performance.now();
    const content = await compute(tx);
    const milliseconds = Math.round(performance.now() - began);
    const computedAt = ctx.clock.now();
    await writeCached(tx, name, { basis, content, computedAt, milliseconds });
    return {
      content: schema.parse(content),
      basis,
      asOf: { computedAt: computedAt.toISOString(), newer: 0, milliseconds },
    };
  });
}

/** Counts of all first reviews, by what was rated. */
export function ratingCounts(ctx: Context, fresh: boolean): Promise<Based<RatingCounts>> {
  const tracks = ctx.profile.rubrics.filter((rubric) => rubric.dimensions).map((rubric) => rubric.track);
  return based(ctx, { name: 'counts/ratings', fresh, schema: RatingCounts }, (tx) => countRatings(tx, tracks));
}

/** Counts of the same reviews, by who made them. */
export function reviewerCounts(ctx: Context, fresh: boolean): Promise<Based<ReviewerCounts>> {
  return based(ctx, { name: 'counts/reviewers', fresh, schema: ReviewerCounts }, countReviewers);
}

/** A report on those counts, kept as long as they are. */
export async function kept<T extends z.ZodType>(
  ctx: Context,
  report: { name: string; basis: string; schema: T },
  compute: () => z.input<T>,
): Promise<z.output<T>> {
  const tx = reader(ctx);
  const known = await readCached(tx, report.name);
  const content = report.schema.safeParse(known?.content);
  if (known?.basis === report.basis && content.success) return content.data;
  const began = performance.now();
  const computed = compute();
  const milliseconds = Math.round(performance.now() - began);
  const entry = { basis: report.basis, content: computed, computedAt: ctx.clock.now(), milliseconds };
  await writeCached(tx, report.name, entry);
  return report.schema.parse(computed);
}

/** The last review in the name of a basis: all after the profile's digest and the erasures. */
function lastOf(basis: string): string {
  return basis.split('/').slice(2).join('/');
}

/** Runs the work, or waits for the same work of another request. Inside a transaction it is always done anew. */
async function once<T>(ctx: Context, name: string, work: () => Promise<T>): Promise<T> {
  if (ctx.tx !== undefined) return work();
  const running = underWay.get(ctx.db) ?? new Map<string, Promise<unknown>>();
  underWay.set(ctx.db, running);
  const known = running.get(name) as Promise<T> | undefined; // one name is always the same work
  if (known !== undefined) return known;
  const started = work().finally(() => running.delete(name));
  running.set(name, started);
  return started;
}
