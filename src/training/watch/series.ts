import { criticalZ } from '../../statistics/distributions/normal.ts';
import { studentTQuantile } from '../../statistics/distributions/student-t.ts';
import { wilsonInterval } from '../../statistics/intervals/proportion.ts';
import type { Interval } from '../../statistics/result.ts';
import type { Metric } from './rule-schema.ts';
import type { Figure } from './schema.ts';

/** k of n cases. */
export type Tally = { k: number; n: number };
export type Spread = { n: number; sum: number; min: number | null; max: number | null };
/** Sums over n pairs, from which means, variances and the covariance follow. */
export type Moments = { n: number; x: number; y: number; xx: number; yy: number; xy: number };

/** What the judgments of one step add up to. */
export type Judged = {
  samples: number;
  reward: Spread;
  heldOut: Spread;
  /** reward and held-out score of samples that have both */
  both: Moments;
  /** length in characters and reward */
  length: Moments;
  format: Tally;
  harmful: Tally;
  benign: Tally;
};

/** One step of a run: what the engine logged (null: it was no finite number), and what the judgments add up to. */
export type StepRow = { step: number; log: Readonly<Record<string, number | null>>; judged?: Judged };

/** TRL's names of what the engine reports; of several the first that is there. */
const logged: Partial<Record<Metric, readonly string[]>> = {
  loss: ['loss'],
  'gradient-norm': ['grad_norm'],
  'token-accuracy': ['mean_token_accuracy'],
  'pair-accuracy': ['rewards/accuracies', 'accuracy'],
  margin: ['rewards/margins', 'margin'],
  kl: ['kl'],
  entropy: ['entropy'],
  length: ['completions/mean_length'],
  clipped: ['completions/clipped_ratio'],
  'zero-variance': ['frac_reward_zero_std'],
  reward: ['reward'],
  unscored: ['unscored'],
};

type Figures = Partial<Record<Metric, Figure>>;

/**
 * The figures of some steps pooled: shares over all their cases with Wilson's interval, means of what the engine reports
 * with the smallest and greatest of them. `start` are the first steps of the run, which the gap is measured from. What
 * was not measured has no figure.
 */
export function figuresOf(rows: readonly StepRow[], start: readonly StepRow[]): Figures {
  const figures: Figures = {};
  const put = (metric: Metric, figure: Figure | undefined): void => {
    if (figure !== undefined) figures[metric] = figure;
  };
  for (const metric of Object.keys(logged) as Metric[]) put(metric, meanOf(rows, metric)); // the keys are metrics
  const judged = pooled(rows);
  if (judged === undefined) return figures;
  put('reward', spreadOf(judged.reward) ?? figures.reward);
  put('held-out', spreadOf(judged.heldOut));
  put('gap', gapOf(judged.both, pooled(start)?.both));
  put('length-score', correlationOf(judged.length));
  put('unscored', shareOf({ k: judged.samples - judged.reward.n, n: judged.samples }));
  put('format', shareOf(judged.format));
  put('harmful-refusals', shareOf(judged.harmful));
  put('benign-refusals', shareOf(judged.benign));
  return figures;
}

/** True where a step should have had a figure and has none: the engine reported no finite number, no sample was scored. */
export function isUnmeasured(row: StepRow, metric: Metric): boolean {
  const names = logged[metric];
  const reported = names?.map((name) => row.log[name]).find((value) => value !== undefined);
  return reported === null || (reported === undefined && row.judged !== undefined && !(metric in figuresOf([row], [])));
}

function meanOf(rows: readonly StepRow[], metric: Metric): Figure | undefined {
  const values = rows.flatMap((row) => {
    const value = logged[metric]?.map((name) => row.log[name]).find((one) => one !== undefined);
    return value === undefined || value === null ? [] : [value];
  });
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const value = sum / values.length;
  return { value, n: values.length, min: Math.min(...values), max: Math.max(...values) };
}

function spreadOf({ n, sum, min, max }: Spread): Figure | undefined {
  return n === 0 || min === null || max === null ? undefined : { value: sum / n, n, min, max };
}

function shareOf({ k, n }: Tally): Figure | undefined {
  return n === 0 ? undefined : { value: k / n, n, ...between(wilsonInterval(k, n)) };
}

/**
 * How many standard deviations the reward has risen more than the held-out score since the start, over samples that have
 * both. Standard deviations, because two judges seldom share a scale. The t interval takes the start as fixed and the
 * samples as independent.
 */
function gapOf(now: Moments, start: Moments | undefined): Figure | undefined {
  if (now.n === 0 || start === undefined || start.n < 2) return undefined;
  const [sdX, sdY] = [Math.sqrt(centred(start).xx / (start.n - 1)), Math.sqrt(centred(start).yy / (start.n - 1))];
  if (!(sdX > 0 && sdY > 0)) return undefined;
  const value = (now.x / now.n - start.x / start.n) / sdX - (now.y / now.n - start.y / start.n) / sdY;
  if (now.n < 2) return { value, n: now.n };
  const { xx, yy, xy } = centred(now);
  const variance = (xx / sdX ** 2 + yy / sdY ** 2 - (2 * xy) / (sdX * sdY)) / (now.n - 1);
  if (!(variance > 0)) return { value, n: now.n };
  const half = quantile(now.n - 1) * Math.sqrt(variance / now.n);
  return { value, n: now.n, low: value - half, high: value + half };
}

/** Pearson's correlation with Fisher's interval; undefined for fewer than three pairs or where one side does not vary. */
function correlationOf(moments: Moments): Figure | undefined {
  const { n } = moments;
  const { xx, yy, xy } = centred(moments);
  if (n < 3 || !(xx > 0 && yy > 0)) return undefined;
  const value = Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  if (n < 4 || Math.abs(value) === 1) return { value, n };
  const [z, half] = [Math.atanh(value), criticalZ(0.95) / Math.sqrt(n - 3)];
  return { value, n, low: Math.tanh(z - half), high: Math.tanh(z + half) };
}

/** Sums of squares and products about the means; what is no more than rounding of the sums is nothing. */
function centred({ n, x, y, xx, yy, xy }: Moments): { xx: number; yy: number; xy: number } {
  const about = (sum: number, product: number): number => (sum - product > 1e-12 * Math.abs(sum) ? sum - product : 0);
  return { xx: about(xx, (x * x) / n), yy: about(yy, (y * y) / n), xy: xy - (x * y) / n };
}

const quantiles = new Map<number, number>();

/** Upper 2.5 % point of t; found by bisection, so each is found once. */
function quantile(df: number): number {
  const known = quantiles.get(df) ?? studentTQuantile(0.975, df);
  quantiles.set(df, known);
  return known;
}

function between(interval: Interval | null): { low: number; high: number } | undefined {
  return interval === null ? undefined : { low: interval[0], high: interval[1] };
}

function pooled(rows: readonly StepRow[]): Judged | undefined {
  const all = rows.flatMap(({ judged }) => (judged === undefined ? [] : [judged]));
  return all.length === 0 ? undefined : all.reduce(addJudged);
}

/** The judgments of two steps together. */
export function addJudged(a: Judged, b: Judged): Judged {
  return {
    samples: a.samples + b.samples,
    reward: addSpread(a.reward, b.reward),
    heldOut: addSpread(a.heldOut, b.heldOut),
    both: addMoments(a.both, b.both),
    length: addMoments(a.length, b.length),
    format: addTally(a.format, b.format),
    harmful: addTally(a.harmful, b.harmful),
    benign: addTally(a.benign, b.benign),
  };
}

function addTally(a: Tally, b: Tally): Tally {
  return { k: a.k + b.k, n: a.n + b.n };
}

function addSpread(a: Spread, b: Spread): Spread {
  const pick = (choose: (...values: number[]) => number, x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : choose(x, y);
  return { n: a.n + b.n, sum: a.sum + b.sum, min: pick(Math.min, a.min, b.min), max: pick(Math.max, a.max, b.max) };
}

function addMoments(a: Moments, b: Moments): Moments {
  return {
    n: a.n + b.n,
    x: a.x + b.x,
    y: a.y + b.y,
    xx: a.xx + b.xx,
    yy: a.yy + b.yy,
    xy: a.xy + b.xy,
  };
}
