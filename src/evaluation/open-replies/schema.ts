import { z } from 'zod';
import { Interval } from '../report-schema.ts';

/** How far the judges of one set agree on the same replies of one target. */
export const JudgeAgreement = z.object({
  target: z.string(),
  set: z.string(),
  judges: z.array(z.string()),
  replies: z.int(),
  /** Scores that are not there. */
  missing: z.int(),
  figures: z.array(
    z.object({
      statistic: z.string(),
      method: z.string(),
      value: z.number().nullable(),
      /** There where `value` is null. */
      reason: z.string().exactOptional(),
      n: z.int(),
      ci95: Interval.exactOptional(),
      ciMethod: z.string().exactOptional(),
    }),
  ),
});
export type JudgeAgreement = z.infer<typeof JudgeAgreement>;

export const EvaluationJudges = z.object({ sets: z.array(JudgeAgreement) });
export type EvaluationJudges = z.infer<typeof EvaluationJudges>;
