import { z } from 'zod';

/** Fewer comparable units than this, and a slice says so instead of giving a figure. */
export const minimumUnits = 20;

/** The most a share of the ratings may be before kappa gets a note on prevalence. */
export const prevalenceLimit = 0.8;

/** One agreement figure; `reason` is there exactly when `value` is null. */
export const AgreementFigure = z.object({
  statistic: z.string(),
  method: z.string(),
  value: z.number().nullable(),
  reason: z.string().exactOptional(),
  ci95: z.tuple([z.number(), z.number()]).exactOptional(),
  ciMethod: z.string().exactOptional(),
  seed: z.int().exactOptional(),
  replicates: z.int().exactOptional(),
  undefinedReplicates: z.int().exactOptional(),
  /** One answer is so common that this figure falls although reviewers agree. */
  prevalence: z.boolean().exactOptional(),
});
export type AgreementFigure = z.infer<typeof AgreementFigure>;

/** How often one reviewer gave `a` where another gave `b`, among all pairs of reviews of the criterion. */
export const Confusion = z.object({
  a: z.int(),
  b: z.int(),
  pairs: z.number(),
  share: z.number(),
  examples: z.array(z.uuid()),
});
export type Confusion = z.infer<typeof Confusion>;

/** Agreement on one criterion or dimension, over everything or in one slice. */
export const AgreementItem = z.object({
  /** The code of a criterion or dimension. */
  item: z.string(),
  /** The slice's value, for example a language; absent for everything. */
  slice: z.string().exactOptional(),
  /** Rounds that at least two reviewers rated. */
  n: z.int(),
  /** Rounds that one reviewer rated: not comparable. */
  single: z.int(),
  ratings: z.int(),
  raters: z.int(),
  /** Entries of the table of rounds × reviewers that are empty, by design or by chance. */
  missing: z.int(),
  headline: AgreementFigure,
  beside: z.array(AgreementFigure),
  /** Dimensions: the share of reviews that found it violated. */
  prevalence: z.number().exactOptional(),
  confusion: z.array(Confusion).exactOptional(),
});
export type AgreementItem = z.infer<typeof AgreementItem>;

export const StepAgreement = z.object({
  /** Steps that at least two reviewers marked, the instances they are in, and steps that one reviewer marked. */
  n: z.int(),
  instances: z.int(),
  single: z.int(),
  headline: AgreementFigure,
  beside: z.array(AgreementFigure),
});
export type StepAgreement = z.infer<typeof StepAgreement>;

export const SliceBy = z.enum(['all', 'track', 'language', 'specialty', 'reviewer']);
export type SliceBy = z.infer<typeof SliceBy>;

/** What figures were computed from. `newer` counts the reviews made since, which they do not know of. */
export const AsOf = z.object({ computedAt: z.string(), newer: z.int(), milliseconds: z.int() });
export type AsOf = z.infer<typeof AsOf>;

export const AgreementReport = z.object({
  by: SliceBy,
  asOf: AsOf,
  minimumUnits: z.int(),
  criteria: z.array(AgreementItem),
  dimensions: z.array(AgreementItem),
  /** Only over everything. */
  steps: StepAgreement.exactOptional(),
});
export type AgreementReport = z.infer<typeof AgreementReport>;

/** `fresh` computes anew, however long it takes. */
export const AgreementQuery = z.strictObject({
  by: SliceBy.default('all'),
  fresh: z.stringbool().default(false),
});
export type AgreementQuery = z.output<typeof AgreementQuery>;
