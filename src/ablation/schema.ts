import { z } from 'zod';
import { PairedFigures } from '../evaluation/comparisons/schema.ts';
import { EvaluationMethod } from '../evaluation/schema.ts';
import { Sha256 } from '../registry/schema.ts';
import { RunName } from '../training/name-schema.ts';
import { Omit, RunState, StartRun } from '../training/schema.ts';

/** full: the recipe on the whole release · without: the same recipe, the named part left out. */
export const Arm = z.enum(['full', 'without']);
export type Arm = z.infer<typeof Arm>;

/** Short enough that the names of its runs, `NAME-without-s2147483647`, are names of runs. */
export const AblationName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens, at most 40');

const { release, base, from, rows, maxSteps, args, lora, mixture } = StartRun.shape;
const Seed = z.int().min(0).max(0x7fffffff);

export const StartAblation = z
  .strictObject({
    name: AblationName,
    /** What is left out, in the words of a run's own `omit`. */
    omit: Omit,
    seeds: z.array(Seed).min(1).max(20).default([1, 2, 3]),
    /** Draws as many rows in the full arm as the other one has, so that their number explains nothing. */
    matchRows: z.boolean().default(false),
    stage: z.enum(['sft', 'dpo']).default('sft'),
    release,
    base,
    from,
    rows,
    maxSteps,
    args,
    lora,
    mixture,
    /** Benchmark sets; without it all that the corpus holds. */
    sets: z.array(z.string().min(1)).min(1).exactOptional(),
    method: EvaluationMethod.default('generation'),
    systemPrompt: z.boolean().default(false),
    maxTokens: z.int().min(1).max(65_536).default(512),
    /** At most so many questions of each set, the same for all models. */
    limit: z.int().min(1).exactOptional(),
  })
  .superRefine((input, check) => {
    if (new Set(input.seeds).size !== input.seeds.length)
      check.addIssue({ code: 'custom', path: ['seeds'], message: 'a seed is named twice: it would count double' });
    if (input.stage === 'dpo' && input.from === undefined)
      check.addIssue({ code: 'custom', path: ['from'], message: 'DPO continues a run: name it' });
  });
export type StartAblation = z.infer<typeof StartAblation>;

export const AblationJobInput = z.strictObject({ ablation: z.uuid() });

export const Ablation = z.object({
  id: z.uuid(),
  name: AblationName,
  input: StartAblation,
  jobId: z.uuid().exactOptional(),
  evaluation: z.uuid().exactOptional(),
  createdBy: z.string(),
  createdAt: z.string(),
  completedAt: z.string().exactOptional(),
  eventSeq: z.int().exactOptional(),
});
export type Ablation = z.infer<typeof Ablation>;

export const AblationList = z.object({ ablations: z.array(Ablation) });

/** One trained model of an ablation. */
export const TrainedArm = z.object({
  arm: Arm,
  seed: z.int(),
  run: RunName,
  model: Sha256,
  /** Rows that the recipe offered to the engine. */
  rows: z.int(),
});
export type TrainedArm = z.infer<typeof TrainedArm>;

/** A run of an ablation as it stands. `model` and `rows` are there once it has been trained. */
export const ArmState = TrainedArm.partial({ model: true, rows: true }).extend({
  state: RunState.or(z.literal('waiting')),
  /** Rows that were left out because they were too long; they are in `rows` and taught nothing. */
  truncated: z.int().exactOptional(),
  /** Rows that `omit` took out of this arm. */
  omitted: z.int().exactOptional(),
});
export type ArmState = z.infer<typeof ArmState>;

const Interval = z.tuple([z.number(), z.number()]).readonly();

/** Both arms over all seeds and questions. The difference is that of `full` minus that of `without`. */
export const PooledFigures = z.object({
  questions: z.int(),
  seeds: z.int(),
  rateFull: z.number().nullable(),
  rateWithout: z.number().nullable(),
  difference: z.number().nullable(),
  ci95: Interval.nullable(),
  p: z.number().nullable(),
  /** p adjusted by Holm over the sets. */
  pHolm: z.number().exactOptional(),
  /** Why there is no interval. */
  reason: z.string().exactOptional(),
  finding: z.enum(['full better', 'without better', 'not distinguishable']),
});
export type PooledFigures = z.infer<typeof PooledFigures>;

export const AblationReport = z.object({
  ablation: Ablation,
  complete: z.boolean(),
  arms: z.array(ArmState),
  /** How many rows of the release the part is; null until an arm without it was trained. */
  omittedRows: z.int().nullable(),
  /** The questions' answers of both arms of one seed; a is `without`, b is `full`. */
  seeds: z.array(PairedFigures.extend({ seed: z.int() })),
  pooled: PooledFigures,
  sets: z.array(PooledFigures.extend({ name: z.string() })),
  seedTest: z.string(),
  pooledTest: z.string(),
  /** What may be said, in one sentence. */
  conclusion: z.string(),
  /** What else can explain a difference, or the lack of one. */
  caveats: z.array(z.string()),
});
export type AblationReport = z.infer<typeof AblationReport>;

export const AblationResult = z.object({ ablation: z.uuid(), models: z.int(), evaluation: z.uuid() });
export type AblationResult = z.infer<typeof AblationResult>;

export const StartedAblation = z.object({ ablation: Ablation, job: z.uuid().exactOptional() });
export type StartedAblation = z.infer<typeof StartedAblation>;
