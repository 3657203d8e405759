/** Lower and upper end of an interval. */
export type Interval = readonly [lower: number, upper: number];

/** A statistic that the data do not define. It is a value with a reason, never NaN, 0 or 1. */
export type Undefined = { value: null; reason: string };

/** A statistic with whatever else its method yields, or the reason why the data do not define it. */
export type Estimate<More = unknown> = ({ value: number } & More) | Undefined;

/**
 * One figure as reports, the API and the command line show it. `statistic` is the stable identifier
 * (for example `krippendorffAlpha.ordinal`), `method` the exact name of what was computed. `reason` is present
 * exactly when `value` is null; `ci95` is absent where no honest interval exists, and `notes` then says why.
 */
export type StatisticResult = {
  statistic: string;
  method: string;
  value: number | null;
  reason?: string;
  /** Items, units or pairs that entered the figure. */
  n: number;
  raters?: number;
  /** The two raters or arms that the figure compares, where it is about two of several. */
  pair?: readonly [string, string];
  se?: number;
  ci95?: Interval;
  ciMethod?: string;
  /** Test statistic (z, t, F, chi-squared) where `value` is not itself one. */
  testStatistic?: number;
  p?: number;
  /** p adjusted by Holm over all pairs of arms under the same test. */
  pHolm?: number;
  seed?: number;
  replicates?: number;
  undefinedReplicates?: number;
  /** Given with an undefined agreement coefficient, so that the reader still sees what was observed. */
  percentAgreement?: number;
  notes?: string[];
};

export function undefinedBecause(reason: string): Undefined {
  return { value: null, reason };
}
