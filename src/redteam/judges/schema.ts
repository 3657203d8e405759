import { z } from 'zod';
import { Interval, RateFigure } from '../figure-schema.ts';
import { Asks, Handling, ProbeLanguage, Risk, Sha256, Text } from '../schema.ts';
import { CalibrationFigures } from './calibration-schema.ts';

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');

/**
 * A reply that a clinician labelled. `train` rows teach a judge; `calibration` rows only measure it. The same prompt and
 * reply under another id is the label of another clinician.
 */
export const JudgeLabel = z.strictObject({
  id: z.string().min(1).max(200),
  language: ProbeLanguage,
  dimension: z.string().min(1).max(60),
  /** harmful: the prompt asks for a violation · benign: it should be answered. */
  kind: z.enum(['harmful', 'benign']),
  prompt: Text,
  reply: Text,
  label: z.enum(['safe', 'unsafe']),
  handling: Handling,
  /** The clinician's own grade of the harm, where there is one. */
  risk: Risk.exactOptional(),
  labeller: z.string().min(1).max(100),
  split: z.enum(['train', 'calibration']),
});
export type JudgeLabel = z.infer<typeof JudgeLabel>;

export const ImportLabelsInput = z.strictObject({ dataset: Name, labels: z.array(z.unknown()).max(5_000) });
export type ImportLabelsInput = z.infer<typeof ImportLabelsInput>;

/** Kinds of LLM judges: how an attack's reply is judged. All of them ask of a benign request how it was handled. */
export const LlmKind = z.enum(['rubric', 'criteria', 'guard', 'over-refusal']);
export type LlmKind = z.infer<typeof LlmKind>;
export const JudgeKind = z.enum(['classifier', ...LlmKind.options, 'reward-model', 'jury']);
export type JudgeKind = z.infer<typeof JudgeKind>;

/**
 * majority: more than half of the members that answer the question must say the same · unanimous: all of them · worst: one
 * `unsafe` (or `refused`) decides, the opposite only if all say so. Otherwise the jury defers.
 */
export const JuryRule = z.enum(['majority', 'unanimous', 'worst']);
export type JuryRule = z.infer<typeof JuryRule>;

/** The data set of labels that clinicians gave in the queue of disagreements. */
export const queueDataset = 'clinicians-queue';

const needs: Record<JudgeKind, readonly ('endpoint' | 'run' | 'members')[]> = {
  classifier: [],
  rubric: ['endpoint'],
  criteria: ['endpoint'],
  guard: ['endpoint'],
  'over-refusal': ['endpoint'],
  'reward-model': ['run'],
  jury: ['members'],
};

/**
 * A judge to be made and measured on a data set's labels. Without `kind`: a rubric judge where there is an endpoint, else a
 * classifier. `lineage` names the model behind the endpoint and what it was made from.
 */
export const CalibrateInput = z
  .strictObject({
    name: Name,
    dataset: Name,
    seed: z.int().min(0).max(0xffffffff).default(1),
    kind: JudgeKind.exactOptional(),
    endpoint: z.string().min(1).exactOptional(),
    /** Language of the instructions to an LLM judge. */
    language: ProbeLanguage.exactOptional(),
    lineage: z.array(z.string().min(1)).max(100).exactOptional(),
    /** The run that trained the reward model. */
    run: z.string().min(1).exactOptional(),
    /** Names or digests of calibrated judges. */
    members: z.array(z.string().min(1)).min(2).max(9).exactOptional(),
    rule: JuryRule.exactOptional(),
  })
  .superRefine((input, check) => {
    const kind = kindOf(input);
    for (const part of ['endpoint', 'run', 'members'] as const) {
      const wanted = needs[kind].includes(part);
      if (wanted !== (input[part] !== undefined))
        check.addIssue({
          code: 'custom',
          path: [part],
          message: `a ${kind} judge ${wanted ? 'needs' : 'has no'} ${part}`,
        });
    }
    if (input.rule !== undefined && kind !== 'jury')
      check.addIssue({ code: 'custom', path: ['rule'], message: 'only a jury has a rule' });
  });
export type CalibrateInput = z.infer<typeof CalibrateInput>;

/** The kind of judge that is asked for. */
export function kindOf(input: { kind?: JudgeKind; endpoint?: string }): JudgeKind {
  return input.kind ?? (input.endpoint === undefined ? 'classifier' : 'rubric');
}

const Count = z.int().min(0);

const figures = {
  n: Count,
  decided: Count,
  undecided: RateFigure,
  /** Mean of the recalls of both classes among decided rows; null, with a reason, where a class has none. */
  balancedAccuracy: z.number().nullable(),
  reason: z.string().exactOptional(),
  ci95: Interval.exactOptional(),
  /** The same with every undecided row counted as wrong. */
  balancedAccuracyWorstCase: z.number().nullable(),
  confusion: z.object({
    truePositive: Count,
    falseNegative: Count,
    undecidedPositive: Count,
    trueNegative: Count,
    falsePositive: Count,
    undecidedNegative: Count,
  }),
  /** Mean log-loss in nats and mean squared error of the probabilities; null where the judge gives none. */
  logLoss: z.number().nullable(),
  brier: z.number().nullable(),
};

export const HeldOutPart = z.object(figures);
export type HeldOutPart = z.infer<typeof HeldOutPart>;

/** Positive means unsafe for the question `attack`, refused for `over-refusal`. */
export const HeldOutFigures = z.object({
  ...figures,
  byLanguage: z.record(z.string(), HeldOutPart),
  reliability: z.array(
    z.object({ from: z.number(), to: z.number(), meanPredicted: z.number().nullable(), observed: RateFigure }),
  ),
});
export type HeldOutFigures = z.infer<typeof HeldOutFigures>;

/** One trained decision. Weights are little-endian doubles in base64. */
export const StoredHead = z.strictObject({
  reads: z.array(z.string()),
  weights: z.base64(),
  bias: z.number(),
  lambda: z.number(),
  platt: z.strictObject({ slope: z.number(), intercept: z.number() }),
  band: z.strictObject({ lower: z.number(), upper: z.number() }),
  crossFitted: z.strictObject({
    n: Count,
    positives: Count,
    logLossRaw: z.number(),
    logLossCalibrated: z.number(),
  }),
  /** Ids of the labels it was trained on. */
  rows: z.array(z.string()),
});
export type StoredHead = z.infer<typeof StoredHead>;

/** Digests by which the absence of a labelled row in other training data is shown; see `exchangeDigest`. */
export const RowDigest = z.strictObject({ id: z.string(), exchange: Sha256, prompt: Sha256, reply: Sha256 });
export type RowDigest = z.infer<typeof RowDigest>;

/** The file of a trained classifier. Its name is its SHA-256. */
export const Artefact = z.strictObject({
  format: z.literal('safemed-judge/1'),
  name: Name,
  dataset: z.string(),
  seed: z.int(),
  embedding: z.strictObject({ model: z.string(), dimensions: z.int() }),
  lineage: z.array(z.string()),
  heads: z.strictObject({ attack: StoredHead, 'over-refusal': StoredHead }),
  trainingRows: z.array(RowDigest),
});
export type Artefact = z.infer<typeof Artefact>;

const defined = {
  name: Name,
  dataset: z.string(),
  lineage: z.array(z.string()),
};

/** What an LLM judge is; its SHA-256 is the judge's id. */
export const LlmDefinition = z.strictObject({
  format: z.literal('safemed-llm-judge/2'),
  ...defined,
  kind: LlmKind,
  endpoint: z.string(),
  /** The model that the endpoint names. */
  model: z.string(),
  language: ProbeLanguage,
  instructionSha256: Sha256,
  seed: z.int(),
});
export type LlmDefinition = z.infer<typeof LlmDefinition>;

/** A reward model with the calibration that turns its score into a verdict. */
export const RewardJudgeDefinition = z.strictObject({
  format: z.literal('safemed-reward-judge/1'),
  ...defined,
  seed: z.int(),
  run: z.string(),
  /** Of the adapter that the run left. */
  adapterSha256: Sha256,
  head: StoredHead,
  trainingRows: z.array(RowDigest),
});
export type RewardJudgeDefinition = z.infer<typeof RewardJudgeDefinition>;

export const JuryDefinition = z.strictObject({
  format: z.literal('safemed-jury/1'),
  ...defined,
  rule: JuryRule,
  members: z.array(z.strictObject({ id: Sha256, name: z.string() })).min(2),
});
export type JuryDefinition = z.infer<typeof JuryDefinition>;

/** Judges of earlier versions, which this one does not open. */
const FormerDefinition = z.looseObject({ format: z.literal('safemed-llm-judge/1'), name: z.string() });

/** Everything that is no trained classifier, whose file says what it is. */
export const StoredDefinition = z.discriminatedUnion('format', [
  LlmDefinition,
  RewardJudgeDefinition,
  JuryDefinition,
  FormerDefinition,
]);
export type StoredDefinition = z.infer<typeof StoredDefinition>;

export const JudgeRecord = z.object({
  id: Sha256,
  name: Name,
  /** `llm`: of an earlier version. */
  kind: z.enum([...JudgeKind.options, 'llm']),
  /** What it can be asked. */
  answers: z.array(Asks).default([...Asks.options]),
  dataset: z.string(),
  endpoint: z.string().exactOptional(),
  /** Models that the judge was made from; a target or a reward of the same line gets a warning. */
  lineage: z.array(z.string()),
  trainingRows: z.int(),
  trainingRowsSha256: Sha256,
  heldOut: z.record(Asks, HeldOutFigures),
  /** Agreement with clinicians; absent in records of earlier versions. */
  calibration: z.record(Asks, CalibrationFigures).exactOptional(),
  /** How to read this judge: what it is, how risk is derived, what it cannot do. */
  card: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type JudgeRecord = z.infer<typeof JudgeRecord>;

export const JudgeList = z.object({ judges: z.array(JudgeRecord) });

/** Whether a judge may give headline figures on a question, and if not, every reason. */
export const GateResult = z.object({ passed: z.boolean(), reasons: z.array(z.string()) });
export type GateResult = z.infer<typeof GateResult>;
export const JudgeGates = z.record(Asks, GateResult);
export type JudgeGates = z.infer<typeof JudgeGates>;
