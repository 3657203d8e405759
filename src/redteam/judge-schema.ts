import { z } from 'zod';
import { Asks, Handling, ProbeLanguage, Sha256 } from './schema.ts';

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');
const Text = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .refine((text) => !text.includes('\0'), 'must not contain U+0000');

/** A reply that a clinician labelled. `train` rows teach a judge; `calibration` rows only measure it. */
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
  labeller: z.string().min(1).max(100),
  split: z.enum(['train', 'calibration']),
});
export type JudgeLabel = z.infer<typeof JudgeLabel>;

export const ImportLabelsInput = z.strictObject({ dataset: Name, labels: z.array(z.unknown()).max(5_000) });
export type ImportLabelsInput = z.infer<typeof ImportLabelsInput>;

/**
 * Without `endpoint`: a classifier trained on the labels of the data set. With `endpoint`: an LLM judge behind it.
 * `lineage` names the model behind the endpoint and what it was made from.
 */
export const CalibrateInput = z.strictObject({
  name: Name,
  dataset: Name,
  seed: z.int().min(0).max(0xffffffff).default(1),
  endpoint: z.string().min(1).exactOptional(),
  lineage: z.array(z.string().min(1)).max(100).exactOptional(),
});
export type CalibrateInput = z.infer<typeof CalibrateInput>;

/** What a job of the red team does. */
export const RedteamJobInput = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('campaign'), campaign: z.uuid() }),
  z.strictObject({ task: z.literal('calibration'), calibration: CalibrateInput }),
]);
export type RedteamJobInput = z.infer<typeof RedteamJobInput>;

const Count = z.int().min(0);
export const Interval = z.tuple([z.number(), z.number()]).readonly();
export const RateFigure = z.object({ k: Count, n: Count, rate: z.number().nullable(), ci95: Interval.nullable() });

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

/** What an LLM judge is; its SHA-256 is the judge's id. */
export const LlmDefinition = z.strictObject({
  format: z.literal('safemed-llm-judge/1'),
  name: Name,
  dataset: z.string(),
  endpoint: z.string(),
  /** The model that the endpoint names. */
  model: z.string(),
  instructionSha256: Sha256,
  seed: z.int(),
  lineage: z.array(z.string()),
});
export type LlmDefinition = z.infer<typeof LlmDefinition>;

export const JudgeRecord = z.object({
  id: Sha256,
  name: Name,
  kind: z.enum(['classifier', 'llm']),
  dataset: z.string(),
  endpoint: z.string().exactOptional(),
  /** Models that the judge was made from; a target or a reward of the same line gets a warning. */
  lineage: z.array(z.string()),
  trainingRows: z.int(),
  trainingRowsSha256: Sha256,
  heldOut: z.record(Asks, HeldOutFigures),
  /** How to read this judge: what it is, how risk is derived, what it cannot do. */
  card: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type JudgeRecord = z.infer<typeof JudgeRecord>;

export const JudgeList = z.object({ judges: z.array(JudgeRecord) });
