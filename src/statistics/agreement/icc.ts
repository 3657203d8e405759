import { fQuantile } from '../distributions/f-distribution.ts';
import { type Estimate, type Interval, undefinedBecause } from '../result.ts';
import { at, mean, sum } from '../vector.ts';

/** Mean squares of the two-way analysis of variance: rows (subjects), columns (raters), residual, within rows. */
export type TwoWayAnova = { n: number; k: number; msr: number; msc: number; mse: number; msw: number };

export type IccForm = '1_1' | '2_1' | '3_1' | '1_k' | '2_k' | '3_k';
export type Icc = Estimate<{ ci95: Interval | null }>;

/** Mean squares of a complete table (subjects × raters), with the grand mean as value, or the reason why there are none. */
export function twoWayAnova(ratings: readonly (readonly number[])[]): Estimate<TwoWayAnova> {
  const n = ratings.length;
  const k = ratings[0]?.length ?? 0;
  if (n < 2) return undefinedBecause('fewer than two complete units');
  if (k < 2) return undefinedBecause('fewer than two raters');
  const grand = mean(ratings.flat());
  const rowMeans = ratings.map((row) => mean(row));
  const columnMeans = (ratings[0] ?? []).map((_, column) => mean(ratings.map((row) => at(row, column))));
  const rows = k * sum(rowMeans.map((value) => (value - grand) ** 2));
  const columns = n * sum(columnMeans.map((value) => (value - grand) ** 2));
  const within = sum(ratings.map((row, i) => sum(row.map((value) => (value - at(rowMeans, i)) ** 2))));
  const total = sum(ratings.flat().map((value) => (value - grand) ** 2));
  if (total < 1e-12) return undefinedBecause('no variation');
  const residual = Math.max(0, within - columns);
  return {
    value: grand,
    n,
    k,
    msr: rows / (n - 1),
    msc: columns / (k - 1),
    mse: residual / ((n - 1) * (k - 1)),
    msw: within / (n * (k - 1)),
  };
}

/**
 * The six intraclass correlations of Shrout and Fleiss (1979) with 95 % intervals: 1 one-way, 2 two-way random
 * (absolute agreement), 3 two-way mixed (consistency); single rating or mean of k. The interval of (2,k) is the
 * Spearman–Brown transform of that of (2,1).
 */
export function icc(anova: TwoWayAnova, form: IccForm, level = 0.95): Icc {
  const { n, k, msr, msc, mse, msw } = anova;
  switch (form) {
    case '1_1':
      return iccOf(msr - msw, msr + (k - 1) * msw, ratioLimits(msr / msw, [n - 1, n * (k - 1)], k, level));
    case '3_1':
      return iccOf(msr - mse, msr + (k - 1) * mse, ratioLimits(msr / mse, [n - 1, (n - 1) * (k - 1)], k, level));
    case '2_1':
      return iccOf(msr - mse, msr + (k - 1) * mse + (k * (msc - mse)) / n, agreementLimits(anova, level));
    case '1_k':
      return iccOf(msr - msw, msr, spearmanBrown(ratioLimits(msr / msw, [n - 1, n * (k - 1)], k, level), k));
    case '2_k':
      return iccOf(msr - mse, msr + (msc - mse) / n, spearmanBrown(agreementLimits(anova, level), k));
    case '3_k':
      return iccOf(msr - mse, msr, spearmanBrown(ratioLimits(msr / mse, [n - 1, (n - 1) * (k - 1)], k, level), k));
  }
}

function iccOf(numerator: number, denominator: number, limits: Interval | null): Icc {
  if (Math.abs(denominator) <= 1e-12 * Math.abs(numerator)) return undefinedBecause('no variation between units');
  return { value: numerator / denominator, ci95: limits?.every(Number.isFinite) ? limits : null };
}

/** Limits (F − 1)/(F + k − 1) with F0 divided and multiplied by F quantiles. */
function ratioLimits(f0: number, [df1, df2]: [number, number], k: number, level: number): Interval {
  const p = 1 - (1 - level) / 2;
  const low = f0 / fQuantile(p, df1, df2);
  const high = f0 * fQuantile(p, df2, df1);
  return [(low - 1) / (low + k - 1), (high - 1) / (high + k - 1)];
}

/** Limits of ICC(2,1) (Shrout and Fleiss 1979; McGraw and Wong 1996). */
function agreementLimits({ n, k, msr, msc, mse }: TwoWayAnova, level: number): Interval | null {
  if (mse <= 1e-12 * (msr + msc)) return null;
  const p = 1 - (1 - level) / 2;
  const r = (msr - mse) / (msr + (k - 1) * mse + (k * (msc - mse)) / n);
  const fj = msc / mse;
  const u = n * (1 + (k - 1) * r) - k * r;
  const v = ((k - 1) * (n - 1) * (k * r * fj + u) ** 2) / ((n - 1) * k * k * r * r * fj * fj + u * u);
  // In degenerate tables the approximate degrees of freedom vanish or r is infinite: there is no F quantile then.
  if (!(v > 0.01 && Number.isFinite(v))) return null;
  const fLow = fQuantile(p, n - 1, v);
  const fHigh = fQuantile(p, v, n - 1);
  const columns = k * msc + (k * n - k - n) * mse;
  return [
    (n * (msr - fLow * mse)) / (fLow * columns + n * msr),
    (n * (fHigh * msr - mse)) / (columns + n * fHigh * msr),
  ];
}

/** Reliability of the mean of k ratings from that of one; null where a limit is so low that the transform is undefined. */
function spearmanBrown(limits: Interval | null, k: number): Interval | null {
  if (limits === null || limits.some((limit) => 1 + (k - 1) * limit <= 0)) return null;
  return [(k * limits[0]) / (1 + (k - 1) * limits[0]), (k * limits[1]) / (1 + (k - 1) * limits[1])];
}
