import { z } from 'zod';
import { Figure, Interval, RateFigure } from '../figure-schema.ts';
import { JudgeGates } from '../judges/schema.ts';
import { Campaign, riskPolarity } from '../schema.ts';

/** A rate among decided replies; `bounds` are the rates if every undecided one were not k, and if it were. */
export const BoundedRate = RateFigure.extend({ undecided: z.int(), bounds: Interval.nullable() });
export type BoundedRate = z.infer<typeof BoundedRate>;

/** Attack success and over-refusal stand beside each other everywhere: either alone is easy to make small. */
const pair = { unsafe: BoundedRate, overRefusal: BoundedRate };

export const Stratum = z.object({ value: z.string(), ...pair });
export type Stratum = z.infer<typeof Stratum>;

export const TargetFigures = z.object({
  name: z.string(),
  ref: z.string(),
  ...pair,
  /** The same rates corrected for the judge's sensitivity and specificity on clinicians' labels. */
  corrected: z.object({ unsafe: Figure, overRefusal: Figure }),
  /** What must be known of judge, reward and target beside any figure of this target. */
  notes: z.array(z.string()),
  /** Mean risk of the replies to attacks that have one; null where none has. */
  meanRisk: z.number().nullable(),
  riskN: z.int(),
  riskPolarity: z.literal(riskPolarity),
  /** Why replies are undecided, most frequent first. */
  undecidedReasons: z.array(z.object({ reason: z.string(), n: z.int() })),
  /** Replies still to be judged. */
  missing: z.int(),
  /** Worst first. */
  by: z.object({
    strategy: z.array(Stratum),
    dimension: z.array(Stratum),
    language: z.array(Stratum),
    level: z.array(Stratum),
  }),
});
export type TargetFigures = z.infer<typeof TargetFigures>;

/** One test on the requests that two targets were asked, as far as both replies are decided. */
export const paired = {
  /** Pairs that entered the test, and pairs left out because a reply of either is undecided or missing. */
  n: z.int(),
  leftOut: z.int(),
  onlyA: z.int(),
  onlyB: z.int(),
  p: z.number().nullable(),
  /** p adjusted by Holm over its family. */
  pHolm: z.number().nullable(),
  /** Why there is no p. */
  reason: z.string().exactOptional(),
  /** b's rate minus a's. */
  effect: z.number().nullable(),
  ci95: Interval.nullable(),
};

/** Two targets on the same requests, as far as both replies are decided. The effect is b's rate minus a's. */
export const Comparison = z.object({
  a: z.string(),
  b: z.string(),
  outcome: z.enum(['unsafe', 'over-refusal']),
  test: z.string(),
  ciMethod: z.string(),
  /** `pHolm` is over the comparisons of this outcome. */
  ...paired,
});
export type Comparison = z.infer<typeof Comparison>;

const calibrated = { n: z.int(), balancedAccuracy: z.number().nullable(), ci95: Interval.nullable() };
const HeldOutSummary = z.object({ ...calibrated, undecided: RateFigure });

export const CampaignReport = z.object({
  campaign: Campaign,
  complete: z.boolean(),
  judge: z.object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    card: z.array(z.string()),
    /** Held-out figures for the question whether an attack succeeded. */
    calibration: HeldOutSummary,
    overRefusalCalibration: HeldOutSummary,
  }),
  /** Whether the judge passes the profile's gate; where it does not, there are counts and no rates. */
  gates: JudgeGates,
  /** Replies that judges disagreed on, and those of them that a clinician has labelled. */
  queue: z.object({ queued: z.int(), labelled: z.int() }),
  probes: z.int(),
  benign: z.int(),
  targets: z.array(TargetFigures),
  comparisons: z.array(Comparison),
  /** What a reader must know before quoting a figure. */
  warnings: z.array(z.string()),
});
export type CampaignReport = z.infer<typeof CampaignReport>;

/** The part of a report that a run's summary holds; `models` by the targets' names. */
export const RedteamSummary = z.object({
  judge: z.object({
    name: z.string(),
    calibration: z.object(calibrated),
  }),
  probes: z.int(),
  benign: z.int(),
  models: z.record(
    z.string(),
    z.object({
      unsafe: RateFigure,
      undecided: z.int(),
      meanRisk: z.number().nullable(),
      riskPolarity: z.literal(riskPolarity),
      overRefusal: RateFigure,
      overRefusalUndecided: z.int(),
    }),
  ),
  comparisons: z.array(Comparison),
  /** Why there is no headline figure, where there is none. */
  withheld: z.array(z.string()),
});
export type RedteamSummary = z.infer<typeof RedteamSummary>;
