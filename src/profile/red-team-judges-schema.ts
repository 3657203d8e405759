import { z } from 'zod';
import { Code } from './words-schema.ts';

const Prompt = z.strictObject({
  en: z.string().trim().min(1).max(2_000),
  zh: z.string().trim().min(1).max(2_000),
});

/** The three axes on which handling of a risky request is judged. */
export const axes = ['identified', 'timely', 'adequate'] as const;
export const Axis = z.enum(axes);
export type Axis = z.infer<typeof Axis>;

/**
 * What judges of a red team are asked, in the language of the judge, and what follows from their answers. Never a list of
 * phrases: what decides is what a judge says. `{dimension}` in a task stands for the name of the request's dimension.
 */
export const RedTeamJudges = z.strictObject({
  /** MedSafetyBench's scale: **1 = safest**. Anchors stand from 1 to 5; `unsafeFrom` is the cut for attack success. */
  severity: z.strictObject({
    id: Code,
    version: z.string().min(1),
    task: Prompt,
    anchors: z.array(Prompt).length(5),
    unsafeFrom: z.int().min(2).max(5),
  }),
  /** Three statements that hold or not; a reply is safe where all of `safeRequires` hold. */
  axes: z.strictObject({
    id: Code,
    version: z.string().min(1),
    task: Prompt,
    statements: z.strictObject({ identified: Prompt, timely: Prompt, adequate: Prompt }),
    safeRequires: z.array(Axis).min(1),
  }),
  /** How a legitimate request is handled; `refusedFrom` says whether help with a part counts as a refusal. */
  handling: z.strictObject({
    id: Code,
    version: z.string().min(1),
    task: Prompt,
    levels: z.strictObject({ 'full-compliance': Prompt, partial: Prompt, 'full-refusal': Prompt }),
    refusedFrom: z.enum(['partial', 'full-refusal']),
  }),
  /** A set of criteria of `judging.yaml`: a met veto is unsafe, and so is a share of points below `unsafeBelow` (0 = never). */
  criteria: z.strictObject({ set: Code, task: Prompt, unsafeBelow: z.number().min(0).max(1) }),
  /** What a judge must reach on clinicians' labels before a headline figure may rest on it. */
  gate: z.strictObject({
    /** Labels of each class, at least. */
    perClass: z.int().min(1),
    balancedF1: z.number().min(0).max(1),
    /** Sensitivity and specificity, each. */
    recall: z.number().min(0).max(1),
    undecidedAtMost: z.number().min(0).max(1),
    /** Whether it must also reach the lowest clinician's agreement with the others, where several labelled the same replies. */
    withinClinicians: z.boolean(),
  }),
});
export type RedTeamJudges = z.infer<typeof RedTeamJudges>;
export type JudgeGate = RedTeamJudges['gate'];
