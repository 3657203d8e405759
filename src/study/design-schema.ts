import { z } from 'zod';
import { Language } from '../profile/schema.ts';
import { StudyAxis } from '../profile/study-rating-schema.ts';
import { TargetRef } from '../registry/schema.ts';

const StudyCode = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'lower-case letters, digits, dots and hyphens, at most 40');
const AccountId = z.string().min(1).max(100);
const Text = z.string().trim().min(1).max(20_000);

const arm = {
  id: StudyCode,
  /** Answers per vignette: people who each answer all vignettes, or samples of a model. */
  people: z.int().min(1).max(50).default(1),
  /** Accounts of those who wrote this arm's answers: they never rate them. */
  authors: z.array(AccountId).max(100).default([]),
};

export const StudyArm = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), ...arm, ref: TargetRef }),
  z.strictObject({ kind: z.literal('resident'), ...arm, year: z.int().min(1).max(10) }),
  z.strictObject({ kind: z.literal('attending'), ...arm }),
]);
export type StudyArm = z.infer<typeof StudyArm>;

export const Vignette = z.strictObject({
  id: StudyCode,
  text: Text,
  language: Language,
  specialty: z.string().min(1).max(100).exactOptional(),
  /** Two vignettes of one pair differ in one fact that should, or should not, change the answer. */
  pair: z
    .strictObject({
      id: StudyCode,
      side: z.enum(['base', 'changed']),
      /** What was changed, for the report. */
      change: z.string().min(1).max(300).exactOptional(),
    })
    .exactOptional(),
  /** What a good answer holds, and by what source. */
  reference: Text.exactOptional(),
});
export type Vignette = z.infer<typeof Vignette>;

/** What is compared: the sum of all axes, one axis, or whether the sum reaches a threshold. Higher is better. */
export const StudyOutcome = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('total') }),
  z.strictObject({ of: z.literal('axis'), axis: z.string().min(1) }),
  z.strictObject({ of: z.literal('pass'), threshold: z.number() }),
]);
export type StudyOutcome = z.infer<typeof StudyOutcome>;

/** The difference is always a − b. */
export const StudyContrast = z.strictObject({ a: StudyCode, b: StudyCode });
export type StudyContrast = z.infer<typeof StudyContrast>;

/** difference: two-sided · non-inferiority: a is not worse than b by the margin · equivalence: neither is. */
export const Hypothesis = z.discriminatedUnion('claim', [
  z.strictObject({ claim: z.literal('difference') }),
  z.strictObject({ claim: z.literal('non-inferiority'), margin: z.number().gt(0) }),
  z.strictObject({ claim: z.literal('equivalence'), margin: z.number().gt(0) }),
]);
export type Hypothesis = z.infer<typeof Hypothesis>;

export const primaryTests = [
  'wilcoxon.exactPermutation.zerosDropped',
  'wilcoxon.exactPermutation.pratt',
  'wilcoxon.normalCc',
  'wilcoxon.normal',
  'wilcoxon.pratt',
  'meanDifference',
  'noninferiority.t',
  'noninferiority.wilcoxon',
  'equivalence.tost',
  'equivalence.wilcoxon',
  'mcnemar.exact',
  'mcnemar.midp',
  'tango.noninferiority',
  'tango.equivalence',
  'clustered.permutation',
  'clustered.noninferiority',
  'clustered.equivalence',
  'clusteredPass.permutation',
  'clusteredPass.noninferiority',
  'clusteredPass.equivalence',
] as const;
export const PrimaryTest = z.enum(primaryTests);
export type PrimaryTest = z.infer<typeof PrimaryTest>;

export const primaryIntervals = [
  'bootstrapMean.bca',
  'bootstrapMean.percentile',
  'hodgesLehmann',
  'meanDifference',
  'tango.difference',
  'newcombe.difference',
  'clustered.meanDifference',
  'clusteredPass.meanDifference',
] as const;
export const PrimaryInterval = z.enum(primaryIntervals);
export type PrimaryInterval = z.infer<typeof PrimaryInterval>;

/** What is fixed before the first rating. */
export const Registration = z.strictObject({
  outcome: StudyOutcome,
  contrast: StudyContrast,
  hypothesis: Hypothesis,
  test: PrimaryTest,
  interval: PrimaryInterval,
  alpha: z.number().gt(0).lt(0.5).default(0.05),
  /** How BCa counts replicates equal to the estimate. */
  tieRule: z.enum(['mid', 'strict']).default('mid'),
  replicates: z.int().min(1000).max(1_000_000).default(10_000),
  /** Further contrasts; their p-values are adjusted by Holm over all of them. */
  secondary: z
    .array(z.strictObject({ contrast: StudyContrast, outcome: StudyOutcome }))
    .max(100)
    .default([]),
  multiplicity: z.literal('holm').default('holm'),
  /** Figures of all pairs of arms beside the primary one: margins of the mean total and of the pass rate. */
  beside: z
    .strictObject({
      margin: z.number().gt(0).exactOptional(),
      passThreshold: z.number().exactOptional(),
      passMargin: z.number().gt(0).lt(1).exactOptional(),
    })
    .default({}),
  /** Ratings that do not count. `other` are rules that no program applies; they are quoted in the report. */
  exclusions: z
    .strictObject({
      recognised: z.boolean().default(false),
      minimumSeconds: z.int().min(1).exactOptional(),
      other: z.array(z.string().min(1).max(500)).max(20).default([]),
    })
    .prefault({}),
  /** What the plan supposes: true difference a − b, standard deviation of paired differences, share of discordant pairs. */
  assumptions: z.strictObject({
    difference: z.number(),
    sd: z.number().gt(0),
    discordance: z.number().gt(0).lte(1).exactOptional(),
  }),
  /** A claim planned with less power than this is refused. */
  power: z.number().gte(0.5).lt(1).default(0.8),
});
export type Registration = z.infer<typeof Registration>;

export const StudyDesign = z.strictObject({
  title: z.string().trim().min(1).max(200),
  /** Written for teaching or a test: every report says so. */
  illustrative: z.boolean().default(false),
  /** What raters are shown of the study; nothing of it may name an arm. */
  forRaters: z.strictObject({ title: z.string().trim().min(1).max(200), instructions: Text.exactOptional() }),
  /** Decides the raters' orders, who rates what, and every drawn figure. */
  seed: z.int().min(0).max(0xffffffff),
  arms: z.array(StudyArm).min(2).max(12),
  vignettes: z.array(Vignette).min(2).max(2000),
  /** A form of the profile, or axes of the study's own. */
  rating: z.union([
    z.strictObject({ form: z.string().min(1) }),
    z.strictObject({ axes: z.array(StudyAxis).min(1).max(12) }),
  ]),
  raters: z.strictObject({
    perResponse: z.int().min(2, 'at least 2 raters per response: with one, agreement cannot be known').max(20),
    /** Who rates in the workbench; without it ratings come by import only. */
    accounts: z.array(AccountId).min(2).max(100).exactOptional(),
  }),
  /** normalised: without greetings, signatures and markup · as-written: the text as it came. */
  style: z.enum(['normalised', 'as-written']).default('normalised'),
  showReference: z.boolean().default(false),
  registration: Registration,
});
export type StudyDesign = z.infer<typeof StudyDesign>;
