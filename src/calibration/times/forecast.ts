import { seededRandom } from '../../core/random.ts';
import { type Histogram, histogramQuantile } from '../../statistics/histogram.ts';
import { quantileOfSorted } from '../../statistics/resampling/bootstrap.ts';
import { at, mean, sum } from '../../statistics/vector.ts';
import { seed } from '../figure.ts';
import type { Forecast, Plan, ReviewTime } from './schema.ts';

export const daysLookedAt = 28;
export const fewestDays = 5;
/** Measured reviews from which the published estimate is given up. */
export const enoughMeasured = 30;
const replicates = 2_000;
const secondsPerMinute = 60;

/**
 * The working estimate of one review in minutes: reading 400 to 600 words at 220 words a minute, five scores, a few step
 * marks; with edits longer; overall 8 to 15 reviews an hour. It is an estimate, not a measurement.
 */
export const estimatedMinutes = { clean: [2.5, 5], edited: [6, 8], mixed: [4, 7.5] } as const;

/** Quartiles of active seconds for each kind of question. */
export function reviewTimes(rows: readonly { kind: string; seconds: number; n: number }[]): ReviewTime[] {
  return [...Map.groupBy(rows, (row) => row.kind)].flatMap(([kind, own]) => {
    const histogram = histogramOf(own);
    const quartile = (p: number): number | null => histogramQuantile(histogram, p);
    const [low, median, high] = [quartile(0.25), quartile(0.5), quartile(0.75)];
    if (low === null || median === null || high === null) return [];
    return [{ kind, n: sum(own.map((row) => row.n)), median, quartiles: [low, high] as [number, number] }];
  });
}

function histogramOf(rows: readonly { seconds: number; n: number }[]): Histogram {
  return rows.map((row) => ({ value: row.seconds, count: row.n }));
}

/**
 * Days of work left at the pace of past days, those without any review included. The interval resamples days: it tells how
 * well the pace is known, not what else the future may bring. Undefined where no day had a review.
 */
export function forecastOf(remaining: number, perDay: readonly number[]): Forecast | undefined {
  const pace = mean(perDay);
  if (!(pace > 0)) return undefined;
  const random = seededRandom(seed);
  const left = Float64Array.from({ length: replicates }, () => {
    let drawn = 0;
    for (let i = 0; i < perDay.length; i++) drawn += at(perDay, Math.floor(random() * perDay.length));
    return drawn === 0 ? Number.POSITIVE_INFINITY : (remaining * perDay.length) / drawn;
  }).sort();
  const upper = quantileOfSorted(left, 0.975);
  return {
    days: perDay.length,
    perDay: pace,
    left: remaining / pace,
    ci95: [quantileOfSorted(left, 0.025), Number.isFinite(upper) ? upper : null],
    method: 'percentile bootstrap of days',
    seed,
    replicates,
  };
}

/** The hours that a project asks of clinicians: by the minutes given, by measured time where there is enough, or by estimate. */
export function planOf(
  { instances, overlap, minutes }: { instances: number; overlap: number; minutes?: [number, number] },
  rows: readonly { seconds: number; n: number }[],
): Plan {
  const reviews = Math.ceil(instances * overlap);
  const measured = sum(rows.map((row) => row.n));
  const hours = ([low, high]: readonly [number, number]): [number, number] => [
    (reviews * low) / 60,
    (reviews * high) / 60,
  ];
  const base = { instances, overlap, reviews, measured };
  if (minutes !== undefined) return { ...base, basis: 'stated minutes', minutes, hours: hours(minutes) };
  if (measured >= enoughMeasured) {
    const quartile = (p: number): number => (histogramQuantile(histogramOf(rows), p) ?? 0) / secondsPerMinute;
    const measuredMinutes: [number, number] = [quartile(0.25), quartile(0.75)];
    return { ...base, basis: 'measured', minutes: measuredMinutes, hours: hours(measuredMinutes) };
  }
  const { clean, edited, mixed } = estimatedMinutes;
  return {
    ...base,
    basis: 'published estimate',
    minutes: [...mixed],
    hours: hours(mixed),
    clean: hours(clean),
    edited: hours(edited),
  };
}
