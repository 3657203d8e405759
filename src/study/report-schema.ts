import { z } from 'zod';
import { Signature } from '../accounts/schema.ts';
import { Hypothesis, StudyContrast, StudyOutcome } from './design-schema.ts';
import { Amendment, PlannedClaim, StudyStep } from './schema.ts';

const Interval = z.tuple([z.number(), z.number()]);

/** One figure of the statistics engine; `reason` is there exactly when `value` is null. */
export const StudyFigure = z.object({
  statistic: z.string(),
  method: z.string(),
  value: z.number().nullable(),
  reason: z.string().exactOptional(),
  n: z.int(),
  raters: z.int().exactOptional(),
  pair: z.tuple([z.string(), z.string()]).exactOptional(),
  se: z.number().exactOptional(),
  ci95: Interval.exactOptional(),
  ci: Interval.exactOptional(),
  ciLevel: z.number().exactOptional(),
  ciMethod: z.string().exactOptional(),
  testStatistic: z.number().exactOptional(),
  p: z.number().exactOptional(),
  pHolm: z.number().exactOptional(),
  seed: z.int().exactOptional(),
  replicates: z.int().exactOptional(),
  undefinedReplicates: z.int().exactOptional(),
  percentAgreement: z.number().exactOptional(),
  details: z.record(z.string(), z.number()).exactOptional(),
  notes: z.array(z.string()).exactOptional(),
});
export type StudyFigure = z.infer<typeof StudyFigure>;

/** What one contrast shows by one test and one interval. */
export const StudyFinding = z.object({
  contrast: StudyContrast,
  outcome: StudyOutcome,
  hypothesis: Hypothesis,
  n: z.int(),
  missing: z.int(),
  test: StudyFigure,
  interval: StudyFigure,
  /** Whether test and interval say the same; false where one rejects and the other does not. */
  agree: z.boolean(),
  finding: z.enum(['first higher', 'second higher', 'not distinguishable', 'shown', 'not shown']),
  /** For people: what is found and why, at the digits that the interval supports. */
  sentence: z.string(),
  reason: z.string(),
});
export type StudyFinding = z.infer<typeof StudyFinding>;

export const Flow = z.object({
  vignettes: z.int(),
  counterfactualPairs: z.int(),
  arms: z.array(
    z.object({
      arm: z.string(),
      kind: z.string(),
      people: z.int(),
      responsesPlanned: z.int(),
      responses: z.int(),
      ratingsPlanned: z.int(),
      ratings: z.int(),
      excluded: z.int(),
      vignettesAnalysed: z.int(),
    }),
  ),
  ratings: z.object({ planned: z.int(), received: z.int(), imported: z.int(), excluded: z.int(), analysed: z.int() }),
  /** Why ratings do not count, by the registered rules. */
  exclusions: z.array(z.object({ reason: z.string(), ratings: z.int() })),
  raters: z.array(
    z.object({ rater: z.string(), imported: z.boolean(), planned: z.int(), ratings: z.int(), excluded: z.int() }),
  ),
});
export type Flow = z.infer<typeof Flow>;

export const ArmFigures = z.object({
  arm: z.string(),
  /** Mean over vignettes, with a t interval over vignettes; by axis and in total. */
  total: StudyFigure,
  axes: z.array(z.object({ axis: z.string(), figure: StudyFigure })),
  /** Vignettes whose mean total reaches the threshold, with Wilson's interval; absent without a threshold. */
  passed: z.object({ k: z.int(), n: z.int(), rate: z.number().nullable(), ci95: Interval.nullable() }).exactOptional(),
});

export const PairFigures = z.object({
  a: z.string(),
  b: z.string(),
  n: z.int(),
  missing: z.int(),
  conclusion: z.object({ finding: z.string(), test: z.string(), interval: z.string(), reason: z.string() }),
  margins: z.array(
    z.object({
      claim: z.string(),
      margin: z.number(),
      statistic: z.string(),
      p: z.number().nullable(),
      level: z.number(),
      shown: z.boolean(),
      /** True where the plan refused the claim: the figure is context and no claim. */
      refused: z.boolean(),
    }),
  ),
  results: z.array(StudyFigure),
});

/** Whether the study was done as registered; `met` is null where it cannot be said, with the reason in the text. */
export const ConductCheck = z.object({ check: z.string(), met: z.boolean().nullable(), text: z.string() });
export type ConductCheck = z.infer<typeof ConductCheck>;

export const StudyAnalysis = z.object({
  study: z.object({ id: z.uuid(), title: z.string(), illustrative: z.boolean(), digest: z.string() }),
  /** Without a signature an administrator closed it, who signs nothing. */
  closed: StudyStep.extend({ signature: Signature.exactOptional() }),
  scale: z.object({ axes: z.array(z.string()), lowest: z.number(), highest: z.number() }),
  flow: Flow,
  agreement: z.array(z.object({ axis: z.string(), results: z.array(StudyFigure), notes: z.array(z.string()) })),
  arms: z.array(ArmFigures),
  primary: StudyFinding,
  /** The other figures of the same contrast that point elsewhere than the registered ones; context, no second chance. */
  elsewhere: z.array(z.string()),
  secondary: z.array(StudyFinding),
  pairs: z.array(PairFigures),
  /** Over all arms: Friedman, Kendall's W, Iman–Davenport, Nemenyi, Conover, and the ICC of the arms. */
  overall: z.array(StudyFigure),
  /** The primary interval by the tie rule that was not registered. */
  sensitivity: z.array(StudyFigure),
  /** The registered claims with the power that the plan gave them, and what the data turned out to allow. */
  power: z.object({
    planned: z.array(PlannedClaim),
    after: z.array(z.object({ text: z.string(), value: z.number().nullable() })),
  }),
  counterfactual: z.array(z.object({ arm: z.string(), pairs: z.int(), difference: StudyFigure })),
  blinding: z.object({
    recognised: z.object({ k: z.int(), n: z.int() }),
    /** Guesses of model or person; "unsure" is neither right nor wrong. */
    guesses: z.object({ right: z.int(), wrong: z.int(), unsure: z.int() }),
    rightRate: z.object({ k: z.int(), n: z.int(), rate: z.number().nullable(), ci95: Interval.nullable() }),
  }),
  conduct: z.object({ followed: z.boolean(), checks: z.array(ConductCheck), amendments: z.array(Amendment) }),
  refused: z.array(z.string()),
  notes: z.array(z.string()),
  /** Rows of the forest plots, also the table behind them: differences in points of a score, or of shares that pass. */
  forest: z.array(
    z.object({
      panel: z.string(),
      label: z.string(),
      value: z.number(),
      lower: z.number(),
      upper: z.number(),
      unit: z.enum(['points', 'share']),
      primary: z.boolean(),
    }),
  ),
});
export type StudyAnalysis = z.infer<typeof StudyAnalysis>;
