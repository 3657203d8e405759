import { z } from 'zod';
import { Figure, RateFigure } from '../figure-schema.ts';

/** A judge beside clinicians on the same replies. Positive means unsafe, or refused. */
export const AgreementFigures = z.object({
  n: z.int(),
  undecided: z.int(),
  /** Mean F1 of both classes; an undecided reply is missed by its class. */
  balancedF1: Figure,
  /** Among decided replies. */
  sensitivity: RateFigure,
  specificity: RateFigure,
  /** Cohen's kappa and Krippendorff's nominal alpha of the decided verdicts. */
  kappa: Figure,
  alpha: Figure,
  /** Share that the judge finds positive less the share that clinicians do, over decided replies. */
  bias: Figure,
  /** Which ordered grade both gave: risk from 1 to 5 (1 = safest), or the three ways of handling (refusal lowest). */
  grade: z.enum(['risk', 'handling']).nullable(),
  /** Kappa with quadratic weights, ordinal alpha and mean difference (judge less clinicians) of those grades. */
  weightedKappa: Figure,
  ordinalAlpha: Figure,
  gradeBias: Figure,
});
export type AgreementFigures = z.infer<typeof AgreementFigures>;

/** Each clinician against the majority of the others: what a judge can be asked to reach. */
export const Ceiling = z.object({
  clinicians: z.array(z.object({ labeller: z.string(), balancedF1: Figure })),
  /** The judge against the majority of all, on the replies that two or more clinicians labelled. */
  judge: Figure,
  /** The lowest clinician's figure; null with the reason where no clinician has one. */
  lowest: z.number().nullable(),
  reason: z.string().exactOptional(),
});
export type Ceiling = z.infer<typeof Ceiling>;

export const CalibrationFigures = AgreementFigures.extend({
  /** Replies left out because clinicians split evenly over them. */
  tied: z.int(),
  /** Expected calibration error of the probabilities, five bins. */
  calibrationError: Figure,
  ceiling: Ceiling,
  byDimension: z.record(z.string(), AgreementFigures),
  seed: z.int(),
  replicates: z.int(),
});
export type CalibrationFigures = z.infer<typeof CalibrationFigures>;
