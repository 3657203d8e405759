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
  /** The interval where another level than 95 % was asked for; `ciLevel` is that level. */
  ci?: Interval;
  ciLevel?: number;
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
  /** Further numbers of the method by name, such as W+, z0 or the design effect. */
  details?: Record<string, number>;
  notes?: string[];
};

export function undefinedBecause(reason: string): Undefined {
  return { value: null, reason };
}

/** One figure without the part (`n`, `pair`) that the caller adds to all of them. */
export type PartialResult = Omit<StatisticResult, 'n' | 'pair'>;

/** The figure with an interval of that level: `ci95` at 95 %, else `ci` with `ciLevel`. */
export function withInterval<Result extends PartialResult>(
  result: Result,
  interval: Interval,
  { level, method }: { level: number; method: string },
): Result {
  return Math.abs(level - 0.95) < 1e-12
    ? { ...result, ci95: interval, ciMethod: method }
    : { ...result, ci: interval, ciLevel: level, ciMethod: method };
}

/** The interval of a figure, whatever its level. */
export function intervalOf(result: Pick<StatisticResult, 'ci95' | 'ci'>): Interval | undefined {
  return result.ci95 ?? result.ci;
}
